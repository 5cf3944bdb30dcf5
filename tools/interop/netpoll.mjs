// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Echo of bytes with Go netpoll and nothing above it, both ways, on every engine that is there.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { createNetwork } from '@cloudwego/netpoll';
import { ReadWriter } from '@cloudwego/netpoll/linkbuffer';

const PATIENCE = 60_000;
const tcp = { kind: 'tcp', host: '127.0.0.1', port: 0 };

class Echo {
  need = 1;
  constructor(c) {
    this.c = c;
  }
  receive(buf, start, end) {
    this.c.beginWrite(end - start).bytes(buf.subarray(start, end));
    if (!this.c.endWrite()) this.c.pause();
    return end - start;
  }
  receiveEnd() {
    this.c.end();
  }
  writable() {
    this.c.resume();
  }
  closed() {}
}

function start(command, ...words) {
  const [program, ...args] = command;
  const child = spawn(program, [...args, ...words], { stdio: ['pipe', 'pipe', 'pipe'] });
  const p = { child, out: '', err: '', closed: once(child, 'close') };
  child.stdout.setEncoding('utf8').on('data', (d) => (p.out += d));
  child.stderr.setEncoding('utf8').on('data', (d) => (p.err += d));
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  child.once('close', () => clearTimeout(timer));
  return p;
}

/** The client of Go sends messages of its own and checks every answer. */
async function goCallsUs(network, command) {
  const listener = await network.listen(tcp, (c) => c.attach(new Echo(c)));
  try {
    const p = start(command, 'netpoll-client', '-addr', `127.0.0.1:${listener.address.port}`);
    const [status] = await p.closed;
    assert.equal(status, 0, p.err);
    assert.ok(JSON.parse(p.out).messages > 0);
  } finally {
    await listener.close();
  }
}

async function weCallGo(network, command) {
  const p = start(command, 'netpoll-server');
  try {
    while (!/^LISTEN \S+:\d+$/m.test(p.out)) await Promise.race([once(p.child.stdout, 'data'), p.closed.then(() => assert.fail(p.err))]);
    const port = Number(/^LISTEN \S+:(\d+)$/m.exec(p.out)[1]);
    const rw = new ReadWriter(await network.dial({ ...tcp, port }, { connectTimeoutMs: 10_000 }), { readTimeoutMs: PATIENCE });
    for (const n of [1, 7, 4096, 4097, 65_536, 1_000_003]) {
      const message = Buffer.alloc(n, String(n));
      rw.writeBinary(message);
      await Promise.all([rw.flush(), rw.waitFor(n)]);
      assert.ok(rw.next(n).equals(message), `${n} bytes come back as they were`);
      rw.release();
    }
    await rw.close();
  } finally {
    p.child.stdin.end();
    await p.closed;
  }
}

/** { lines: [{ case, ok, error }] } and, where something is missing, { skipped: reason }. */
export async function netpollCell(go) {
  if (!go.built) return { skipped: `go: ${go.reason}` };
  const lines = [];
  for (const engine of ['stream', 'poll']) {
    let network;
    try {
      network = createNetwork({ engine });
    } catch (e) {
      return { lines, skipped: `engine ${engine}: ${e.message}` };
    }
    for (const [name, run] of [['go -> typescript', goCallsUs], ['typescript -> go', weCallGo]]) {
      try {
        await run(network, go.command);
        lines.push({ case: `${engine}, ${name}`, ok: true });
      } catch (e) {
        lines.push({ case: `${engine}, ${name}`, ok: false, error: e.message });
      }
    }
  }
  return { lines };
}
