// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { LaunchError } from './errors.js';

/** Below the range from which Linux takes ports for `listen(0)` and for dialing, so that nobody is given it between this check and its use. */
const FIRST = 20_000;
const COUNT = 12_000;
const given = new Set<number>();

/** A TCP port of 127.0.0.1 on which nobody listens. No two calls of one process give the same one. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < COUNT; tries++) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (given.has(port)) continue;
    const s = createServer();
    s.listen(port, '127.0.0.1');
    const free = await Promise.race([once(s, 'listening').then(() => true), once(s, 'error').then(() => false)]).catch(() => false);
    if (!free) continue;
    s.close();
    await once(s, 'close');
    given.add(port);
    return port;
  }
  throw new LaunchError(`freePort: all ports from ${FIRST} to ${FIRST + COUNT - 1} are taken`);
}

/** Whether somebody accepts connections there. */
export function answersOn(at: { readonly port: number } | { readonly path: string }): Promise<boolean> {
  return new Promise((resolve) => {
    const s = connect('path' in at ? { path: at.path } : { host: '127.0.0.1', port: at.port });
    s.once('connect', () => {
      s.destroy();
      resolve(true);
    });
    s.once('error', () => {
      resolve(false);
    });
  });
}
