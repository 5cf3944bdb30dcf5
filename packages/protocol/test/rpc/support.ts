// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { RpcEngineOptions, RpcEngineState, RpcHead, RpcHeadInit, RpcTail } from '@cloudwego/protocol';
import { createRouteTable, createRpcEngine } from '@cloudwego/protocol';
import type { EngineAdapter, EngineEnd, EngineMaker } from '@cloudwego/protocol/testing';
import { engineEnd } from '@cloudwego/protocol/testing';

export type RpcWire = 'buffered' | 'framed' | 'ttheader' | 'ttheader-framed';
export const WIRES: readonly RpcWire[] = ['buffered', 'framed', 'ttheader', 'ttheader-framed'];

/** Hex with spaces, bars and line ends. */
export const hex = (s: string): Buffer => Buffer.from(s.replaceAll(/[^0-9a-f]/g, ''), 'hex');

/** Call of Echo, sequence 1, { msg: "hi" }: `M` of the specification. */
export const M = hex('80010001 00000004 4563686f 00000001  0c0001 0b0001 00000002 6869 00 00');
/** What stands in M behind the message's head. */
export const M_ARGS = M.subarray(16);

export const echo = createRouteTable([{ name: 'Echo', methods: ['Echo', 'Ping', 'Fire'] }]);

/** A head with everything at its default. */
export function headInit(o: Partial<RpcHeadInit> = {}): RpcHeadInit {
  return { service: 'Echo', method: 'Echo', type: 1, seqId: 1, deadline: Infinity, wire: 'ttheader', ints: undefined, strings: undefined, ...o };
}

/** What a test compares of a head that was read. */
export function describeHead(h: RpcHead): string {
  return JSON.stringify({ method: h.methodName, type: h.type, seq: h.seqId, wire: h.wire, payload: h.payload, strings: Object.fromEntries(h.strings()) });
}

export function maker(options: RpcEngineOptions = {}): EngineMaker<RpcHead, RpcHeadInit, RpcTail> {
  return { create: (role, link, on) => createRpcEngine(link, role, on, options), describe: describeHead, describeTail: () => '' };
}

export type RpcEnd = EngineEnd<RpcHead, RpcHeadInit, RpcTail>;

export function server(options: RpcEngineOptions = {}, link?: Parameters<typeof engineEnd>[2]): RpcEnd {
  return engineEnd(maker({ routes: echo, ...options }), 'server', link);
}

export function client(options: RpcEngineOptions = {}, link?: Parameters<typeof engineEnd>[2]): RpcEnd {
  return engineEnd(maker(options), 'client', link);
}

/** What a client writes for one call. */
export function written(options: RpcEngineOptions, head: RpcHeadInit, payload: Uint8Array): Buffer {
  const end = client(options);
  const id = end.engine.open(head, false);
  end.engine.beginMessage(id, payload.length).bytes(payload);
  end.engine.endMessage(id, true);
  return end.link.take();
}

/** What a server writes in answer to `request`. */
export function answered(options: RpcEngineOptions, request: Uint8Array, head: RpcHeadInit, payload: Uint8Array): Buffer {
  const end = server(options);
  end.link.feed(request);
  const id = end.on.of('head')[0]!.id;
  end.engine.sendHead(id, head, false);
  end.engine.beginMessage(id, 0).bytes(payload);
  end.engine.endMessage(id, true);
  return end.link.take();
}

/** Answers a request that a server was shown. */
export function reply(end: RpcEnd, id: number, head: Partial<RpcHeadInit> = {}, payload: Uint8Array = Uint8Array.of(0)): boolean {
  end.engine.sendHead(id, headInit({ type: 2, ...head }), false);
  end.engine.beginMessage(id, 0).bytes(payload);
  return end.engine.endMessage(id, true);
}

/** A struct with one binary field of `size` bytes that depend on `n`. */
export function structOf(n: number, size: number): Buffer {
  const b = Buffer.alloc(7 + size + 1);
  b[0] = 11;
  b.writeInt16BE(1, 1);
  b.writeInt32BE(size, 3);
  for (let i = 0; i < size; i++) b[7 + i] = (n * 31 + i * 7) & 0xff;
  return b;
}

/** The RPC engine as the contract suite sees it. */
export function rpcAdapter(name: string, options: RpcEngineOptions): EngineAdapter<RpcHead, RpcHeadInit, RpcTail> {
  const wire = (options.wire ?? 'ttheader-framed') as RpcWire;
  const headed = wire.startsWith('ttheader');
  const mux = options.outOfOrder === true;
  const depth = options.pipelineDepth ?? 1;
  const all: RpcEngineOptions = { routes: echo, ...options };
  const strings = (n: number): ReadonlyMap<string, string> | undefined => (headed ? new Map([['k', `v${n}`]]) : undefined);
  return {
    ...maker(all),
    name,
    can: {
      concurrent: mux ? (options.maxConcurrent ?? 1024) : depth,
      served: mux ? (options.maxConcurrent ?? 1024) : depth,
      inOrder: !mux,
      wholeMessages: true,
      streaming: false,
      tail: false,
      resetKeepsConnection: mux,
      silentFinish: true,
      holdsBackAboveHighWater: true,
      goodbye: mux ? 'goaway' : headed ? 'head' : 'none',
      exportState: true,
    },
    requestHead: (n) => headInit({ wire, seqId: n, strings: strings(n) }),
    responseHead: (n) => headInit({ wire, type: 2, seqId: n, strings: strings(-n) }),
    describeInit: (h) =>
      JSON.stringify({ method: h.method, type: h.type, seq: h.seqId, wire, payload: options.payload ?? 'thrift', strings: withChecksum(h, options) }),
    payload: structOf,
    garbage: hex('deadbeef deadbeef deadbeef deadbeef'),
    saysGoodbye: (head) => (JSON.parse(head) as { strings: Record<string, string> }).strings['crrst'] === '1',
    continueFrom: (_role, state) => maker({ ...all, state: state as RpcEngineState }),
  };
}

function withChecksum(h: RpcHeadInit, _o: RpcEngineOptions): Record<string, string> {
  return Object.fromEntries(h.strings ?? []) as Record<string, string>;
}
