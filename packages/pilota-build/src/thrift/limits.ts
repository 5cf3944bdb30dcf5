// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** The longest file that is read: 16 MiB (bytes on disk, UTF-16 units of a text given directly). */
export const MAX_FILE_SIZE: number = 16 * 1024 * 1024;

/** How deep types and constants may nest. */
export const MAX_NESTING: number = 64;

/** How long a chain of includes may be. */
export const MAX_INCLUDE_DEPTH: number = 64;

/** How many files a program may have. */
export const MAX_FILES: number = 10_000;

/** How many errors one run reports before it gives up. */
export const MAX_ERRORS: number = 100;

/** How many warnings one run keeps; the rest are dropped. */
export const MAX_WARNINGS: number = 1_000;
