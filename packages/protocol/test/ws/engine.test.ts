// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import type { DeflateParameters, WsOptions } from '@cloudwego/protocol';
import { WsEngine, WsError, WsPrepared } from '@cloudwego/protocol';
import { MemoryLink } from '@cloudwego/protocol/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FrameInit } from './support.js';
import { Echo, frame, framesOf } from './support.js';

const code = (f: () => unknown): unknown => {
  try {
    f();
    return 'no error';
  } catch (e) {
    return e instanceof WsError ? e.code : e;
  }
};

/** Both ends, and whatever one of them has sent is given to the other until nobody sends. */
function pair(client: WsOptions, server: WsOptions, chop: number = Infinity): { c: Echo; s: Echo; run(): void } {
  const c = new Echo('client', client, false);
  const s = new Echo('server', server);
  const move = (from: Echo, to: Echo): boolean => {
    const b = from.link.take();
    for (let p = 0; p < b.length; p += chop) to.link.feed(b.subarray(p, p + chop));
    return b.length > 0;
  };
  return { c, s, run: () => { while (move(c, s) || move(s, c)); } };
}

describe('both roles together', () => {
  it('messages of every size go there and back, whatever the pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), fc.constantFrom(125, 126, 127, 65_535, 65_536).map((n) => 'x'.repeat(n))), { maxLength: 8 }), fc.integer({ min: 1, max: 5000 }), (messages, chop) => {
        const { c, run } = pair({}, {}, chop);
        for (const m of messages) c.engine.send(m);
        run();
        expect(c.heard).toEqual(messages.map((m) => (typeof m === 'string' ? m : Buffer.from(m))));
      }),
      { numRuns: 40 },
    );
  });

  const all: DeflateParameters[] = [];
  for (const serverNoContextTakeover of [true, false]) for (const clientNoContextTakeover of [true, false]) for (const bits of [9, 15]) all.push({ serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits: bits, clientMaxWindowBits: bits });
  it.each(all)('compressed by %j', (deflate) => {
    const o: WsOptions = { deflate, compressFromBytes: 0 };
    const { c, s, run } = pair(o, o, 100);
    const messages = Array.from({ length: 20 }, (_, i) => `message ${i % 3} that comes again and again, ${'and is long '.repeat(i * 20)}`);
    for (const m of messages) c.engine.send(m);
    c.engine.send(Buffer.from(messages[5]!));
    c.engine.send('not compressed', { compress: false });
    run();
    expect(s.heard.slice(0, 20)).toEqual(messages);
    expect(c.heard).toEqual([...messages, Buffer.from(messages[5]!), 'not compressed']);
  });

  it('what came before makes the next message shorter, where that was agreed on', () => {
    const size = (keep: boolean): number => {
      const e = new Echo('server', { deflate: { serverNoContextTakeover: !keep, clientNoContextTakeover: true, serverMaxWindowBits: 15, clientMaxWindowBits: 15 }, compressFromBytes: 0 });
      const message = Array.from({ length: 50 }, (_, i) => (i * 7919).toString(36)).join();
      e.engine.send(message);
      e.link.take();
      e.engine.send(message);
      return e.link.take().length;
    };
    expect(size(true)).toBeLessThan(size(false) / 4);
  });

  it('short messages are not compressed, unless it is asked for', () => {
    const e = new Echo('server', { deflate: all[0]! });
    e.engine.send('x'.repeat(1023));
    e.engine.send('x'.repeat(1024));
    e.engine.send('xx', { compress: true });
    expect(framesOf(e.link.take()).map((f) => f.rsv)).toEqual([0, 4, 4]);
  });

  it('goodbye: code and reason arrive, the server ends first', () => {
    const { c, s, run } = pair({}, {});
    c.engine.sendClose(4001, 'enough');
    c.engine.sendClose(4002);
    expect(c.engine.isOpen).toBe(false);
    expect(code(() => c.engine.send('late'))).toBe('WS_MISUSED');
    run();
    expect([c.link.ended, s.link.ended]).toEqual([false, true]);
    c.link.feedEnd();
    expect(c.link.ended).toBe(true);
    c.gone();
    s.gone();
    expect(s.closed).toEqual([4001, 'enough', undefined]);
    expect(c.closed).toEqual([4001, '', undefined]);
  });

  it('both may say goodbye at once', () => {
    const { c, s, run } = pair({}, {});
    c.engine.sendClose(1000);
    s.engine.sendClose(1001);
    run();
    c.gone();
    s.gone();
    expect([c.closed, s.closed]).toEqual([[1001, '', undefined], [1000, '', undefined]]);
  });
});

describe('a server', () => {
  it('reads random frames as a model does', () => {
    const op = fc.constantFrom(0, 1, 2, 9, 10);
    const f: fc.Arbitrary<FrameInit> = fc.record({ op, fin: fc.boolean(), body: fc.oneof(fc.constantFrom('', 'a', 'text', 'x'.repeat(130)), fc.uint8Array({ maxLength: 40 })) });
    fc.assert(
      fc.property(fc.array(f, { maxLength: 12 }), fc.integer({ min: 1, max: 50 }), (frames, chop) => {
        const heard: (string | Buffer)[] = [];
        let end = false;
        let inside = 0;
        let parts: Buffer[] = [];
        for (const { op: o, fin, body } of frames) {
          const b = Buffer.from(body as string);
          if (o >= 8) {
            if (fin === false || b.length > 125) end = true;
          } else if ((o === 0) !== (inside !== 0)) end = true;
          else {
            if (o !== 0) {
              inside = o;
              parts = [];
            }
            parts.push(b);
            const whole = Buffer.concat(parts);
            if (fin === true) {
              if (inside === 2) heard.push(whole);
              else if (Buffer.from(whole.toString()).equals(whole)) heard.push(whole.toString());
              else end = true;
              inside = 0;
            } else if (inside === 1 && new TextDecoder().decode(whole, { stream: true }).includes('\ufffd')) end = true;
          }
          if (end) break;
        }
        const e = new Echo('server', {}, false);
        e.feed(Buffer.concat(frames.map((x) => frame(x))), chop);
        expect(e.heard).toEqual(heard);
        expect(e.link.ended).toBe(end);
      }),
      { numRuns: 150 },
    );
  });

  it('limits messages, their fragments, and what they become', () => {
    const ends = (o: WsOptions, frames: FrameInit[]): number | undefined => {
      const e = new Echo('server', o).feed(Buffer.concat(frames.map((f) => frame(f))), 7);
      const last = e.sent.at(-1);
      return last?.op === 8 ? last.body.readUInt16BE(0) : undefined;
    };
    expect(ends({ maxMessageBytes: 4 }, [{ op: 1, body: '1234' }])).toBeUndefined();
    expect(ends({ maxMessageBytes: 4 }, [{ op: 1, body: '12345' }])).toBe(1009);
    expect(ends({ maxMessageBytes: 4 }, [{ op: 2, fin: false, body: '123' }, { op: 0, body: '45' }])).toBe(1009);
    expect(ends({ maxMessageBytes: 4 }, [{ op: 2, fin: false, body: '123' }, { op: 0, body: '4' }, { op: 2, body: '1234' }])).toBeUndefined();
    expect(ends({ maxFragments: 3 }, [{ op: 2, fin: false }, { op: 0, fin: false }, { op: 0, fin: false }, { op: 0 }])).toBe(1009);
  });

  it('an error is told once, with what was wrong', () => {
    const e = new Echo().feed(Buffer.concat([frame({ op: 3 }), frame({ op: 1, body: 'never seen' })]));
    expect(e.sent).toHaveLength(1);
    e.feed(frame({ op: 1, body: 'nor this' }));
    e.link.close();
    e.link.close();
    expect([e.heard, e.closed]).toEqual([[], [1006, '', 'WS_FRAME_INVALID']]);
  });

  it('a connection that is lost is told, half-closed or not', () => {
    const e = new Echo();
    e.link.feedEnd();
    e.gone();
    expect(e.closed).toEqual([1006, '', 'WS_PEER_CLOSED']);
    const f = new Echo();
    f.link.close();
    expect(f.closed).toEqual([1006, '', 'WS_PEER_CLOSED']);
  });

  it('a close code without a reason is undone: 1005', () => {
    const e = new Echo().feed(frame({ op: 8 })).gone();
    expect(e.closed).toEqual([1005, '', undefined]);
  });

  it('parts make one message, and pings may come between', () => {
    const e = new Echo();
    e.engine.sendPart('one ', false);
    e.engine.sendPing(Buffer.from('p'));
    expect(code(() => e.engine.send('x'))).toBe('WS_MISUSED');
    e.engine.sendPart('two', true);
    e.engine.send('three');
    e.engine.sendPong();
    expect(framesOf(e.link.take()).map((f) => [f.op, f.fin, f.body.toString()])).toEqual([[1, false, 'one '], [9, true, 'p'], [0, true, 'two'], [1, true, 'three'], [10, true, '']]);
    expect(code(() => { e.engine.sendPing(Buffer.alloc(126)); })).toBe('WS_MISUSED');
    expect(code(() => { e.engine.sendClose(1005); })).toBe('WS_MISUSED');
    expect(code(() => { e.engine.sendClose(999); })).toBe('WS_MISUSED');
  });

  it('a long reason is cut between characters', () => {
    const e = new Echo();
    e.engine.sendClose(1000, '\u4f60'.repeat(60));
    expect(framesOf(e.link.take())[0]!.body.subarray(2).toString()).toBe('\u4f60'.repeat(41));
  });

  it('a prepared message is the same bytes for all, compressed where that can be', () => {
    const m = new WsPrepared('x'.repeat(2000));
    const plain = new Echo();
    const alone = new Echo('server', { deflate: { serverNoContextTakeover: true, clientNoContextTakeover: true, serverMaxWindowBits: 15, clientMaxWindowBits: 15 } });
    const keeps = new Echo('server', { deflate: { serverNoContextTakeover: false, clientNoContextTakeover: true, serverMaxWindowBits: 15, clientMaxWindowBits: 15 } });
    const client = new Echo('client');
    for (const e of [plain, alone, keeps, client]) e.engine.sendPrepared(m);
    expect(framesOf(plain.link.take())).toMatchObject([{ op: 1, rsv: 0, body: Buffer.from(m.data as string) }]);
    expect(framesOf(alone.link.take())).toMatchObject([{ op: 1, rsv: 4 }]);
    expect(framesOf(keeps.link.take())).toMatchObject([{ op: 1, rsv: 4 }]);
    expect(framesOf(client.link.take(), true)).toMatchObject([{ body: Buffer.from(m.data as string) }]);
    plain.engine.sendPrepared(new WsPrepared(new Uint8Array([1, 2])));
    expect(framesOf(plain.link.take())).toMatchObject([{ op: 2, body: Buffer.from([1, 2]) }]);
  });

  it('stops reading while it is paused, in the middle of a batch too', () => {
    const link = new MemoryLink();
    const heard: unknown[] = [];
    const engine = new WsEngine(link, 'server', {
      onMessage: (m) => {
        heard.push(m);
        engine.pause();
      },
      onPing: () => undefined,
      onPong: () => undefined,
      onClose: () => undefined,
      onWritable: () => undefined,
    });
    link.attach(engine);
    link.feed(Buffer.concat([1, 2, 3].map((n) => frame({ op: 1, body: String(n) }))));
    expect(heard).toEqual(['1']);
    engine.resume();
    expect(heard).toEqual(['1', '2']);
    engine.resume();
    expect(heard).toEqual(['1', '2', '3']);
  });

  it('a peer that pings and does not read is answered its last ping', () => {
    const e = new Echo('server', {}, true, { highWaterBytes: 10 });
    e.link.feed(Buffer.concat(Array.from({ length: 1000 }, (_, i) => frame({ op: 9, body: `ping ${i}` }))));
    expect(e.link.pendingBytes).toBeLessThan(50);
    const first = framesOf(e.link.take());
    expect(framesOf(e.link.take()).at(-1)!.body.toString()).toBe('ping 999');
    expect(first[0]!.body.toString()).toBe('ping 0');
    expect(e.pings).toHaveLength(1000);
    expect(e.writables).toBe(1);
  });
});

describe('time', () => {
  const ticking = (o: WsOptions): { e: Echo; clock: FakeClock; pass(ms: number): void } => {
    const clock = new FakeClock();
    const e = new Echo('server', o, true, { clock });
    return {
      e,
      clock,
      pass: (ms) => {
        const until = clock.now() + ms;
        for (let at = e.engine.tick(clock.now()); at <= until; at = e.engine.tick(clock.now())) clock.advance(Math.max(1, at - clock.now()));
        if (clock.now() < until) clock.advance(until - clock.now());
      },
    };
  };

  it('a silent peer is pinged, and one that stays silent is left', () => {
    const { e, pass } = ticking({ pingIntervalMs: 100, pongTimeoutMs: 50 });
    pass(99);
    expect(e.link.pendingBytes).toBe(0);
    pass(10);
    expect(framesOf(e.link.take())).toMatchObject([{ op: 9 }]);
    e.feed(frame({ op: 10 }));
    pass(99);
    expect([e.link.pendingBytes, e.link.isDestroyed]).toEqual([0, false]);
    pass(60);
    expect(e.link.isDestroyed).toBe(true);
    e.gone();
    expect(e.closed).toEqual([1006, '', 'WS_PEER_SLOW']);
  });

  it('a goodbye that nobody answers ends the connection', () => {
    const { e, pass } = ticking({ closeTimeoutMs: 100 });
    e.engine.drain();
    expect(framesOf(e.link.take())[0]!.body.readUInt16BE(0)).toBe(1001);
    pass(99);
    expect(e.link.isDestroyed).toBe(false);
    pass(2);
    expect(e.link.isDestroyed).toBe(true);
    e.gone();
    expect(e.closed).toEqual([1006, '', 'WS_PEER_SLOW']);
  });

  it('so does a peer that said goodbye and never closes', () => {
    const { e, pass } = ticking({ closeTimeoutMs: 100 });
    e.feed(frame({ op: 8 }));
    pass(101);
    expect(e.link.isDestroyed).toBe(true);
    e.gone();
    expect(e.closed).toEqual([1005, '', undefined]);
  });
});
