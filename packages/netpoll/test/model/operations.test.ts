// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Connection, Network } from '@cloudwego/gopkg/io';
import { createHostileNetwork, createMemoryNetwork, eventually, pattern, Recorder } from '@cloudwego/netpoll/testing';
import type { NetworkSubject } from '@cloudwego/netpoll/testing';
import { noNative } from '../fixtures/native.js';
import { memorySubject, tcpSubject, unixSubject } from '../fixtures/subjects.js';

// Random sequences of calls on two connected ends against the simplest model there is: what was written before the end arrives, in order, then the end; once an
// end was destroyed, what arrived at the other is a beginning of that.

type Side = 0 | 1;
type Op =
  | { readonly op: 'write'; readonly side: Side; readonly sizes: readonly number[] }
  | { readonly op: 'cancel' | 'flush' | 'pause' | 'resume' | 'end' | 'close' | 'destroy' | 'replace'; readonly side: Side }
  | { readonly op: 'take'; readonly side: Side; readonly part: number }
  | { readonly op: 'turns'; readonly n: number };

const side = fc.constantFrom<Side>(0, 1);
const size = fc.oneof(fc.nat(20), fc.nat(3000), fc.integer({ min: 4096, max: 9000 }), fc.constant(200_000));
const step: fc.Arbitrary<Op> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ op: fc.constant('write' as const), side, sizes: fc.array(size, { minLength: 1, maxLength: 4 }) }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('turns' as const), n: fc.nat(5) }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('take' as const), side, part: fc.nat(3) }) },
  { weight: 6, arbitrary: fc.record({ op: fc.constantFrom('cancel' as const, 'flush' as const, 'pause' as const, 'resume' as const, 'replace' as const), side }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom('end' as const, 'end' as const, 'close' as const, 'destroy' as const), side }) },
);

/** One end with its consumers, and what the model knows of it. */
class End {
  readonly consumers: Recorder[] = [];
  readonly sent: Buffer[] = [];
  /** What was written from now on is dropped. */
  ended = false;
  /** Nothing more is received. */
  closed = false;
  destroyed = false;
  private part = 0;
  readonly c: Connection;

  constructor(c: Connection) {
    this.c = c;
    this.replace();
  }

  replace(): void {
    const r = new Recorder(`consumer ${this.consumers.length}`);
    r.take = (_b, start, end) => (this.part === 0 ? end - start : this.part === 1 ? 0 : Math.ceil((end - start) / this.part));
    this.consumers.push(r);
    this.c.attach(r);
  }

  take(part: number): void {
    this.part = part;
  }

  received(): Buffer {
    return Buffer.concat(this.consumers.map((r) => r.bytes()));
  }

  get last(): Recorder {
    return this.consumers.at(-1)!;
  }

  faults(): string[] {
    return this.consumers.flatMap((r) => r.faults);
  }
}

async function run(network: Network, subject: NetworkSubject, ops: readonly Op[]): Promise<void> {
  const accepted: Connection[] = [];
  const listener = await network.listen(subject.address(), (c) => accepted.push(c));
  const dialed = await network.dial(listener.address, { connectTimeoutMs: 10_000 });
  await eventually(() => accepted.length === 1, 'the connection is accepted');
  const ends = [new End(dialed), new End(accepted[0]!)] as const;
  let seed = 1;
  for (const o of ops) {
    if (o.op === 'turns') {
      for (let i = 0; i < o.n; i++) await new Promise((resolve) => setImmediate(resolve));
      continue;
    }
    const e = ends[o.side];
    switch (o.op) {
      case 'write': {
        const parts = o.sizes.map((n) => pattern(n, seed++));
        if (!e.ended) e.sent.push(...parts.map((p) => Buffer.from(p)));
        const w = e.c.beginWrite(o.sizes[0]!);
        for (const p of parts) w.bytes(p);
        e.c.endWrite();
        // Changed after the turn, which is legal.
        setImmediate(() => parts.forEach((p) => p.fill(0xee)));
        break;
      }
      case 'cancel':
        e.c.beginWrite(10).bytes(pattern(5000));
        e.c.cancelWrite();
        break;
      case 'take':
        e.take(o.part);
        break;
      case 'replace':
        e.replace();
        break;
      case 'end':
        e.ended = true;
        e.c.end();
        break;
      case 'close':
        e.ended = e.closed = true;
        void e.c.close();
        break;
      case 'destroy':
        e.ended = e.closed = e.destroyed = true;
        e.c.destroy();
        break;
      default:
        e.c[o.op]();
    }
  }
  for (const e of ends) {
    e.take(0);
    e.c.resume();
  }
  const broken = ends.some((e) => e.closed);
  if (broken) {
    // One side is going; the other is told, and ended too.
    await eventually(() => ends.some((e) => e.last.closes.length === 1), 'an end that was closed is closed');
    for (const e of ends) {
      e.take(0);
      e.c.resume();
    }
    await Promise.all(ends.map((e) => eventually(() => e.last.ends + e.last.closes.length > 0, 'the other is told')));
    for (const e of ends) e.c.destroy();
  } else {
    for (const e of ends) {
      e.ended = true;
      e.c.end();
    }
  }
  await eventually(() => ends.every((e) => e.last.closes.length === 1), 'both are closed');
  ends.forEach((e, i) => {
    const other = ends[1 - i]!;
    const sent = Buffer.concat(other.sent);
    const got = e.received();
    expect(e.faults()).toEqual([]);
    expect(got.equals(sent.subarray(0, got.length)), `end ${i} has what was sent, in order`).toBe(true);
    if (!broken) {
      expect(got.length).toBe(sent.length);
      // A consumer that comes when both sides have ended is told that it is over; the end was told to the one before.
      const told = e.last.ends === 1 ? e.last : e.consumers.findLast((r) => r.ends > 0);
      expect(told?.ends).toBe(1);
      expect(e.last.closes).toEqual([undefined]);
    } else if (other.closed && !other.destroyed && !e.closed && e.last.ends > 0) {
      // A close sends what was queued.
      expect(got.length).toBe(sent.length);
    }
    expect(e.c.pendingBytes).toBe(0);
  });
  expect(new Set(ends.map((e) => e.c.id)).size).toBe(2);
  await listener.close();
}

const limits = { maxUnreadBytes: 64 * 1024, highWaterBytes: 128 * 1024 };
const subjects: readonly (readonly [string, () => NetworkSubject, number, (string | undefined)?])[] = [
  ['stream engine over TCP', () => tcpSubject('stream'), 60],
  ['stream engine over unix sockets', () => unixSubject('stream'), 40],
  ['poll engine over TCP', () => tcpSubject('poll'), 100, noNative],
  ['poll engine over unix sockets', () => unixSubject('poll'), 100, noNative],
  ['memory network', () => memorySubject('memory', (l) => createMemoryNetwork(l)), 100],
  ['hostile loop', () => memorySubject('memory', (l) => createHostileNetwork({ seed: ++hostileSeed, ...l })), 150],
];
let hostileSeed = 0;
/** More of everything, by hand. */
const scale = Number(process.env['CLOUDWEGO_MODEL_SCALE'] ?? 1);

for (const [name, make, runs, missing] of subjects) {
  describe.skipIf(missing !== undefined)(`random operations on the ${name} (${missing ?? 'here'})`, () => {
    const subject = make();
    it('agree with the model', { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), (ops) => run(subject.create(limits), subject, ops)),
        { numRuns: Math.ceil(runs * scale) },
      );
    });
  });
}
