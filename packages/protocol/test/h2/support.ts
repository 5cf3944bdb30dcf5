// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createH2Engine } from '@cloudwego/protocol';
import type { H2Options, HttpHead, HttpHeadInit, HttpTail } from '@cloudwego/protocol';
import type { EngineAdapter } from '@cloudwego/protocol/testing';

/** The HTTP/2 engine as the contract suite drives it. */
export function h2Adapter(name: string, o: H2Options = {}): EngineAdapter<HttpHead, HttpHeadInit, HttpTail> {
  const describeInit = (h: HttpHeadInit): string => JSON.stringify([h.method ?? '', h.target ?? '', h.status ?? 0, h.headers]);
  return {
    name,
    can: {
      // Before the server has said how many it takes.
      concurrent: 100,
      served: 1000,
      inOrder: false,
      wholeMessages: false,
      streaming: true,
      tail: true,
      resetKeepsConnection: true,
      silentFinish: false,
      holdsBackAboveHighWater: false,
      goodbye: 'goaway',
      exportState: false,
    },
    create: (role, link, on) => createH2Engine(link, role, on, o),
    describe: (h) => JSON.stringify([h.method, h.target, h.status, h.rawHeaders]),
    describeTail: (t) => JSON.stringify(t),
    describeInit,
    requestHead: (n) => ({ method: 'POST', target: `/s/m${n}`, authority: 'a', headers: ['x-n', String(n), 'te', 'trailers'], length: undefined }),
    responseHead: (n) => ({ status: 200, headers: ['x-answer', String(n)], length: undefined }),
    tail: (n) => ['grpc-status', String(n)],
    payload: (n, size) => {
      const b = Buffer.alloc(Math.max(8, size), n & 0xff);
      b.writeInt32BE(n, 0);
      return b;
    },
    // The preface, SETTINGS and WINDOW_UPDATE come before any stream.
    mayEndAfter: (bytes, n) => {
      let p = 24;
      for (; p < n && bytes[p + 3] !== 1; p += 9 + bytes.readUIntBE(p, 3));
      return p === n;
    },
    garbage: Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n, which is another protocol'),
  };
}
