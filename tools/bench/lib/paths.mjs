// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** tools/bench, whatever the current directory is. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const repository = join(root, '../..');
export const interop = join(root, '../interop');
/** Everything built goes here; not committed. */
export const output = join(root, '.build');
export const loadgen = join(output, 'loadgen');
