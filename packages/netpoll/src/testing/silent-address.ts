// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { SilentAddress } from './contract/types.js';

// Listens with the shortest queue and then never runs again, so that the kernel drops what comes when the queue is full.
const program = `
const s = require('node:net').createServer();
s.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
  require('node:fs').writeSync(1, s.address().port + '\\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

/**
 * A TCP address on this machine at which dials hang: another process listens and never accepts, and its queue is full. Linux only, as an address that
 * no machine has would not do in a container without a route.
 */
export async function silentTcpAddress(): Promise<SilentAddress> {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(line.toString());
  const fillers: Socket[] = [];
  // One after the other until one stays without an answer.
  for (let full = false; !full && fillers.length < 64; ) {
    const s = connect({ host: '127.0.0.1', port });
    fillers.push(s);
    s.on('error', () => undefined);
    full = await Promise.race([once(s, 'connect').then(() => false), new Promise<boolean>((resolve) => setTimeout(resolve, 150, true))]);
  }
  return {
    address: { kind: 'tcp', host: '127.0.0.1', port },
    async [Symbol.asyncDispose]() {
      for (const s of fillers) s.destroy();
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
