// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '@cloudwego/protocol/testing';
import { mutate, REQUESTS } from './mutation.js';
import { echo } from './support.js';

/*
 * Mutated requests, served by this engine and by node:http. What counts is what a handler was shown: two readers that see different requests in the same bytes
 * are how requests are smuggled. Every disagreement has to be explained by a row of the table; "more": who shows more.
 */
const CASES = Number(process.env['HTTP1_DIFF_CASES'] ?? 400);
const AT_ONCE = 16;

interface Row {
  readonly why: string;
  readonly more: 'ours' | 'node';
  readonly holds: (text: string) => boolean;
}

const ROWS: readonly Row[] = [
  { why: 'a method that node:http does not know, which Hertz routes', more: 'ours', holds: (t) => requestLines(t).some((l) => !/^(GET|POST|PUT|DELETE) /.test(l)) },
  { why: 'equal lengths said twice, which Hertz accepts', more: 'ours', holds: (t) => (t.match(/content-length/gi)?.length ?? 0) > 1 },
  { why: 'HTTP/1.2, which Hertz serves as 1.0', more: 'ours', holds: (t) => /HTTP\/1\.[2-9]/.test(t) },
  { why: 'no Host, which the framework refuses, behind its middlewares', more: 'ours', holds: (t) => headsOf(t).some((h) => !/\nHost:/i.test(h)) },
  { why: 'a request of HTTP/1.0 ends its connection; node:http reads on where a length was said', more: 'node', holds: (t) => t.includes('HTTP/1.0') || /HTTP\/1\.[02-9]/.test(t) },
  { why: 'a chunk extension, 400 as in Hertz', more: 'node', holds: (t) => /[0-9a-f] *;/i.test(t) || /\n[0-9a-f]+[ \t]+\r/i.test(t) },
  { why: 'a coding besides chunked, 400 as in Hertz', more: 'node', holds: (t) => /transfer-encoding:[^\r\n]*(gzip|identity|,)/i.test(t) },
  { why: 'two fields Host, 400 by RFC 9112 section 3.2', more: 'node', holds: (t) => (t.match(/(^|\n)host:/gi)?.length ?? 0) > 1 },
  { why: 'Connection: close in a request ends the connection here; node:http shows what follows', more: 'node', holds: (t) => /connection:[^\r\n]*close/i.test(t) },
  { why: 'Expect: node:http answers 417 to what it does not know, and 100 by itself', more: 'ours', holds: (t) => /expect:/i.test(t) },
  { why: 'a byte above 0x7f in a target is passed on, as in Hertz', more: 'ours', holds: (t) => requestLines(t).some((l) => /[\x80-\xff]/.test(l)) },
  { why: 'up to four empty lines before a request are passed over here, any number there', more: 'node', holds: (t) => /^[\r\n]/.test(t) || /\r\n\r\n[\r\n]/.test(t) },
  { why: 'a request line without a version (HTTP/0.9), which node:http serves', more: 'node', holds: (t) => /^\s*[A-Z]+ [^ \r\n]*\r?\n/.test(t) || /\n[A-Z]+ [^ \r\n]*\r\n/.test(t) },
  { why: 'fields that may not trail are left out of trailers; node:http refuses the request', more: 'ours', holds: (t) => /\n0+\r\n[^]*(content-length|transfer-encoding)/i.test(t) },
  { why: 'an upgrade', more: 'ours', holds: (t) => /upgrade/i.test(t) },
];

function headsOf(text: string): string[] {
  return text.split('\r\n\r\n').filter((h) => / HTTP\/1/.test(h));
}

function requestLines(text: string): string[] {
  return text.split('\n').filter((l) => / HTTP\/1/.test(l));
}

function ours(text: string): string[] {
  const end = echo();
  const shown: string[] = [];
  const react = end.on.react!;
  const bodies = new Map<number, string>();
  const heads = new Map<number, string>();
  end.on.react = (e) => {
    if (e.kind === 'head') {
      heads.set(e.id, (JSON.parse(e.head) as string[]).slice(0, 2).join(' '));
      bodies.set(e.id, '');
    }
    if (e.kind === 'message') bodies.set(e.id, bodies.get(e.id)! + Buffer.from(e.bytes, 'hex').toString('latin1'));
    if (((e.kind === 'head' || e.kind === 'message') && e.end) || e.kind === 'tail') shown.push(`${heads.get(e.id)!} [${bodies.get(e.id)!}]`);
    react(e);
  };
  end.link.feed(Buffer.from(text, 'latin1'));
  return shown;
}

describe('the same bytes, read by node:http', () => {
  const seen = new Map<number, string[]>();
  const server = createServer({ keepAliveTimeout: 1000 }, (req, res) => {
    const parts: Buffer[] = [];
    req.on('data', (b: Buffer) => parts.push(b));
    req.on('error', () => undefined);
    req.on('end', () => {
      seen.get(req.socket.remotePort!)?.push(`${req.method!} ${req.url!} [${Buffer.concat(parts).toString('latin1')}]`);
      res.end('x');
    });
  });
  // What came whole before the bad bytes has its turn first.
  server.on('clientError', (_e, socket) => setImmediate(() => setImmediate(() => socket.destroy())));
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise<void>((resolve) => {
    server.close(() => { resolve(); });
    server.closeAllConnections();
  }));

  const node = (text: string): Promise<string[]> =>
    new Promise((resolve) => {
      const shown: string[] = [];
      let port = 0;
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
        port = socket.localPort!;
        seen.set(port, shown);
        socket.end(Buffer.from(text, 'latin1'));
      });
      socket.resume();
      socket.on('error', () => undefined);
      socket.on('close', () => {
        seen.delete(port);
        resolve(shown);
      });
    });

  it('sound requests are the same to both', async () => {
    for (const text of REQUESTS) expect(await node(text)).toEqual(ours(text));
  });

  it(`${CASES} mutated ones: every disagreement has its row`, async () => {
    const unexplained: unknown[] = [];
    let disagreements = 0;
    const one = async (seed: number): Promise<void> => {
      const text = mutate(seeded(seed * 7919));
      const a = ours(text);
      const b = await node(text);
      if (JSON.stringify(a) === JSON.stringify(b)) return;
      disagreements++;
      const more = a.length > b.length ? 'ours' : 'node';
      const common = Math.min(a.length, b.length);
      // Both show the same requests as far as the stricter goes: no row explains one that is shown in two ways.
      const prefix = JSON.stringify(a.slice(0, common)) === JSON.stringify(b.slice(0, common)) && a.length !== b.length;
      if (!prefix || !ROWS.some((r) => r.more === more && r.holds(text))) unexplained.push({ seed, text, ours: a, node: b });
    };
    for (let seed = 1; seed <= CASES; seed += AT_ONCE) {
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, CASES - seed + 1) }, (_, i) => one(seed + i)));
    }
    expect(unexplained).toEqual([]);
    expect(disagreements).toBeGreaterThan(0);
  }, 120_000);
});
