// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { lstat } from 'node:fs/promises';
import { connect } from 'node:net';

/** Whether `path` is the socket file of a server that is gone. A file of another kind is not ours to remove. */
export async function isStaleSocket(path: string): Promise<boolean> {
  const kind = await lstat(path).catch(() => undefined);
  if (kind?.isSocket() !== true) return false;
  return new Promise((resolve) => {
    const s = connect({ path });
    s.once('connect', () => {
      s.destroy();
      resolve(false);
    });
    s.once('error', (e: NodeJS.ErrnoException) => {
      // A full queue is a life sign.
      resolve(e.code !== 'EAGAIN');
    });
  });
}
