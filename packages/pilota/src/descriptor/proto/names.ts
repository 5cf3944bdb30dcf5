// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** The full name of what is declared in a package or message; '' = in no package. */
export function within(scope: string, name: string): string {
  return scope === '' ? name : `${scope}.${name}`;
}

/** A name as others are looked up by: compilers write a dot before one that is whole. */
export function withoutDot(name: string): string {
  return name.replace(/^\./, '');
}
