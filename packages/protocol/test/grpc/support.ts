// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createGrpcEngine, createRouteTable } from '@cloudwego/protocol';
import type { GrpcOptions, RpcHead, RpcHeadInit, RpcTail } from '@cloudwego/protocol';
import type { EngineAdapter } from '@cloudwego/protocol/testing';

const routes = createRouteTable([{ name: 'Echo', methods: ['Echo', 'Chat'] }]);

/** The gRPC engine as the contract suite drives it. */
export function grpcAdapter(name: string, o: GrpcOptions = {}): EngineAdapter<RpcHead, RpcHeadInit, RpcTail> {
  const init = (n: number, type: 1 | 2): RpcHeadInit => ({
    service: 'demo.Echo', method: 'Echo', type, seqId: 0, deadline: Infinity, wire: 'grpc', ints: undefined, strings: new Map([['x-n', String(n)]]),
  });
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
      goodbye: 'goaway',
      exportState: false,
    },
    create: (role, link, on) => createGrpcEngine(link, role, on, { routes, ...o }),
    describe: (h) => JSON.stringify([h.type, h.type === 1 ? h.methodName : '', h.str('x-n')]),
    describeTail: (t) => JSON.stringify([t.code, t.message, t.strings === undefined ? [] : [...t.strings]]),
    describeInit: (h) => JSON.stringify([h.type, h.type === 1 ? h.method : '', h.strings?.get('x-n')]),
    requestHead: (n) => init(n, 1),
    responseHead: (n) => init(n, 2),
    tail: (n) => ({ code: n % 17, message: `tail ${n} %é`, details: undefined, strings: new Map([['x-tail', String(n)]]) }),
    payload: (n, size) => {
      const b = Buffer.alloc(Math.max(8, size), n & 0xff);
      b.writeInt32BE(n, 0);
      return b;
    },
    mayEndAfter: (bytes, n) => {
      let p = 24;
      for (; p < n && bytes[p + 3] !== 1; p += 9 + bytes.readUIntBE(p, 3));
      return p === n;
    },
    garbage: Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n, which is another protocol'),
  };
}
