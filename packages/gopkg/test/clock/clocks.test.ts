// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { TimerEntry } from '@cloudwego/gopkg/clock';
import { LoopClock, loopClock } from '@cloudwego/gopkg/clock';
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import { describe, expect, it } from 'vitest';
import { runScript, until } from '../support/wait.js';

class Entry implements TimerEntry {
  at: number = Infinity;
  readonly fired: number[] = [];
  fire(now: number): void {
    this.fired.push(now);
  }
}

const spin = (ms: number): void => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};

describe('LoopClock', () => {
  it('gives one reading per turn, and a new one in the next', async () => {
    const clock = new LoopClock();
    const first = clock.now();
    spin(3);
    expect(clock.now()).toBe(first);
    await Promise.resolve();
    expect(clock.now()).toBe(first);
    await new Promise((r) => setImmediate(() => setImmediate(r)));
    expect(clock.now()).toBeGreaterThan(first);
  });

  it('never runs backwards and never ahead', async () => {
    const clock = new LoopClock();
    let last = 0;
    for (let i = 0; i < 200; i++) {
      const t = clock.now();
      expect(t).toBeGreaterThanOrEqual(last);
      expect(t).toBeLessThanOrEqual(performance.now());
      last = t;
      await new Promise((r) => (i % 2 === 0 ? setImmediate(r) : setTimeout(r, 0)));
    }
  });

  it('knows the time of the day', () => {
    expect(Math.abs(new LoopClock().wallMs() - Date.now())).toBeLessThan(60_000);
  });

  it('fires entries of its wheel, not before they are due', async () => {
    const clock = new LoopClock();
    const entries = [1, 20, 5].map((ms) => {
      const e = new Entry();
      const at = performance.now() + ms;
      clock.wheel.add(e, at);
      return { e, at };
    });
    await until(() => entries.every(({ e }) => e.fired.length > 0));
    for (const { e, at } of entries) {
      expect(e.fired).toHaveLength(1);
      expect(e.fired[0]).toBeGreaterThanOrEqual(at);
    }
  });

  it('serves bytes that are there before a deadline that is due', async () => {
    // Both become ready while the loop is busy; I/O is polled before the check phase, in which deadlines fire.
    const { out, status } = await runScript(`
      import { createServer, connect } from 'node:net';
      import { loopClock } from '@cloudwego/gopkg/clock';
      const order = [];
      const server = createServer((s) => s.write('x')).listen(0, '127.0.0.1', () => {
        const c = connect(server.address().port, '127.0.0.1');
        c.once('data', () => {
          c.once('data', () => order.push('bytes'));
          const peer = [...sockets][0];
          peer.write('y', () => {
            loopClock().wheel.add({ at: Infinity, fire() { order.push('deadline'); console.log(order.join()); process.exit(); } }, performance.now() + 5);
            const end = performance.now() + 50;
            while (performance.now() < end);
          });
        });
      });
      const sockets = new Set();
      server.on('connection', (s) => sockets.add(s));
    `);
    expect({ out, status }).toEqual({ out: 'bytes,deadline\n', status: 0 });
  });

  it('is one per thread', () => {
    expect(loopClock()).toBe(loopClock());
  });

  it('lets an idle process end although timers are armed', async () => {
    const { out, status, err } = await runScript(`
      import { loopClock } from '@cloudwego/gopkg/clock';
      const clock = loopClock();
      for (const ms of [60_000, 3_600_000]) clock.wheel.add({ at: Infinity, fire() { console.log('fired', ms); } }, clock.now() + ms);
      process.on('exit', () => console.log('exit with', clock.wheel.size));
    `);
    expect({ out, status, err }).toEqual({ out: 'exit with 2\n', status: 0, err: '' });
  });
});

describe('FakeClock', () => {
  it('stands still until it is told, then fires at the millisecond', () => {
    const clock = new FakeClock(1000, 5_000_000);
    const e = new Entry();
    clock.wheel.add(e, 1008);
    expect([clock.now(), clock.wallMs()]).toEqual([1000, 5_000_000]);
    clock.advance(7);
    expect(e.fired).toEqual([]);
    clock.advance(1);
    expect(e.fired).toEqual([1008]);
    expect([clock.now(), clock.wallMs()]).toEqual([1008, 5_000_008]);
  });

  it('passes fractions and nothing', () => {
    const clock = new FakeClock(0);
    clock.advance(0.5);
    clock.advance(0);
    expect(clock.now()).toBe(0.5);
  });

  it('lets what fires look at the time', () => {
    const clock = new FakeClock(0);
    let seen = 0;
    clock.wheel.add({ at: Infinity, fire: () => (seen = clock.now()) }, 40);
    clock.advance(100);
    expect(seen).toBe(40);
  });
});
