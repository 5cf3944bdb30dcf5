// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import { createH2Engine } from '@cloudwego/protocol';
import type { H2Error, H2Options, HttpHead, HttpHeadInit, HttpTail } from '@cloudwego/protocol';
import { engineEnd } from '@cloudwego/protocol/testing';
import type { EngineEnd } from '@cloudwego/protocol/testing';
import { h2Adapter } from './support.js';

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');
/** POST / http a */
const HEAD = Buffer.from('8386844101' + '61', 'hex');

function frame(type: number, flags: number, id: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const b = Buffer.alloc(9 + payload.length);
  b.writeUIntBE(payload.length, 0, 3);
  b[3] = type;
  b[4] = flags;
  b.writeUInt32BE(id, 5);
  b.set(payload, 9);
  return b;
}

const u32 = (v: number): Buffer => {
  const b = Buffer.alloc(4);
  b.writeUInt32BE(v);
  return b;
};
const open = (id: number, end = false): Buffer => frame(1, end ? 5 : 4, id, HEAD);

type End = EngineEnd<HttpHead, HttpHeadInit, HttpTail>;

function server(o: H2Options = {}): { readonly end: End; readonly clock: FakeClock } {
  const clock = new FakeClock();
  const a = h2Adapter('x');
  const end = engineEnd({ ...a, create: (role, link, on) => createH2Engine(link, role, on, o) }, 'server', { clock });
  end.link.feed(Buffer.concat([PREFACE, frame(4, 0, 0)]));
  return { end, clock };
}

/** Frames that were sent, by type. */
function sent(b: Buffer): { readonly type: number; readonly id: number; readonly code: number }[] {
  const out: { type: number; id: number; code: number }[] = [];
  for (let p = 0; p < b.length; p += 9 + b.readUIntBE(p, 3)) {
    const type = b[p + 3]!;
    out.push({ type, id: b.readUInt32BE(p + 5), code: type === 3 ? b.readUInt32BE(p + 9) : type === 7 ? b.readUInt32BE(p + 13) : -1 });
  }
  return out;
}

function calmed(end: End): void {
  expect((end.link.cause as H2Error | undefined)?.code).toBe('H2_PEER_ABUSIVE');
  expect(sent(end.link.take()).at(-1)).toMatchObject({ type: 7, code: 0xb });
}

describe('an abusive peer is told to calm down', () => {
  it('that opens streams and resets them at once', () => {
    const { end } = server({ maxResetsPerSecond: 50 });
    for (let i = 0; i < 60 && !end.link.isDestroyed; i++) end.link.feed(Buffer.concat([open(1 + 2 * i), frame(3, 0, 1 + 2 * i, u32(8))]));
    expect(end.on.of('head').length).toBe(51);
    calmed(end);
  });

  it('but not one that does so now and then', () => {
    const { end, clock } = server({ maxResetsPerSecond: 50 });
    for (let i = 0; i < 200; i++) {
      end.link.feed(Buffer.concat([open(1 + 2 * i), frame(3, 0, 1 + 2 * i, u32(8))]));
      clock.advance(50);
    }
    expect(end.link.isDestroyed).toBe(false);
  });

  it('that goes on with a header block for ever', () => {
    const { end } = server();
    end.link.feed(frame(1, 0, 1, HEAD));
    for (let i = 0; i < 100 && !end.link.isDestroyed; i++) end.link.feed(frame(9, 0, 1, Buffer.from('00', 'hex')));
    calmed(end);
    const large = server({ maxHeaderBytes: 2048 });
    large.end.link.feed(frame(1, 0, 1, HEAD));
    for (let i = 0; i < 3; i++) large.end.link.feed(frame(9, 0, 1, Buffer.alloc(1000)));
    calmed(large.end);
  });

  it.each([
    ['settings', frame(4, 0, 0)],
    ['pings', frame(6, 0, 0, Buffer.alloc(8))],
    ['priorities', frame(2, 0, 1, Buffer.alloc(5))],
    ['unknown frames', frame(0x42, 0, 0)],
  ])('that floods with %s', (_name, f) => {
    const { end } = server();
    for (let i = 0; i < 30 && !end.link.isDestroyed; i++) end.link.feed(Buffer.concat(Array.from({ length: 100 }, () => f)));
    calmed(end);
  });

  it('that sends empty DATA for ever', () => {
    const { end } = server();
    end.link.feed(open(1));
    for (let i = 0; i < 30 && !end.link.isDestroyed; i++) end.link.feed(Buffer.concat(Array.from({ length: 100 }, () => frame(0, 0, 1))));
    calmed(end);
  });

  it('that opens more streams than it was told', () => {
    const { end } = server({ maxConcurrentStreams: 3, maxResetsPerSecond: 5 });
    for (let i = 0; i < 8; i++) end.link.feed(open(1 + 2 * i));
    expect(end.on.of('head').length).toBe(3);
    expect(end.link.isDestroyed).toBe(false);
    expect(sent(end.link.take()).filter((f) => f.type === 3 && f.code === 7).length).toBe(5);
    end.link.feed(open(99));
    calmed(end);
  });

  it('a third ping too soon, where that is asked for', () => {
    const { end, clock } = server({ minPingIntervalMs: 1000, permitPingWithoutStreams: true });
    const ping = frame(6, 0, 0, Buffer.alloc(8));
    for (let i = 0; i < 10; i++) {
      end.link.feed(ping);
      clock.advance(1500);
    }
    expect(end.link.isDestroyed).toBe(false);
    for (let i = 0; i < 4; i++) end.link.feed(ping);
    calmed(end);
  });
});

describe('flow control', () => {
  it('holds back what the peer has no window for, and memory with it', () => {
    const { end } = server({ streamQueueBytes: 1000 });
    end.link.feed(Buffer.concat([frame(4, 0, 0, Buffer.concat([Buffer.from('0004', 'hex'), u32(10)])), open(1, true)]));
    end.engine.sendHead(1, { status: 200, headers: [], length: undefined }, false);
    end.engine.beginMessage(1, 0).bytes(Buffer.alloc(2000));
    expect(end.engine.endMessage(1, false)).toBe(false);
    const data = (): number => sent(end.link.take()).filter((f) => f.type === 0).length;
    expect(data()).toBe(1);
    end.link.feed(frame(8, 0, 1, u32(500)));
    expect(data()).toBe(1);
    expect(end.on.of('writable').length).toBe(0);
    end.link.feed(frame(8, 0, 1, u32(5000)));
    expect(end.on.of('writable').length).toBe(1);
  });

  it('gives up a stream whose peer never opens its window', () => {
    const { end, clock } = server({ stallMs: 1000 });
    end.link.feed(Buffer.concat([frame(4, 0, 0, Buffer.concat([Buffer.from('0004', 'hex'), u32(0)])), open(1, true)]));
    end.engine.sendHead(1, { status: 200, headers: [], length: undefined }, false);
    end.engine.beginMessage(1, 0).bytes(Buffer.alloc(100));
    end.engine.endMessage(1, false);
    // The head left, and the body began to wait.
    end.link.feed(frame(8, 0, 0, u32(1)));
    clock.advance(999);
    end.engine.tick(clock.now());
    expect(end.on.of('reset').length).toBe(0);
    clock.advance(2);
    end.engine.tick(clock.now());
    expect(end.on.of('reset')).toMatchObject([{ id: 1, code: 8 }]);
    expect(end.engine.active).toBe(0);
  });

  it('ends a connection that sends more than its window', () => {
    const { end } = server({ initialWindowBytes: 65_535, connectionWindowBytes: 65_535 });
    end.on.credit = undefined;
    end.link.feed(open(1));
    for (let i = 0; i < 5 && !end.link.isDestroyed; i++) end.link.feed(frame(0, 0, 1, Buffer.alloc(16_000)));
    expect((end.link.cause as H2Error).code).toBe('H2_FLOW_INVALID');
  });

  it('goes on for ever where the consumer keeps up', () => {
    const { end } = server();
    end.link.feed(open(1));
    for (let i = 0; i < 500; i++) end.link.feed(frame(0, 0, 1, Buffer.alloc(16_000)));
    expect(end.link.isDestroyed).toBe(false);
    expect(end.on.of('message').length).toBe(500);
  });
});

describe('keep-alive', () => {
  it('asks a silent peer, and ends the connection when there is no answer', () => {
    const { end, clock } = server({ keepAliveMs: 1000, keepAliveTimeoutMs: 500 });
    end.link.take();
    clock.advance(999);
    expect(end.engine.tick(clock.now())).toBe(clock.now() + 1);
    clock.advance(1);
    end.engine.tick(clock.now());
    expect(sent(end.link.take())).toMatchObject([{ type: 6 }]);
    end.link.feed(frame(6, 1, 0, Buffer.alloc(8)));
    clock.advance(1000);
    end.engine.tick(clock.now());
    clock.advance(500);
    end.engine.tick(clock.now());
    expect((end.link.cause as H2Error).code).toBe('H2_PEER_SILENT');
  });

  it('gives a peer that never speaks no longer than settingsTimeoutMs', () => {
    const clock = new FakeClock();
    const a = h2Adapter('x');
    const end = engineEnd({ ...a, create: (role, link, on) => createH2Engine(link, role, on, { settingsTimeoutMs: 300 }) }, 'server', { clock });
    end.link.feed(PREFACE);
    clock.advance(299);
    expect(end.engine.tick(clock.now())).toBeLessThan(Infinity);
    clock.advance(1);
    end.engine.tick(clock.now());
    expect(end.link.isDestroyed).toBe(true);
  });

  it.each([true, false])('gives a server settingsTimeoutMs too, once: one that spoke is left alone (%s)', (spoke) => {
    const clock = new FakeClock();
    const a = h2Adapter('x');
    const end = engineEnd({ ...a, create: (role, link, on) => createH2Engine(link, role, on, { settingsTimeoutMs: 300 }) }, 'client', { clock });
    end.engine.open(a.requestHead(1), true);
    if (spoke) end.link.feed(frame(4, 0, 0));
    clock.advance(300);
    end.engine.tick(clock.now());
    expect(end.link.isDestroyed).toBe(!spoke);
  });
});
