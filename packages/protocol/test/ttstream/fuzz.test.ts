// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { engineEnd, randomSplit, seeded } from '@cloudwego/protocol/testing';
import { head, ttstreamAdapter } from './support.js';

/*
 * Mutations of sound conversations, both ways. Whatever comes of them: no throw, no hang, and a connection that ends does so with a stable code.
 * A case that ever failed stays in fuzz-seeds.json: { "seed": n } replays it. TTSTREAM_FUZZ_CASES asks for more of them.
 */
const CASES = Number(process.env['TTSTREAM_FUZZ_CASES'] ?? 10_000);
const { seeds } = JSON.parse(readFileSync(new URL('./fuzz-seeds.json', import.meta.url), 'utf8')) as { readonly seeds: readonly { readonly seed: number; readonly why: string }[] };
const adapter = ttstreamAdapter('fuzzed', { maxMessageBytes: 5000, maxQueuedMessages: 3, stallMs: 1, maxConcurrent: 4 });
const WORDS = [0, 1, 0x1000, 0x8000, 0xffff];
const LONGS = [-1, 0, 1, 0x7fff_ffff, -0x8000_0000, 0x0400_0000];

/** What a client says in two streams, and what a server answers. */
function conversation(role: 'client' | 'server', ids: readonly number[]): Buffer {
  const client = engineEnd(adapter, 'client');
  const opened = ids.map(() => client.engine.open(head(1, { k: 'v' }), false));
  for (const id of opened) {
    for (let i = 0; i < 3; i++) {
      client.engine.beginMessage(id, 0).bytes(Buffer.alloc(20 * i, i));
      client.engine.endMessage(id, i === 2);
    }
  }
  const asked = client.link.take();
  const server = engineEnd(adapter, 'server');
  server.link.feed(asked);
  for (const id of opened) {
    server.engine.sendHead(id, head(2, { h: '1' }), false);
    server.engine.beginMessage(id, 0).bytes(Buffer.alloc(30, 1));
    server.engine.endMessage(id, false);
    if (id % 2 === 0) server.engine.sendTail(id, { code: 6, message: 'no', details: undefined, strings: new Map([['t', 'x']]) });
    else server.engine.reset(id, 12011, 'stop');
  }
  const bytes = role === 'server' ? asked : server.link.take();
  // Streams have other numbers where it is replayed.
  for (let p = 0; p < bytes.length; p += 4 + bytes.readUInt32BE(p)) bytes.writeInt32BE(ids[opened.indexOf(bytes.readInt32BE(p + 8))]!, p + 8);
  return bytes;
}

function mutate(b: Buffer, random: () => number): Buffer {
  const below = (n: number): number => Math.floor(random() * n);
  let out = Buffer.from(b);
  for (let k = below(4); k > 0; k--) {
    const at = below(out.length);
    const kind = below(6);
    if (kind === 0) out[at]! ^= 1 << below(8);
    else if (kind === 1) out[at] = below(256);
    else if (kind === 2) out = Buffer.concat([out.subarray(0, at), out.subarray(at + 1 + below(8))]);
    else if (kind === 3) out = Buffer.concat([out.subarray(0, at), out.subarray(below(out.length))]);
    else if (kind === 4 && at + 4 <= out.length) out.writeInt32BE(LONGS[below(LONGS.length)]!, at);
    else if (at + 2 <= out.length) out.writeUInt16BE(WORDS[below(WORDS.length)]!, at);
    if (out.length === 0) out = Buffer.from([below(256)]);
  }
  return out;
}

function run(seed: number): void {
  const random = seeded(seed);
  const role = random() < 0.5 ? 'server' : 'client';
  const end = engineEnd(adapter, role);
  let ids = [5, 6];
  if (role === 'client') {
    ids = ids.map(() => end.engine.open(head(1), false));
    for (const id of ids) end.engine.flushHead!(id);
  }
  if (random() < 0.3) end.on.credit = undefined;
  end.on.react = (e) => {
    if (e.kind !== 'head' || role !== 'server') return;
    const what = random();
    if (what < 0.2) end.engine.reset(e.id, 1, 'no');
    else if (what < 0.4) end.engine.finish(e.id);
    else if (what < 0.6) end.engine.sendTail(e.id, { code: 1, message: 'unknown', details: undefined, strings: undefined });
  };
  const bytes = mutate(conversation(role, ids), random);
  for (const p of random() < 0.3 ? [bytes] : randomSplit(bytes, random, 60)) end.link.feed(p);
  end.engine.tick(end.link.clock.now() + 10);
  end.link.feedEnd();
  const { cause } = end.link;
  if (cause !== undefined) expect((cause as { code?: string }).code, `${cause.name}: ${cause.message}`).toMatch(/^PROTOCOL_[A-Z]+_[A-Z]+$/);
  else expect(end.link.ended || end.link.isDestroyed, 'neither ended nor destroyed').toBe(true);
  expect(end.link.writing, 'a write section is open').toBe(false);
  end.link.close();
  expect(end.engine.active).toBe(0);
}

describe('mutated conversations', () => {
  it.each(seeds)('seed $seed: $why', ({ seed }) => {
    run(seed);
  });

  it(`${CASES.toLocaleString('en')} of them end in a typed error or in events`, () => {
    for (let seed = 1; seed <= CASES; seed++) {
      try {
        run(seed);
      } catch (e) {
        throw new Error(`seed ${seed}; keep it in fuzz-seeds.json`, { cause: e });
      }
    }
  }, 120_000);
});
