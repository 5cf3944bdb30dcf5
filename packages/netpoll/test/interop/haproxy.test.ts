// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Connection } from '@cloudwego/gopkg/io';
import { createNetwork, proxyHeaderOf } from '@cloudwego/netpoll';
import { send } from '@cloudwego/netpoll/testing';
import { describeEngines } from '../fixtures/native.js';
import { tempDir } from '../fixtures/subjects.js';

// What haproxy writes is read, in both versions; it listens on descriptors that it inherits, so that no port is guessed.

const needs = spawnSync('haproxy', ['-v']).status === 0 ? undefined : 'needs haproxy';
const dir = tempDir();

async function listening(): Promise<{ server: Server; port: number; fd: number }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port, fd: (server as unknown as { _handle: { fd: number } })._handle.fd };
}

/** A haproxy that passes on to `target` with the words of `how`; gives its port. */
async function proxy(target: number, how: string): Promise<number> {
  const front = await listening();
  const file = join(dir, `haproxy-${target}-${front.port}.cfg`);
  writeFileSync(
    file,
    `global\n  maxconn 100\ndefaults\n  mode tcp\n  timeout connect 20s\n  timeout client 50s\n  timeout server 50s\nfrontend f\n  bind fd@3\n  default_backend b\nbackend b\n  server s 127.0.0.1:${target} ${how}\n`,
  );
  const p = spawn('haproxy', ['-db', '-q', '-f', file], { stdio: ['ignore', 'ignore', 'inherit', front.fd] });
  front.server.close();
  onTestFinished(async () => {
    const gone = once(p, 'exit');
    p.kill('SIGKILL');
    await gone;
  });
  return front.port;
}

describeEngines('behind haproxy', (engine) => {
  it.each([
    ['version 1', 'send-proxy', 1],
    ['version 2', 'send-proxy-v2', 2],
    ['version 2 with a checksum and more', 'send-proxy-v2 proxy-v2-options crc32c,unique-id', 2],
  ] as const)('%s', async (_name, how, version) => {
    const seen: Connection[] = [];
    const listener = await createNetwork({ engine }).listen(
      { kind: 'tcp', host: '127.0.0.1', port: 0 },
      (c) => {
        seen.push(c);
        c.attach({
          need: 1,
          receive: (buf, start, end) => {
            send(c, Buffer.from(buf.subarray(start, end)));
            return end - start;
          },
          receiveEnd: () => {
            c.end();
          },
          writable: () => undefined,
          closed: () => undefined,
        });
      },
      { proxyProtocol: { trusted: ['127.0.0.1'] } },
    );
    onTestFinished(() => listener.close());
    const port = await proxy((listener.address as { port: number }).port, how);
    const s = connect({ host: '127.0.0.1', port });
    await once(s, 'connect');
    const { localPort } = s;
    s.end('hello');
    let got = '';
    for await (const d of s) got += String(d);
    expect(got).toBe('hello');
    expect(seen[0]).toMatchObject({ remote: { kind: 'tcp', host: '127.0.0.1', port: localPort }, local: { kind: 'tcp', host: '127.0.0.1', port } });
    expect(proxyHeaderOf(seen[0]!)).toMatchObject({ version });
  });
}, needs);
