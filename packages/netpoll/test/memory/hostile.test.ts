// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import type { ByteConsumer, Connection } from '@cloudwego/gopkg/io';
import { createHostileNetwork, createMemoryNetwork } from '@cloudwego/netpoll/testing';
import type { HostileNetworkOptions, MemoryNetwork } from '@cloudwego/netpoll/testing';

const at = { kind: 'memory', name: 'server' } as const;

async function turns(n = 200): Promise<void> {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve));
}

function consumer(receive: ByteConsumer['receive'], more: Partial<ByteConsumer> = {}): ByteConsumer {
  return { need: 1, receive, receiveEnd: () => undefined, writable: () => undefined, closed: () => undefined, ...more };
}

function send(c: Connection, bytes: Uint8Array): void {
  c.beginWrite(bytes.length).bytes(bytes);
  c.endWrite();
}

/** What every receive of one run looked like: connection and length, in order. */
async function story(o: HostileNetworkOptions): Promise<{ text: string; network: MemoryNetwork }> {
  const network = createHostileNetwork(o);
  const lines: string[] = [];
  let n = 0;
  const listener = await network.listen(at, (c) => {
    const name = n++;
    c.attach(
      consumer(
        (_b, start, end) => {
          lines.push(`${name}+${end - start}`);
          return end - start;
        },
        {
          receiveEnd: () => {
            lines.push(`${name} end`);
            c.end();
          },
          closed: (e) => lines.push(`${name} closed ${e?.message ?? 'in order'}`),
        },
      ),
    );
  });
  const dialed = await Promise.all(Array.from({ length: 8 }, () => network.dial(at)));
  dialed.forEach((c, i) => {
    c.attach(consumer((_b, start, end) => end - start));
    send(c, Buffer.alloc(1000 * (i + 1), i));
    c.end();
  });
  await turns();
  await listener.close();
  return { text: lines.join('\n'), network };
}

describe('the hostile loop', () => {
  it('tells the same story for the same seed, and another for another', async () => {
    const o = { resetRate: 0.2, cutRate: 0.2 };
    const first = await story({ seed: 7, ...o });
    expect((await story({ seed: 7, ...o })).text).toBe(first.text);
    expect((await story({ seed: 8, ...o })).text).not.toBe(first.text);
    expect(first.network.faults).toBeGreaterThan(0);
    expect(first.network.openConnections).toBe(0);
    expect(first.network.openListeners).toBe(0);
  });

  it('splits bytes, serves several connections in one turn, and overwrites what was lent', async () => {
    const network = createHostileNetwork({ seed: 3 });
    const kept: { view: Buffer; text: string }[] = [];
    const inTurn: number[] = [];
    let turn = 0;
    let buffers = 0;
    let last: Buffer | undefined;
    const listener = await network.listen(at, (c) => {
      c.attach(
        consumer((buf, start, end) => {
          if (inTurn.length <= turn) inTurn[turn] = 0;
          inTurn[turn] = inTurn[turn]! + 1;
          if (last !== undefined && last !== buf) buffers++;
          last = buf;
          kept.push({ view: buf.subarray(start, end), text: buf.toString('latin1', start, end) });
          return end - start;
        }),
      );
    });
    const dialed = await Promise.all(Array.from({ length: 20 }, () => network.dial(at)));
    for (const c of dialed) send(c, Buffer.alloc(500, 'a'));
    for (let i = 0; i < 100; i++) {
      await turns(1);
      turn++;
    }
    expect(kept.map((k) => k.text).join('')).toBe('a'.repeat(10_000));
    expect(kept.length).toBeGreaterThan(20);
    expect(Math.max(...inTurn.filter((x) => x > 0))).toBeGreaterThan(3);
    expect(buffers, 'one slab is shared').toBe(0);
    for (const { view } of kept) expect(view.every((b) => b === 0xdd)).toBe(true);
    await listener.close();
    for (const c of dialed) c.destroy();
  });

  it('shows an assembly larger than the slab, and overwrites it too', async () => {
    const network = createHostileNetwork({ seed: 4 });
    const kept: Buffer[] = [];
    let whole = 0;
    await network.listen(at, (c) => {
      c.attach({
        ...consumer((buf, start, end) => {
          kept.push(buf.subarray(start, end));
          if (end - start < 600_000) return 0;
          whole = buf.subarray(start, end).every((b) => b === 7) ? end - start : -1;
          return end - start;
        }),
        need: 600_000,
      });
    });
    const c = await network.dial(at);
    send(c, Buffer.alloc(600_000, 7));
    await expect.poll(() => whole).toBe(600_000);
    for (const view of kept) expect(view.every((b) => b === 0xdd)).toBe(true);
    c.destroy();
  });

  it('uses a slot again at once, with another generation', async () => {
    const network = createHostileNetwork({ seed: 5 });
    await network.listen(at, (c) => {
      c.destroy();
    });
    const slots = new Set<number>();
    const ids = new Set<number>();
    for (let i = 0; i < 50; i++) {
      const c = await network.dial(at);
      slots.add(c.id % 2 ** 20);
      ids.add(c.id);
      await c.close();
      await turns(20);
    }
    expect(ids.size).toBe(50);
    expect(slots.size).toBeLessThan(6);
  });

  it.each(['resetRate', 'cutRate'] as const)('hits every byte position with %s', async (rate) => {
    const seen = new Set<number>();
    const errors = new Set<string>();
    let network: MemoryNetwork | undefined;
    for (let seed = 0; seed < 60; seed++) {
      network = createHostileNetwork({ seed, [rate]: 1, faultWithinBytes: 16 });
      await network.listen(at, (c) => {
        let n = 0;
        const done = (how: string): void => {
          seen.add(n);
          errors.add(how);
        };
        c.attach(
          consumer(
            (_b, start, end) => {
              n += end - start;
              return end - start;
            },
            {
              receiveEnd: () => {
                done('end');
                c.destroy();
              },
              closed: (e) => {
                done((e as { code?: string } | undefined)?.code ?? 'in order');
              },
            },
          ),
        );
        send(c, Buffer.alloc(16));
      });
      const dialed = await Promise.all(Array.from({ length: 8 }, () => network!.dial(at)));
      for (const c of dialed) {
        c.attach(consumer((_b, start, end) => end - start));
        send(c, Buffer.alloc(16));
      }
      await turns(60);
      expect(network.faults).toBe(8);
      for (const c of dialed) c.destroy();
    }
    for (let i = 0; i < 15; i++) expect(seen, `a fault after ${i} bytes`).toContain(i);
    expect(errors).toContain('NETPOLL_CONN_RESET');
    expect(errors.has('end')).toBe(rate === 'cutRate');
  });

  it('does not count the turn in which a dial was begun', async () => {
    const clock = new FakeClock();
    const network = createHostileNetwork({ seed: 6, clock });
    const accepted: Connection[] = [];
    await network.listen(at, (c) => accepted.push(c));
    const dial = network.dial(at, { connectTimeoutMs: 100 });
    clock.advance(5000);
    const c = await dial;
    await expect.poll(() => accepted.length).toBe(1);
    c.destroy();
  });

  it('refuses options that make no sense', () => {
    expect(() => createHostileNetwork({ seed: -1 })).toThrow(expect.objectContaining({ code: 'GOPKG_OPTION_INVALID', option: 'hostileNetwork.seed' }) as Error);
    expect(() => createHostileNetwork({ seed: 1, resetRate: 2 })).toThrow('hostileNetwork.resetRate');
    expect(() => createMemoryNetwork({ windowBytes: 0 })).toThrow('memoryNetwork.windowBytes');
  });
});

describe('a network in memory with a clock of its own', () => {
  it('closes what idled for its limit, not a millisecond earlier, and counts every byte as life', async () => {
    for (const create of [createMemoryNetwork, (o: { clock: FakeClock }) => createHostileNetwork({ seed: 9, ...o })]) {
      const clock = new FakeClock();
      const network = create({ clock });
      const closed: (string | undefined)[] = [];
      let server: Connection | undefined;
      await network.listen(
        at,
        (c) => {
          server = c;
          c.attach(consumer((_b, start, end) => end - start, { closed: (e) => closed.push((e as { code?: string } | undefined)?.code) }));
        },
        { idleMs: 1000 },
      );
      const client = await network.dial(at);
      client.attach(consumer((_b, start, end) => end - start));
      await turns(20);
      clock.advance(900);
      send(client, Buffer.from('x'));
      await turns(20);
      clock.advance(900);
      send(server!, Buffer.from('y'));
      await turns(20);
      clock.advance(990);
      await turns(20);
      expect(closed).toEqual([]);
      clock.advance(20);
      await turns(20);
      expect(closed).toEqual(['NETPOLL_CONN_IDLE_TIMEOUT']);
      expect(network.openConnections).toBe(1);
      client.destroy();
      await turns(20);
      expect(network.openConnections).toBe(0);
    }
  });

  it('times a dial by that clock', async () => {
    const clock = new FakeClock();
    const network = createMemoryNetwork({ clock });
    const listener = await network.listen(at, () => undefined, { backlog: 1 });
    listener.pause();
    const filler = await network.dial(at);
    let e: unknown;
    const dial = network.dial(at, { connectTimeoutMs: 500 }).catch((x: unknown) => {
      e = x;
    });
    await turns(10);
    clock.advance(490);
    await turns(10);
    expect(e).toBeUndefined();
    clock.advance(20);
    await dial;
    expect(e).toMatchObject({ code: 'NETPOLL_DIAL_TIMEOUT' });
    filler.destroy();
    await listener.close();
  });
});
