// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { randomSplit, seeded } from '@cloudwego/protocol/testing';
import { client, headInit, hex, M_ARGS, reply, server, structOf, WIRES, written } from './support.js';

/*
 * Mutations of sound messages. Whatever comes of them: no throw, no hang, and a connection that ends does so with a stable code.
 * A case that ever failed stays in fuzz-seeds.json: { "seed": n } replays it.
 */
const CASES = 20_000;
const { seeds } = JSON.parse(readFileSync(new URL('./fuzz-seeds.json', import.meta.url), 'utf8')) as { readonly seeds: readonly { readonly seed: number; readonly why: string }[] };

const heads = [headInit({ strings: new Map([['isn', 'Echo'], ['k', 'v'.repeat(30)]]), ints: new Map([[22, '1'], [12, '500']]) }), headInit({ method: 'Ping', type: 4, seqId: -1 })];
const requests: readonly Buffer[] = [
  ...WIRES.flatMap((wire) => heads.map((h) => written({ wire }, h, structOf(3, 40)))),
  ...(['ttheader', 'ttheader-framed'] as const).flatMap((wire) => [written({ wire, crc32c: true }, heads[0]!, M_ARGS), written({ wire, outOfOrder: true }, heads[0]!, M_ARGS)]),
  written({ wire: 'framed', payload: 'protobuf' }, heads[0]!, hex('0a026869')),
  Buffer.concat([hex('ff af 00 0d 00 01 00 03 69 73 6e 00 04 45 63 68 6f'), written({ wire: 'framed' }, heads[0]!, M_ARGS)]),
  hex('00 00 00 28 10 00 00 02 00 00 00 05 00 05 10 00 10 00 02 00 1b 00 01 33 00 09 00 04 43 68 61 74 00 00 0b 00 01 00 00 00 02 68 69 00'),
];
const replies = requests.map((b) => {
  const r = Buffer.from(b);
  for (const magic of ['80010001', '80010004', '90010001']) {
    const at = r.indexOf(hex(magic));
    if (at >= 0) r[at + 3] = 2;
  }
  return r;
});
const EXTREMES = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x10, 0x0b, 0x0c, 0x0d, 0x0f];

function mutate(from: Buffer, random: () => number): Buffer {
  const below = (n: number): number => Math.floor(random() * n);
  let b = Buffer.from(from);
  for (let k = 1 + below(4); k > 0; k--) {
    const at = below(b.length);
    switch (below(7)) {
      case 0:
        b[at]! ^= 1 << below(8);
        break;
      case 1:
        b[at] = EXTREMES[below(EXTREMES.length)]!;
        break;
      case 2:
        b = Buffer.concat([b.subarray(0, at), b.subarray(at + 1 + below(8))]);
        break;
      case 3:
        b = Buffer.concat([b.subarray(0, at), Buffer.from(Array.from({ length: 1 + below(8) }, () => below(256))), b.subarray(at)]);
        break;
      case 4:
        b = Buffer.concat([b.subarray(0, at), b.subarray(below(b.length), b.length)]);
        break;
      case 5:
        if (at + 4 <= b.length) b.writeInt32BE([-1, 0, 1, 0x7fff_ffff, -0x8000_0000, b.length, 0x0400_0000][below(7)]!, at);
        break;
      default:
        if (at + 2 <= b.length) b.writeUInt16BE([0, 1, 0xffff, 0x8000, 0x1000][below(5)]!, at);
    }
    if (b.length === 0) b = Buffer.from([below(256)]);
  }
  return b;
}

function run(seed: number): void {
  const random = seeded(seed);
  const asServer = random() < 0.6;
  const pool = asServer ? requests : replies;
  const pick = (): Buffer => pool[Math.floor(random() * pool.length)]!;
  const bytes = Buffer.concat([random() < 0.3 ? pick() : Buffer.alloc(0), mutate(pick(), random), pick()]);
  const options = { pipelineDepth: 1 + Math.floor(random() * 3), crc32c: random() < 0.2, maxMessageBytes: random() < 0.2 ? 64 : 1 << 26 };
  const end = asServer ? server(options) : client({ ...options, wire: 'ttheader', outOfOrder: random() < 0.4 });
  if (asServer) {
    end.on.react = (e) => {
      if (e.kind === 'head' && e.id % 5 === 0) end.engine.reset(e.id, 1, 'no');
      else if (e.kind === 'message') {
        if (e.id % 3 === 0) end.engine.finish(e.id);
        else reply(end, e.id);
      }
    };
  } else {
    for (let i = 1; i <= 3; i++) {
      const id = end.engine.open(headInit({ seqId: i }), false);
      if (id < 0) break;
      end.engine.beginMessage(id, 0).bytes(M_ARGS);
      end.engine.endMessage(id, true);
    }
  }
  for (const p of random() < 0.3 ? [bytes] : randomSplit(bytes, random, 60)) end.link.feed(p);
  end.link.feedEnd();
  const { cause } = end.link;
  if (cause !== undefined) expect((cause as { code?: string }).code, `seed ${seed}: ${cause.name}: ${cause.message}`).toMatch(/^PROTOCOL_[A-Z]+_[A-Z]+$/);
  else expect(end.link.ended || end.link.isDestroyed, `seed ${seed}: neither ended nor destroyed`).toBe(true);
  expect(end.link.writing, `seed ${seed}: a write section is open`).toBe(false);
  end.link.close();
  expect(end.engine.active).toBe(0);
}

describe('mutated messages', () => {
  it.each(seeds)('seed $seed: $why', ({ seed }) => {
    run(seed);
  });

  it(`${CASES.toLocaleString('en')} of them end in a typed error or in messages`, () => {
    for (let seed = 1; seed <= CASES; seed++) {
      try {
        run(seed);
      } catch (e) {
        throw new Error(`seed ${seed}; keep it in fuzz-seeds.json`, { cause: e });
      }
    }
  }, 120_000);

  it('every byte of every vector flipped, bit by bit', () => {
    for (const [i, bytes] of requests.entries()) {
      for (let at = 0; at < bytes.length; at++) {
        for (const x of [0x01, 0x80, 0xff]) {
          const b = Buffer.from(bytes);
          b[at]! ^= x;
          const end = server();
          end.on.react = (e) => {
            if (e.kind === 'message') end.engine.finish(e.id);
          };
          end.link.feed(b);
          end.link.feedEnd();
          if (end.link.cause !== undefined) expect((end.link.cause as { code?: string }).code, `vector ${i}, byte ${at}`).toMatch(/^PROTOCOL_/);
        }
      }
    }
  });
});
