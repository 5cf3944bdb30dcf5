// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createRouteTable, createTTStreamEngine } from '@cloudwego/protocol';
import type { RpcHead, RpcHeadInit, RpcTail, TTStreamOptions } from '@cloudwego/protocol';
import type { EngineAdapter } from '@cloudwego/protocol/testing';

const routes = createRouteTable([{ name: 'Echo', methods: ['Echo', 'Chat'] }]);

/** The head of a stream of the service "Echo". */
export function head(type: 1 | 2, strings: Record<string, string> = {}, method = 'Chat'): RpcHeadInit {
  return { service: 'Echo', method, type, seqId: 0, deadline: Infinity, wire: 'ttheader-streaming', ints: undefined, strings: new Map(Object.entries(strings)) };
}

/** The TTHeader streaming engine as the contract suite drives it. */
export function ttstreamAdapter(name: string, o: TTStreamOptions = {}): EngineAdapter<RpcHead, RpcHeadInit, RpcTail> {
  return {
    name,
    can: {
      concurrent: 100,
      served: 1000,
      inOrder: false,
      wholeMessages: true,
      streaming: true,
      tail: true,
      resetKeepsConnection: true,
      silentFinish: false,
      holdsBackAboveHighWater: false,
      goodbye: 'none',
      exportState: false,
    },
    create: (role, link, on) => createTTStreamEngine(link, role, on, { routes, ...o }),
    describe: (h) => JSON.stringify([h.type, h.methodName, h.str('x-n')]),
    describeTail: (t) => JSON.stringify([t.code, t.message, t.strings === undefined ? [] : [...t.strings]]),
    describeInit: (h) => JSON.stringify([h.type, h.method, h.strings?.get('x-n')]),
    requestHead: (n) => head(1, { 'x-n': String(n) }),
    responseHead: (n) => head(2, { 'x-n': String(n) }),
    tail: (n) => ({ code: n % 17, message: n % 17 === 0 ? '' : `tail ${n} %é`, details: undefined, strings: new Map([['x-tail', String(n)]]) }),
    payload: (n, size) => {
      const b = Buffer.alloc(Math.max(8, size), n & 0xff);
      b.writeInt32BE(n, 0);
      return b;
    },
    garbage: Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n, which is another protocol'),
  };
}
