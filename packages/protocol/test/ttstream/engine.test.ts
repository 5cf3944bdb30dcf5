// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import { createTTStreamEngine, rpcSniffers, TTStreamCode, TTStreamEngine, ttstreamSniffer } from '@cloudwego/protocol';
import type { RpcHead, RpcHeadInit, RpcTail, TTStreamOptions } from '@cloudwego/protocol';
import { engineEnd, EnginePair } from '@cloudwego/protocol/testing';
import type { EngineEnd, MemoryLinkOptions } from '@cloudwego/protocol/testing';
import { head, ttstreamAdapter } from './support.js';

type End = EngineEnd<RpcHead, RpcHeadInit, RpcTail>;

const hex = (s: string): Buffer => Buffer.from(s.replaceAll(/\s/g, ''), 'hex');

/* The examples of the specification, byte for byte: stream 5, method Chat; the framing is that of cloudwego/kitex v0.16.3. */
const HEADER = hex(`00 00 00 3e 10 00 00 02 00 00 00 05 00 0d 10 00 01 00 02 00 03 69 73 6e 00 04 45 63 68 6f
  00 0d 52 50 43 5f 54 52 41 4e 53 49 54 5f 6b 00 01 76 10 00 02 00 1b 00 01 32 00 09 00 04 43 68 61 74 00 00`);
const DATA = hex('00 00 00 28 10 00 00 02 00 00 00 05 00 05 10 00 10 00 02 00 1b 00 01 33 00 09 00 04 43 68 61 74 00 00 0b 00 01 00 00 00 02 68 69 00');
const TRAILER = hex('00 00 00 1e 10 00 00 02 00 00 00 05 00 05 10 00 10 00 02 00 1b 00 01 34 00 09 00 04 43 68 61 74 00 00');
const ANSWER = hex('00 00 00 26 10 00 00 02 00 00 00 05 00 07 10 00 01 00 01 00 01 68 00 01 31 10 00 02 00 1b 00 01 32 00 09 00 04 43 68 61 74 00');
const FAILED = hex(`00 00 00 49 10 00 00 02 00 00 00 05 00 05 10 00 10 00 02 00 1b 00 01 34 00 09 00 04 43 68 61 74 00 00
  80 01 00 03 00 00 00 04 43 68 61 74 00 00 00 05 0b 00 01 00 00 00 0c 62 69 7a 20 65 72 72 6f 72 3a 20 78 08 00 02 00 00 00 06 00`);
const BIZ = hex(`00 00 00 42 10 00 00 02 00 00 00 05 00 0e 10 00 01 00 02 00 0a 62 69 7a 2d 73 74 61 74 75 73 00 03 34 30 34
  00 0b 62 69 7a 2d 6d 65 73 73 61 67 65 00 02 6e 66 10 00 02 00 1b 00 01 34 00 09 00 04 43 68 61 74 00`);
const RST = hex(`00 00 00 4d 10 00 00 02 00 00 00 05 00 08 10 00 01 00 01 00 05 74 74 73 63 70 00 01 41 10 00 02 00 1b 00 01 35
  00 09 00 04 43 68 61 74 00 80 01 00 03 00 00 00 04 43 68 61 74 00 00 00 05 0b 00 01 00 00 00 04 73 74 6f 70 08 00 02 00 00 2e e7 00`);
const MESSAGE = hex('0b 00 01 00 00 00 02 68 69 00');
const META = hex('00 00 00 1f 10 00 00 02 00 00 00 09 00 05 10 00 10 00 02 00 1b 00 01 31 00 09 00 04 43 68 61 74 00 00 7b');

function end(role: 'client' | 'server', o: TTStreamOptions = {}, link?: MemoryLinkOptions): End {
  return engineEnd(ttstreamAdapter('x', o), role, link);
}

function send(e: End, id: number, bytes: Uint8Array, last = false): boolean {
  e.engine.beginMessage(id, 0).bytes(bytes);
  return e.engine.endMessage(id, last);
}

/** The same frame on another stream; an EXCEPTION says the stream's number too. */
function on(frame: Buffer, id: number): Buffer {
  const b = Buffer.from(frame);
  b.writeInt32BE(id, 8);
  const e = b.indexOf(hex('80 01 00 03'));
  if (e >= 0) b.writeInt32BE(id, e + 12);
  return b;
}

/** A client with one stream whose head left. */
function opened(o: TTStreamOptions = {}, link?: MemoryLinkOptions): { readonly c: End; readonly id: number } {
  const c = end('client', o, link);
  const id = c.engine.open(head(1), false);
  c.engine.flushHead!(id);
  c.link.take();
  return { c, id };
}

/** A server that was shown stream 5. */
function asked(o: TTStreamOptions = {}, link?: MemoryLinkOptions): End {
  const s = end('server', o, link);
  s.link.feed(HEADER);
  return s;
}

describe('frames', () => {
  it('a client writes header, message and trailer as Go does', () => {
    const c = end('client');
    const id = c.engine.open(head(1, { RPC_TRANSIT_k: 'v' }), false);
    send(c, id, MESSAGE, true);
    expect(c.link.take().toString('hex')).toBe(Buffer.concat([HEADER, DATA, TRAILER].map((f) => on(f, id))).toString('hex'));
  });

  it('a client that says nothing writes header and trailer', () => {
    const c = end('client');
    const id = c.engine.open(head(1, { RPC_TRANSIT_k: 'v' }), true);
    expect(c.link.take().toString('hex')).toBe(Buffer.concat([on(HEADER, id), on(TRAILER, id)]).toString('hex'));
  });

  it('a server writes header, message and trailers as Go does', () => {
    const s = asked();
    s.engine.sendHead(5, head(2, { h: '1' }), false);
    send(s, 5, MESSAGE);
    s.engine.sendTail(5, { code: 0, message: '', details: undefined, strings: new Map([['biz-status', '404'], ['biz-message', 'nf']]) });
    expect(s.link.take().toString('hex')).toBe(Buffer.concat([ANSWER, DATA, BIZ]).toString('hex'));
    expect(s.engine.active).toBe(0);
  });

  it("a server's failure is an EXCEPTION in the trailer, without a header where none was given", () => {
    const s = asked();
    s.engine.sendTail(5, { code: 6, message: 'biz error: x', details: undefined, strings: undefined });
    expect(s.link.take().toString('hex')).toBe(FAILED.toString('hex'));
  });

  it('a client that gives up writes an RST with its path, and the trailer that old servers wait for', () => {
    const { c, id } = opened({ serviceName: 'A' });
    c.engine.reset(id, 0, 'stop');
    expect(c.link.take().toString('hex')).toBe(Buffer.concat([on(RST, id), on(TRAILER, id)]).toString('hex'));
    expect(c.engine.active).toBe(0);
  });

  it('a path of its own goes before', () => {
    const { c, id } = opened({ serviceName: 'B' });
    (c.engine as TTStreamEngine).cancel(id, TTStreamCode.CancelledByUpstream, 'why', 'A,B');
    expect(c.link.take().includes('A,B')).toBe(true);
  });

  it('a server reads what Go writes', () => {
    const seen: unknown[] = [];
    const s = engineEnd({ ...ttstreamAdapter('x'), describe: (h) => {
      seen.push([h.wire, h.payload, h.type, h.serviceIndex, h.methodIndex, h.service, h.methodName, h.seqId, h.str('RPC_TRANSIT_k'), h.deadline]);
      return '';
    } }, 'server');
    s.link.feed(Buffer.concat([HEADER, DATA, TRAILER]));
    expect(seen).toEqual([['ttheader-streaming', 'thrift', 1, 0, 1, 'Echo', 'Chat', 5, 'v', Infinity]]);
    expect(s.on.events.map((e) => e.kind)).toEqual(['head', 'message', 'tail']);
    expect(s.on.bytesOf(5)).toBe(MESSAGE.toString('hex'));
    expect(s.on.of('message')[0]!.wireBytes).toBe(DATA.length);
  });

  it('a client reads what Go writes', () => {
    for (const [frame, tail] of [[TRAILER, [0, '', []]], [FAILED, [6, 'biz error: x', []]], [BIZ, [0, '', [['biz-status', '404'], ['biz-message', 'nf']]]]] as const) {
      const { c, id } = opened();
      c.link.feed(Buffer.concat([on(ANSWER, id), on(DATA, id), on(frame, id)]));
      expect(c.on.events.map((e) => e.kind)).toEqual(['head', 'message', 'tail']);
      expect(JSON.parse(c.on.of('tail')[0]!.tail)).toEqual(tail);
      // It had more to say: its trailer tells the server that it will not.
      expect(c.link.take().toString('hex')).toBe(on(TRAILER, id).toString('hex'));
      expect(c.engine.active).toBe(0);
    }
  });

  it('a trailer may come without a header, and a stream id may be negative', () => {
    const s = end('server');
    s.link.feed(Buffer.concat([on(HEADER, -7), on(DATA, -7)]));
    expect(s.on.bytesOf(-7)).toBe(MESSAGE.toString('hex'));
    s.engine.sendTail(-7, { code: 0, message: '', details: undefined, strings: undefined });
    expect(s.link.take().toString('hex')).toBe(on(TRAILER, -7).toString('hex'));
  });

  it('the deadline travels in int key 12 and is one again', () => {
    const clock = new FakeClock();
    const pair = new EnginePair({ ...ttstreamAdapter('x'), describe: (h) => String(h.deadline) }, { client: { clock }, server: { clock } });
    pair.client.engine.open({ ...head(1), deadline: clock.now() + 250 }, true);
    pair.pump();
    expect(pair.server.on.of('head')[0]!.head).toBe(String(clock.now() + 250));
  });
});

describe('ends', () => {
  it('an RST reaches the user with code, reason and path', () => {
    const { c, id } = opened();
    let path = '';
    c.on.react = () => {
      path = (c.engine as TTStreamEngine).cancelPath;
    };
    c.link.feed(on(RST, id));
    expect(c.on.events).toEqual([{ kind: 'reset', id, code: 12007, reason: 'stop' }]);
    expect(path).toBe('A');
    expect((c.engine as TTStreamEngine).cancelPath).toBe('');
    expect(c.link.take().toString('hex')).toBe(on(TRAILER, id).toString('hex'));
  });

  it('an RST whose payload says nothing has code 13', () => {
    const s = asked();
    const bare = on(TRAILER, 5);
    bare[23] = 0x35;
    s.link.feed(bare);
    expect(s.on.of('reset')).toEqual([{ kind: 'reset', id: 5, code: 13, reason: 'rst' }]);
    expect(s.engine.active).toBe(0);
  });

  it('frames of a stream that is over meet nobody, whatever their size and cut', () => {
    const s = end('server');
    const big = Buffer.concat([DATA, Buffer.alloc(100_000)]);
    big.writeUInt32BE(big.length - 4, 0);
    for (let i = 0; i < big.length; i += 997) s.link.feed(big.subarray(i, i + 997));
    s.link.feed(Buffer.concat([TRAILER, RST, HEADER]));
    expect(s.on.events.map((e) => e.kind)).toEqual(['head']);
    expect(s.link.isDestroyed).toBe(false);
  });

  it('a message behind the trailer ends that stream alone', () => {
    const s = asked();
    s.link.feed(Buffer.concat([TRAILER, DATA, on(HEADER, 6)]));
    expect(s.on.of('reset')).toEqual([{ kind: 'reset', id: 5, code: 12004, reason: 'a message behind the trailer' }]);
    expect(s.on.of('head').map((e) => e.id)).toEqual([5, 6]);
    expect(s.engine.active).toBe(1);
  });

  it.each([
    ['a second header of a client', () => Buffer.concat([HEADER, HEADER]), 'server'],
    ['a frame without the flag', () => hex('00 00 00 28 10 00 00 00'), 'server'],
    ['stream 0', () => on(HEADER, 0), 'server'],
    ['an unknown frame type', () => { const b = Buffer.from(TRAILER); b[23] = 0x39; return b; }, 'server'],
    ['no frame type', () => { const b = Buffer.from(TRAILER); b[20] = 0x1a; return b; }, 'server'],
    ['a Protobuf payload', () => { const b = Buffer.from(HEADER); b[14] = 0x11; return b; }, 'server'],
    ['a LENGTH without room for the header', () => { const b = Buffer.from(HEADER); b.writeUInt32BE(20, 0); return b; }, 'server'],
    ['a string that ends outside', () => { const b = Buffer.from(HEADER); b[20] = 0xff; return b; }, 'server'],
  ] as const)('%s ends the connection', (_name, bytes, role) => {
    const e = end(role);
    e.link.feed(bytes());
    expect((e.link.cause as { code?: string }).code).toBe('PROTOCOL_FRAME_INVALID');
  });

  it('what is announced larger than the limits ends the connection before it comes', () => {
    for (const [at, n, limit] of [[0, 200, { maxMessageBytes: 100 }], [12, 0x0fff, { maxHeaderBytes: 64 }]] as const) {
      const b = Buffer.from(DATA.subarray(0, 14));
      if (at === 0) b.writeUInt32BE(n, 0);
      else b.writeUInt16BE(n, 12);
      const s = asked(limit);
      s.link.feed(b);
      expect((s.link.cause as { code?: string }).code).toBe('PROTOCOL_FRAME_OVERSIZED');
    }
  });

  it('a stream too many is refused in words, the others go on', () => {
    const s = asked({ maxConcurrent: 1 });
    s.link.feed(on(HEADER, 6));
    expect(s.on.of('head').length).toBe(1);
    expect(s.link.take().includes('too many streams')).toBe(true);
    expect(s.engine.active).toBe(1);
  });

  it('a message above the limit is refused to the sender, who may end the stream', () => {
    const s = asked({ maxMessageBytes: 50 });
    s.engine.sendHead(5, head(2), false);
    s.engine.beginMessage(5, 0).bytes(Buffer.alloc(51));
    expect(() => s.engine.endMessage(5, false)).toThrow(expect.objectContaining({ code: 'PROTOCOL_FRAME_OVERSIZED' }) as Error);
    s.engine.cancelMessage(5);
    s.engine.sendTail(5, { code: 6, message: 'too large', details: undefined, strings: undefined });
    expect(s.link.take().includes('too large')).toBe(true);
  });

  it('a client that drains opens nothing more, and what is open ends well', () => {
    const { c, id } = opened();
    c.engine.drain();
    expect(c.engine.open(head(1), false)).toBe(-1);
    c.link.feed(on(TRAILER, id));
    expect(c.on.of('tail').length).toBe(1);
    expect(c.link.idles).toBe(1);
    expect(structuredClone(c.engine.exportState!())).toEqual({ protocol: 'ttstream' });
  });
});

describe('a wire without windows', () => {
  /** A server whose user reads nothing. */
  function lazy(o: TTStreamOptions, clock = new FakeClock()): { readonly s: End; readonly clock: FakeClock } {
    const s = asked(o, { clock });
    s.on.credit = undefined;
    return { s, clock };
  }

  it('a stream that is not read holds its connection back, and credit for half of it lets it go on', () => {
    const { s } = lazy({ maxQueuedMessages: 2 });
    s.link.feed(Buffer.concat([DATA, DATA, DATA, DATA, on(HEADER, 6)]));
    expect(s.on.of('message').length).toBe(3);
    expect(s.link.paused).toBe(true);
    expect(s.link.unreadBytes).toBe(DATA.length + HEADER.length);
    s.engine.credit(5, DATA.length);
    // Two wait: to go on for each single one would cost two system calls a message.
    expect(s.on.of('message').length).toBe(3);
    expect(s.link.paused).toBe(true);
    s.engine.credit(5, DATA.length);
    expect(s.on.of('message').length).toBe(4);
    expect(s.link.paused).toBe(false);
    expect(s.on.of('head').map((e) => e.id)).toEqual([5, 6]);
  });

  it('bytes count as well, but one message is always taken', () => {
    const { s } = lazy({ maxQueuedBytes: 10 });
    s.link.feed(DATA);
    expect(s.link.paused).toBe(false);
    s.link.feed(DATA);
    expect(s.link.paused).toBe(true);
  });

  it('after stallMs that stream is reset, and the others are heard', () => {
    const { s, clock } = lazy({ maxQueuedMessages: 1, stallMs: 100 });
    s.link.feed(Buffer.concat([DATA, DATA, DATA, on(HEADER, 6)]));
    expect(s.engine.tick(clock.now())).toBe(clock.now() + 100);
    clock.advance(100);
    expect(s.engine.tick(clock.now())).toBe(Infinity);
    expect(s.on.of('reset')).toEqual([{ kind: 'reset', id: 5, code: 12011, reason: expect.stringContaining('stallMs') as string }]);
    expect(s.link.paused).toBe(false);
    expect(s.on.of('head').map((e) => e.id)).toEqual([5, 6]);
    expect(s.link.take().length).toBeGreaterThan(0);
  });

  it('a stream that ends lets its connection go on', () => {
    const { s } = lazy({ maxQueuedMessages: 1 });
    s.link.feed(Buffer.concat([DATA, DATA, on(HEADER, 6)]));
    expect(s.link.paused).toBe(true);
    s.engine.sendTail(5, { code: 0, message: '', details: undefined, strings: undefined });
    expect(s.link.paused).toBe(false);
    expect(s.on.of('head').length).toBe(2);
  });

  it('whoever was told to wait is told to go on', () => {
    const s = asked({}, { highWaterBytes: 10 });
    s.engine.sendHead(5, head(2), false);
    expect(send(s, 5, MESSAGE)).toBe(false);
    s.link.take();
    expect(s.on.of('writable')).toEqual([{ kind: 'writable', id: 5 }]);
  });
});

describe('meta frames', () => {
  it('are for the handler of a client', () => {
    const seen: string[] = [];
    const { c } = opened({ onMeta: (h, payload) => seen.push(`${h.methodName} ${Buffer.from(payload).toString()}`) });
    c.link.feed(META);
    expect(seen).toEqual(['Chat {']);
  });

  it('are passed over without one, and by a server', () => {
    for (const e of [opened().c, end('server')]) {
      e.link.feed(META);
      expect(e.link.isDestroyed).toBe(false);
      expect(e.link.unreadBytes).toBe(0);
    }
  });

  it('a handler that throws ends the connection', () => {
    const { c } = opened({ onMeta: () => {
      throw new Error('no');
    } });
    c.link.feed(META);
    expect(c.link.cause?.message).toBe('no');
  });
});

describe('the sniffer', () => {
  it('tells streaming from ping-pong by the flag', () => {
    const pingPong = hex('00 00 00 50 10 00 00 00');
    for (let n = 0; n < 8; n++) expect(ttstreamSniffer.match(HEADER, 0, n)).toBe('more');
    expect(ttstreamSniffer.match(HEADER, 0, 8)).toBe('yes');
    expect(ttstreamSniffer.match(pingPong, 0, 8)).toBe('no');
    expect(rpcSniffers[0]!.match(HEADER, 0, 8)).toBe('no');
    expect(ttstreamSniffer.match(hex('80 01 00 01 00 00'), 0, 6)).toBe('no');
  });
});

describe('options', () => {
  it.each([
    [{ maxMessageBytes: 0 }, 'ttstream.maxMessageBytes'],
    [{ stallMs: -1 }, 'ttstream.stallMs'],
    [{ maxQueuedMessages: 1.5 }, 'ttstream.maxQueuedMessages'],
  ] as const)('%o is refused by name', (o, name) => {
    expect(() => createTTStreamEngine(end('server').link, 'server', end('server').on, o)).toThrow(name);
  });
});
