// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { engineInfo } from '@cloudwego/netpoll';

const script = fileURLToPath(new URL('./fixtures/pool-child.ts', import.meta.url));
const { engine: best, reason } = engineInfo();

/** An echo that takes its time, so that whoever waits for it must be kept alive by waiting. */
async function lateEcho(): Promise<number> {
  const server = createServer((s) => {
    s.on('data', (d) => setTimeout(() => s.write(d), 20));
    s.on('error', () => s.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

describe.each([['stream', ''], ['poll', best === 'poll' ? '' : ` (no addon: ${reason})`]] as const)('a process with a pool that nobody closes, engine %s%s', (engine, why) => {
  it.skipIf(why !== '').each(['long', 'mux'] as const)('ends when its calls are over: %s pool', { timeout: 50_000 }, async (kind) => {
    const port = await lateEcho();
    const p = spawn(process.execPath, ['--conditions=@cloudwego/source', '--import', import.meta.resolve('tsx'), script, engine, kind, String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => {
      p.kill('SIGKILL');
    });
    let out = '';
    p.stdout.setEncoding('utf8').on('data', (d: string) => (out += d));
    // The pools sweep after 30 s and close after 60: the timeout of this test comes before that.
    const [status] = (await once(p, 'close')) as [number | null];
    expect(status).toBe(0);
    expect(JSON.parse(out)).toEqual(['question 0', 'question 1', 'question 2', 'last question']);
  });
});
