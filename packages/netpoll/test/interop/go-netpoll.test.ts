// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { ByteConsumer, Connection } from '@cloudwego/gopkg/io';
import { createNetwork } from '@cloudwego/netpoll';
import { eventually, pattern } from '@cloudwego/netpoll/testing';
import { describeEngines } from '../fixtures/native.js';

// Echo with Go netpoll v0.7.2 on the other side, both ways. The program is built by `node tools/interop/build-peers.mjs --only go`.

const program = fileURLToPath(new URL('../../../../tools/interop/.build/interop-go', import.meta.url));
const needs = existsSync(program) ? undefined : 'needs node tools/interop/build-peers.mjs --only go';

class Echo implements ByteConsumer {
  readonly need = 1;
  private readonly c: Connection;
  constructor(c: Connection) {
    this.c = c;
  }
  receive(buf: Buffer, start: number, end: number): number {
    this.c.beginWrite(end - start).bytes(buf.subarray(start, end));
    this.c.endWrite();
    this.c.flush();
    return end - start;
  }
  receiveEnd(): void {
    this.c.end();
  }
  writable(): void {
    // The peer waits for every answer.
  }
  closed(): void {
    // It is done.
  }
}

async function finish(p: ChildProcess): Promise<{ status: number | null; out: string; err: string }> {
  let out = '';
  let err = '';
  p.stdout!.setEncoding('utf8').on('data', (d: string) => (out += d));
  p.stderr!.setEncoding('utf8').on('data', (d: string) => (err += d));
  const [status] = (await once(p, 'close')) as [number | null];
  return { status, out, err };
}

describeEngines('echo with Go netpoll', (engine) => {
  it('answers its client', async () => {
    const listener = await createNetwork({ engine }).listen({ kind: 'tcp', host: '127.0.0.1', port: 0 }, (c) => {
      c.attach(new Echo(c));
    });
    onTestFinished(() => listener.close());
    const { port } = listener.address as { port: number };
    const r = await finish(spawn(program, ['netpoll-client', '-addr', `127.0.0.1:${port}`], { stdio: ['ignore', 'pipe', 'pipe'] }));
    expect(r).toMatchObject({ status: 0, err: '' });
    expect(JSON.parse(r.out)).toEqual({ messages: 24, bytes: 3 * (1 + 7 + 1000 + 4096 + 4097 + 65_536 + 1_000_003) });
  });

  it('is answered by its server', async () => {
    const server = spawn(program, ['netpoll-server'], { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => {
      server.kill('SIGKILL');
    });
    let said = '';
    server.stdout.setEncoding('utf8').on('data', (d: string) => (said += d));
    await eventually(() => said.includes('\n'), 'the server listens');
    const port = Number(/^LISTEN \S+:(\d+)$/m.exec(said)![1]);
    const c = await createNetwork({ engine }).dial({ kind: 'tcp', host: '127.0.0.1', port }, { connectTimeoutMs: 10_000 });
    onTestFinished(() => {
      c.destroy();
    });
    const got: Buffer[] = [];
    let length = 0;
    c.attach({
      need: 1,
      receive: (buf, start, end) => {
        got.push(Buffer.from(buf.subarray(start, end)));
        length += end - start;
        return end - start;
      },
      receiveEnd: () => undefined,
      writable: () => undefined,
      closed: () => undefined,
    });
    const all = pattern(3_000_000);
    for (let at = 0, n = 1; at < all.length; at += n, n = (n * 7) % 200_003) {
      c.beginWrite(0).bytes(all.subarray(at, at + n));
      c.endWrite();
    }
    await eventually(() => length === all.length, 'everything comes back');
    expect(Buffer.concat(got).equals(all)).toBe(true);
  });
}, needs);
