// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Channel } from '@cloudwego/gopkg/channel';
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import fc from 'fast-check';
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';

const turn = (): Promise<void> => new Promise((r) => setImmediate(r));

describe('Channel', () => {
  it('hands every item over once and in order, whoever waits or gives up: model of two queues', async () => {
    const op = fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('send' as const, 'receive' as const, 'trySend' as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('abortSend' as const, 'abortReceive' as const), who: fc.nat(5) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(op, { maxLength: 40 }), fc.option(fc.integer({ min: 1, max: 3 })), async (ops, size) => {
        const c = new Channel<number>(size === null ? { nonBlocking: true } : { size });
        const limit = size ?? Infinity;
        interface Party {
          readonly abort: AbortController;
          readonly n: number;
          result: unknown;
        }
        const [senders, receivers]: [Party[], Party[]] = [[], []];
        const buffer: number[] = [];
        const expected = new Map<Party, unknown>();
        const all: Party[] = [];
        let n = 0;
        let accepted = 0;
        let taken = 0;
        const settle = (): void => {
          for (let moved = true; moved; ) {
            moved = false;
            if (receivers.length > 0 && buffer.length > 0) {
              expected.set(receivers.shift()!, { done: false, value: buffer.shift() });
              taken++;
              moved = true;
            }
            if (senders.length > 0 && buffer.length < limit) {
              const s = senders.shift()!;
              buffer.push(s.n);
              accepted++;
              expected.set(s, true);
              moved = true;
            }
          }
        };
        const start = (list: Party[], run: (p: Party) => Promise<unknown>): void => {
          const p: Party = { abort: new AbortController(), n: n++, result: undefined };
          list.push(p);
          all.push(p);
          run(p).then(
            (v) => (p.result = v),
            () => (p.result = 'aborted'),
          );
        };
        for (const o of ops) {
          if (o.do === 'send') start(senders, async (p) => c.send(p.n, { signal: p.abort.signal }));
          else if (o.do === 'receive') start(receivers, async (p) => c.receive({ signal: p.abort.signal }));
          else if (o.do === 'trySend') {
            const can = senders.length === 0 && buffer.length < limit;
            expect(c.trySend(n)).toBe(can);
            if (can) {
              buffer.push(n);
              accepted++;
            }
            n++;
          } else if ('who' in o) {
            const list = o.do === 'abortSend' ? senders : receivers;
            const p = list[o.who % Math.max(1, list.length)];
            if (p === undefined) continue;
            list.splice(list.indexOf(p), 1);
            expected.set(p, 'aborted');
            p.abort.abort();
          }
          settle();
          await turn();
          for (const p of all) expect(p.result).toEqual(expected.get(p));
          expect([c.produced, c.consumed, c.length]).toEqual([accepted, taken, accepted - taken]);
        }
        c.close();
        await turn();
        for (const p of senders) expect(p.result).toBe(false);
        const rest: number[] = [];
        for await (const v of c) rest.push(v);
        expect(rest).toEqual(buffer);
        for (const p of receivers) expect(p.result).toEqual({ done: true, value: undefined });
        for (const p of all) expect(getEventListeners(p.abort.signal, 'abort')).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('lets the receiver drain after close, then ends', async () => {
    const c = new Channel<number>({ size: 3 });
    await c.send(1);
    await c.send(2);
    c.close();
    c.close();
    expect([await c.send(3), c.trySend(3), c.closed, c.length]).toEqual([false, false, true, 2]);
    const got: number[] = [];
    for await (const v of c) got.push(v);
    expect(got).toEqual([1, 2]);
    expect(await c.receive()).toEqual({ done: true, value: undefined });
  });

  it('stays open when a loop is left', async () => {
    const c = new Channel<number>({ nonBlocking: true });
    c.trySend(1);
    c.trySend(2);
    for await (const v of c) {
      expect(v).toBe(1);
      break;
    }
    expect([c.closed, (await c.receive()).value]).toEqual([false, 2]);
  });

  it('drops what nobody took in time, and says so', async () => {
    const clock = new FakeClock(0);
    const dropped: number[] = [];
    const c = new Channel<number>({ size: 4, ttlMs: 10, onExpired: (v) => dropped.push(v), clock });
    await c.send(1);
    clock.advance(10);
    await c.send(2);
    // At the very end of its time it is still good.
    expect((await c.receive()).value).toBe(1);
    await c.send(3);
    clock.advance(11);
    await c.send(4);
    expect((await c.receive()).value).toBe(4);
    expect([dropped, c.consumed, c.length]).toEqual([[2, 3], 4, 0]);
  });

  it('holds back senders and receivers as throttles say, and asks again', async () => {
    const clock = new FakeClock(0);
    let [producer, consumer] = [true, true];
    const c = new Channel<number>({ size: 5, clock, throttle: { producer: () => producer, consumer: () => consumer, windowMs: 40 } });
    let sent = false;
    const sending = c.send(1).then((v) => (sent = v));
    expect(c.trySend(9)).toBe(false);
    clock.advance(100);
    await turn();
    expect(sent).toBe(false);
    producer = false;
    clock.advance(40);
    await sending;
    let got: unknown;
    const receiving = c.receive().then((r) => (got = r.value));
    clock.advance(200);
    await turn();
    expect(got).toBeUndefined();
    consumer = false;
    clock.advance(40);
    await receiving;
    expect(got).toBe(1);
  });

  it('ends receivers that a throttle holds back, once it lets go', async () => {
    const clock = new FakeClock(0);
    let hold = true;
    const c = new Channel<number>({ clock, throttle: { consumer: () => hold } });
    await c.send(1);
    const first = c.receive();
    const second = c.receive();
    c.close();
    hold = false;
    clock.advance(100);
    expect([await first, await second]).toEqual([{ done: false, value: 1 }, { done: true, value: undefined }]);
    const empty = new Channel<number>({ clock, throttle: { consumer: () => true } });
    const waiting = empty.receive();
    empty.close();
    expect((await waiting).done).toBe(true);
  });

  it('lets so many through per second', async () => {
    const clock = new FakeClock(0);
    const c = new Channel<number>({ size: 100, clock, rate: { produce: 3, consume: 2 } });
    expect([1, 2, 3, 4].map((v) => c.trySend(v))).toEqual([true, true, true, false]);
    clock.advance(1000);
    expect([4, 5, 6, 7].map((v) => c.trySend(v))).toEqual([true, true, true, false]);
    const got: number[] = [];
    void (async () => {
      for await (const v of c) got.push(v);
    })();
    await turn();
    expect(got).toEqual([1, 2]);
    clock.advance(1100);
    await turn();
    expect(got).toEqual([1, 2, 3, 4]);
    clock.advance(1100);
    await turn();
    expect(got).toEqual([1, 2, 3, 4, 5, 6]);
    c.close();
  });

  it('refuses options that contradict', () => {
    expect(() => new Channel({ nonBlocking: true, size: 1 })).toThrow('channel.size: a channel that never blocks has no size');
    for (const o of [{ size: 0 }, { ttlMs: -1 }, { rate: { produce: -1 } }, { throttle: { windowMs: 0 } }]) expect(() => new Channel(o)).toThrow(/^channel\./);
  });
});
