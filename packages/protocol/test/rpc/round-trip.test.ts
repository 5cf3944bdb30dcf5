// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRpcEngine, prepareInfo, StrKey } from '@cloudwego/protocol';
import type { RpcHead, RpcHeadInit } from '@cloudwego/protocol';
import { MemoryLink, randomSplit, seeded } from '@cloudwego/protocol/testing';
import { headInit, structOf, WIRES, written } from './support.js';
import type { RpcWire } from './support.js';

const text = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 20 }), fc.string({ minLength: 30, maxLength: 300 }));
/** As it arrives: a lone surrogate becomes U+FFFD. */
const sent = (s: string): string => Buffer.from(s).toString();
const strings = fc.array(fc.tuple(text, text), { maxLength: 12 }).map((pairs) => new Map(pairs));
const ints = fc.array(fc.tuple(fc.integer({ min: 0, max: 0xffff }).filter((k) => k !== 12), text), { maxLength: 12 }).map((pairs) => new Map(pairs));
const head = fc.record({
  method: fc.string({ minLength: 1, maxLength: 60 }),
  type: fc.constantFrom(1 as const, 4 as const),
  seqId: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
  strings: fc.option(strings, { nil: undefined }),
  ints: fc.option(ints, { nil: undefined }),
  preparedStrings: strings,
  preparedInts: ints,
});
const wire = fc.constantFrom<RpcWire>(...WIRES);

interface Got {
  readonly head: RpcHead;
  readonly payload: Buffer;
}

/** Reads messages; heads are retained, as a server does that works on them later. */
function readAll(pieces: readonly Uint8Array[]): readonly Got[] {
  const link = new MemoryLink();
  const heads = new Map<number, RpcHead>();
  const got: Got[] = [];
  const engine = createRpcEngine(
    link,
    'server',
    {
      onHead: (id, h) => heads.set(id, h.retain()),
      onMessage: (id, r) => {
        got.push({ head: heads.get(id)!, payload: Buffer.from(r.bytes(r.left)) });
        engine.finish(id);
      },
      onTail: () => undefined,
      onReset: () => undefined,
      onWritable: () => undefined,
      onGoAway: () => undefined,
    },
    {},
  );
  link.attach(engine);
  for (const p of pieces) link.feed(p);
  expect(link.cause).toBeUndefined();
  expect(link.unreadBytes).toBe(0);
  return got;
}

function initOf(h: { readonly preparedStrings: Map<string, string>; readonly preparedInts: Map<number, string> } & Partial<RpcHeadInit>): RpcHeadInit {
  const { preparedStrings, preparedInts, ...rest } = h;
  return headInit({ ...rest, info: prepareInfo(preparedInts, preparedStrings) });
}

describe('what is written is what is read', () => {
  it('whatever the head, the payload, the wire, and the pieces in which it comes', () => {
    fc.assert(
      fc.property(wire, fc.array(fc.tuple(head, fc.nat(3000)), { minLength: 1, maxLength: 4 }), fc.integer(), (w, messages, seed) => {
        const bytes = Buffer.concat(messages.map(([h, size], i) => written({ wire: w }, initOf(h), structOf(i, size))));
        const got = readAll(randomSplit(bytes, seeded(seed), 400));
        expect(got).toHaveLength(messages.length);
        messages.forEach(([h, size], i) => {
          const m = got[i]!;
          expect(m.payload).toEqual(structOf(i, size));
          expect(m.head).toMatchObject({ wire: w, payload: 'thrift', type: h.type, seqId: h.seqId, methodName: sent(h.method) });
          const headed = w.startsWith('ttheader');
          const wanted = new Map<string, string>();
          if (headed) for (const [k, v] of [...h.preparedStrings, ...(h.strings ?? [])]) wanted.set(sent(k), sent(v));
          expect(new Map(m.head.strings())).toEqual(wanted);
          for (const k of new Set([...h.preparedInts.keys(), ...(h.ints?.keys() ?? []), 7])) {
            expect(m.head.int(k)).toBe(headed ? mapped(h.ints?.get(k) ?? h.preparedInts.get(k)) : undefined);
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  it('blocks may come in any order, several times, with padding between; the last of a key wins', () => {
    const string = fc.record({ kind: fc.constant('strings' as const), pairs: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'isn'), text), { maxLength: 4 }) });
    const int = fc.record({ kind: fc.constant('ints' as const), pairs: fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), text), { maxLength: 4 }) });
    const token = fc.record({ kind: fc.constant('token' as const), text });
    const pad = fc.record({ kind: fc.constant('pad' as const), n: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(fc.oneof(string, int, token, pad), { maxLength: 8 }), fc.nat(3), (blocks, transforms) => {
        const parts: Buffer[] = [Buffer.from([0, transforms]), Buffer.alloc(transforms, 1)];
        const sized = (s: string): Buffer => {
          const b = Buffer.from(s);
          const n = Buffer.alloc(2);
          n.writeUInt16BE(b.length);
          return Buffer.concat([n, b]);
        };
        const u16 = (n: number): Buffer => Buffer.from([n >> 8, n & 255]);
        const wantStrings = new Map<string, string>();
        const wantInts = new Map<number, string>();
        for (const b of blocks) {
          if (b.kind === 'pad') parts.push(Buffer.alloc(b.n));
          else if (b.kind === 'token') {
            parts.push(Buffer.from([0x11]), sized(b.text));
            wantStrings.set(StrKey.GDPRToken, sent(b.text));
          } else if (b.kind === 'ints') {
            parts.push(Buffer.from([0x10]), u16(b.pairs.length), ...b.pairs.flatMap(([k, v]) => [u16(k), sized(v)]));
            for (const [k, v] of b.pairs) wantInts.set(k, sent(v));
          } else {
            parts.push(Buffer.from([0x01]), u16(b.pairs.length), ...b.pairs.flatMap(([k, v]) => [sized(k), sized(v)]));
            for (const [k, v] of b.pairs) wantStrings.set(k, sent(v));
          }
        }
        const info = Buffer.concat(parts);
        const padded = Buffer.concat([info, Buffer.alloc((4 - (info.length % 4)) % 4)]);
        const message = written({ wire: 'buffered' }, headInit(), structOf(1, 5));
        const frame = Buffer.alloc(14);
        frame.writeUInt32BE(10 + padded.length + message.length, 0);
        frame.writeUInt16BE(0x1000, 4);
        frame.writeUInt16BE(padded.length / 4, 12);
        const [got] = readAll([Buffer.concat([frame, padded, message])]);
        expect(new Map(got!.head.strings())).toEqual(wantStrings);
        for (let k = 0; k < 6; k++) expect(got!.head.int(k)).toBe(wantInts.get(k));
      }),
      { numRuns: 300 },
    );
  });

  it('a token in shared pairs goes to its block too, and one of the message wins', () => {
    const shared = prepareInfo(undefined, new Map([[StrKey.GDPRToken, 'shared'], ['k', 'v']]));
    const get = (own: Map<string, string> | undefined): unknown => Object.fromEntries(readAll([written({ wire: 'ttheader' }, headInit({ info: shared, strings: own }), structOf(1, 1))])[0]!.head.strings());
    expect(get(undefined)).toEqual({ [StrKey.GDPRToken]: 'shared', k: 'v' });
    expect(get(new Map([[StrKey.GDPRToken, 'own']]))).toEqual({ [StrKey.GDPRToken]: 'own', k: 'v' });
  });

  it('of several values of a key the last is written', () => {
    const [got] = readAll([written({ wire: 'ttheader' }, headInit({ strings: new Map<string, string | string[]>([['a', ['1', '2']], ['b', []]]) }), structOf(1, 1))]);
    expect(Object.fromEntries(got!.head.strings())).toEqual({ a: '2', b: '' });
  });
});

function mapped(v: string | undefined): string | undefined {
  return v === undefined ? undefined : sent(v);
}
