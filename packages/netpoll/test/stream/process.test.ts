// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../fixtures/engine-child.ts', import.meta.url));

function start(task: string, stdio: StdioOptions): ChildProcess {
  return spawn(process.execPath, ['--conditions=@cloudwego/source', '--import', import.meta.resolve('tsx'), script, task, 'stream'], { stdio });
}

/** What a task says, and how its process ended by itself. */
async function run(task: string): Promise<{ said: Record<string, unknown>; status: number | null }> {
  const p = start(task, ['ignore', 'pipe', 'inherit']);
  const [line] = (await once(createInterface(p.stdout!), 'line')) as [string];
  const [status] = (await once(p, 'exit')) as [number | null];
  return { said: JSON.parse(line) as Record<string, unknown>, status };
}

describe('a process on the stream engine', () => {
  it('has as many descriptors after 2,000 connections as before, and no timer left', { timeout: 120_000 }, async () => {
    const { said, status } = await run('churn');
    expect(said).toMatchObject({ entries: 0 });
    expect(said['after']).toBeLessThanOrEqual(said['before'] as number);
    expect(status).toBe(0);
  });

  it('ends by itself when its listener and connections are closed', { timeout: 60_000 }, async () => {
    const { said, status } = await run('idle');
    expect(said).toEqual({ active: [] });
    expect(status).toBe(0);
  });

  it('serves on a listening descriptor that it inherited', { timeout: 60_000 }, async () => {
    const server: Server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
    const p = start('inherited', ['pipe', 'pipe', 'inherit', fd]);
    const [line] = (await once(createInterface(p.stdout!), 'line')) as [string];
    // From here on the child alone has the descriptor.
    server.close();
    expect(JSON.parse(line)).toEqual({ address: { kind: 'tcp', host: '127.0.0.1', port } });
    const s = connect(port, '127.0.0.1');
    s.end('hello');
    let got = '';
    for await (const d of s) got += String(d);
    expect(got).toBe('hello');
    p.stdin!.write('stop');
    const [status] = (await once(p, 'exit')) as [number | null];
    expect(status).toBe(0);
  });
});
