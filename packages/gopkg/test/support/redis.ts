// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasRedis: boolean = spawnSync('redis-server', ['--version']).status === 0;

export type Reply = string | number | null | readonly Reply[] | Error;

/** A Redis of its own on a unix socket, for one test file. */
export class Redis implements AsyncDisposable {
  private buffer = Buffer.alloc(0);
  private readonly waiting: ((r: Reply) => void)[] = [];
  private readonly socket: Socket;
  private readonly stop: () => Promise<void>;

  private constructor(socket: Socket, stop: () => Promise<void>) {
    this.socket = socket;
    this.stop = stop;
    socket.on('data', (d: Buffer) => {
      this.buffer = Buffer.concat([this.buffer, d]);
      for (let got = parse(this.buffer, 0); got !== undefined; got = parse(this.buffer, 0)) {
        this.buffer = this.buffer.subarray(got.end);
        this.waiting.shift()!(got.value);
      }
    });
  }

  static async start(): Promise<Redis> {
    const dir = mkdtempSync(join(tmpdir(), 'gopkg-redis-'));
    const path = join(dir, 's');
    const child = spawn('redis-server', ['--port', '0', '--unixsocket', path, '--save', '', '--appendonly', 'no', '--dir', dir], { stdio: 'ignore' });
    const stop = async (): Promise<void> => {
      if (child.exitCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      rmSync(dir, { recursive: true, force: true });
    };
    for (let i = 0; i < 500; i++) {
      const s = connect(path);
      const ok = await new Promise<boolean>((r) => s.once('connect', () => { r(true); }).once('error', () => { r(false); }));
      if (ok) return new Redis(s, stop);
      await new Promise((r) => setTimeout(r, 20));
    }
    await stop();
    throw new Error('redis-server does not listen');
  }

  async call(...args: readonly (string | number)[]): Promise<Reply> {
    const parts = args.map((a) => Buffer.from(String(a)));
    this.socket.write(Buffer.concat([Buffer.from(`*${parts.length}\r\n`), ...parts.flatMap((p) => [Buffer.from(`$${p.length}\r\n`), p, Buffer.from('\r\n')])]));
    return new Promise((r) => this.waiting.push(r));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    await this.stop();
  }
}

function parse(b: Buffer, at: number): { readonly value: Reply; readonly end: number } | undefined {
  const eol = b.indexOf('\r\n', at);
  if (eol < 0) return undefined;
  const line = b.toString('utf8', at + 1, eol);
  const end = eol + 2;
  switch (String.fromCharCode(b[at]!)) {
    case '+':
      return { value: line, end };
    case '-':
      return { value: new Error(line), end };
    case ':':
      return { value: Number(line), end };
    case '$': {
      const n = Number(line);
      if (n < 0) return { value: null, end };
      return b.length < end + n + 2 ? undefined : { value: b.toString('utf8', end, end + n), end: end + n + 2 };
    }
    case '*': {
      const items: Reply[] = [];
      let p = end;
      if (Number(line) < 0) return { value: null, end };
      for (let i = 0; i < Number(line); i++) {
        const item = parse(b, p);
        if (item === undefined) return undefined;
        items.push(item.value);
        p = item.end;
      }
      return { value: items, end: p };
    }
    default:
      throw new Error(`not RESP: ${line}`);
  }
}
