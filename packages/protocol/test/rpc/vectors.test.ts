// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { ByteWriter } from '@cloudwego/gopkg/io';
import { crc32c, IntKey, StrKey } from '@cloudwego/protocol';
import type { RpcHead, RpcHeadInit } from '@cloudwego/protocol';
import { engineEnd } from '@cloudwego/protocol/testing';
import { writeTTHeader } from '../../src/rpc/encoder.js';
import { answered, client, headInit, hex, M, M_ARGS, maker, reply, server, written } from './support.js';

/*
 * Every complete example of the specification, byte for byte, read and written. They were made by an encoder independent of this one, and their lengths
 * added by hand; the framing is that of cloudwego/kitex v0.16.3.
 */

const SUCCESS = hex('80 01 00 02 00 00 00 04 45 63 68 6f 00 00 00 01 0c 00 00 0b 00 01 00 00 00 02 79 6f 00 00');
const VOID = hex('80 01 00 02 00 00 00 04 50 69 6e 67 00 00 00 02 00');
const ONEWAY = hex('80 01 00 04 00 00 00 04 46 69 72 65 00 00 00 03 0c 00 01 0b 00 01 00 00 00 02 68 69 00 00');
const DECLARED = hex('80 01 00 02 00 00 00 04 45 63 68 6f 00 00 00 01 0c 00 01 0b 00 01 00 00 00 03 62 61 64 00 00');
const EXCEPTION = hex('80 01 00 03 00 00 00 04 4e 6f 70 65 00 00 00 07 0b 00 01 00 00 00 04 62 6f 6f 6d 08 00 02 00 00 00 06 00');
const TTHEADER = hex(`00 00 00 50 10 00 00 00 00 00 00 01 00 0a 00 00
  01 00 01 00 0d 52 50 43 5f 54 52 41 4e 53 49 54 5f 6b 00 01 76 10 00 02 00 16 00 01 31 00 03 00 03 63 6c 69 00 00
  80 01 00 01 00 00 00 04 45 63 68 6f 00 00 00 01 0c 00 01 0b 00 01 00 00 00 02 68 69 00 00`);
const TTHEADER_FRAMED = hex(`00 00 00 4c 10 00 00 00 00 00 00 01 00 08 00 00 01 00 01 00 03 69 73 6e 00 04 45 63 68 6f
  10 00 02 00 16 00 01 31 00 03 00 03 63 6c 69 00 00 00 00 1e 80 01 00 01 00 00 00 04 45 63 68 6f
  00 00 00 01 0c 00 01 0b 00 01 00 00 00 02 68 69 00 00`);
const TOKEN = hex('00 00 00 12 10 00 00 00 00 00 00 00 00 02 00 00 11 00 03 74 6f 6b');
const BIZ = hex(`00 00 00 63 10 00 00 00 00 00 00 01 00 12 00 00
  01 00 03 00 0a 62 69 7a 2d 73 74 61 74 75 73 00 03 34 30 34 00 0b 62 69 7a 2d 6d 65 73 73 61 67 65 00 02 6e 66
  00 09 62 69 7a 2d 65 78 74 72 61 00 09 7b 22 6b 22 3a 22 76 22 7d 10 00 01 00 16 00 01 32 00 00 00
  80 01 00 02 00 00 00 04 45 63 68 6f 00 00 00 01 00`);
const MESH = hex('ff af 00 0d 00 01 00 03 69 73 6e 00 04 45 63 68 6f');
const PB_CALL = hex('00 00 00 14 90 01 00 01 00 00 00 04 45 63 68 6f 00 00 00 01 0a 02 68 69');
const PB_EXCEPTION = hex('00 00 00 18 90 01 00 03 00 00 00 04 45 63 68 6f 00 00 00 01 08 06 12 04 62 6f 6f 6d');
const CONTROL = hex(`00 00 00 2b 10 00 00 00 00 00 00 00 00 04 00 00 01 00 01 00 05 63 72 72 73 74 00 01 31 00
  80 01 00 02 00 00 00 04 6e 6f 6e 65 00 00 00 00 00`);
const TTSTREAM = hex(`00 00 00 28 10 00 00 02 00 00 00 05 00 05 10 00 10 00 02 00 1b 00 01 33 00 09 00 04 43 68 61 74 00 00
  0b 00 01 00 00 00 02 68 69 00`);

/** Reads one message as an end of `role` and gives its head's facts and its payload. */
function read(bytes: Uint8Array, role: 'client' | 'server', call?: RpcHeadInit, options = {}): { readonly head: Record<string, unknown>; readonly payload: string } {
  let head: Record<string, unknown> = {};
  const end = role === 'server' ? server(options) : client(options);
  const seen = engineEnd(
    {
      ...maker(options),
      describe: (h: RpcHead) => {
        const kept = h.retain();
        head = { wire: h.wire, payload: h.payload, type: h.type, seq: h.seqId, method: h.methodName, service: h.service, strings: Object.fromEntries(h.strings()), int: (k: number) => kept.int(k) };
        return '';
      },
    },
    role,
    { clock: end.link.clock },
  );
  if (call !== undefined) {
    const id = seen.engine.open(call, false);
    seen.engine.beginMessage(id, 0).u8(0);
    seen.engine.endMessage(id, true);
  }
  seen.link.feed(bytes);
  expect(seen.link.cause).toBeUndefined();
  expect(seen.link.unreadBytes).toBe(0);
  return { head, payload: seen.on.of('message')[0]!.bytes };
}

const call = (wire: RpcHeadInit['wire']): RpcHeadInit => headInit({ wire });
const framed = (m: Uint8Array): Buffer => {
  const b = Buffer.alloc(4 + m.length);
  b.writeUInt32BE(m.length);
  b.set(m, 4);
  return b;
};

describe('Buffered and Framed', () => {
  it('the call M', () => {
    expect(M).toHaveLength(30);
    expect(written({ wire: 'buffered' }, headInit(), M_ARGS)).toEqual(M);
    expect(written({ wire: 'framed' }, headInit(), M_ARGS)).toEqual(Buffer.concat([hex('0000001e'), M]));
    for (const bytes of [M, framed(M)]) {
      expect(read(bytes, 'server')).toMatchObject({ head: { wire: bytes === M ? 'buffered' : 'framed', type: 1, seq: 1, method: 'Echo', service: '', strings: {} }, payload: M_ARGS.toString('hex') });
    }
  });

  it.each([
    ['a result', SUCCESS, M, { type: 2 as const, seqId: 1 }, 16],
    ['a declared exception', DECLARED, M, { type: 2 as const, seqId: 1 }, 16],
  ])('%s', (_name, bytes, request, head, at) => {
    expect(answered({ wire: 'buffered' }, request, headInit(head), bytes.subarray(at))).toEqual(bytes);
    expect(read(bytes, 'client', call('buffered'), { wire: 'buffered' })).toMatchObject({ head: { type: 2, seq: 1, method: 'Echo', wire: 'buffered' }, payload: bytes.subarray(at).toString('hex') });
    expect(read(framed(bytes), 'client', call('framed'), { wire: 'framed' })).toMatchObject({ head: { wire: 'framed' }, payload: bytes.subarray(at).toString('hex') });
  });

  it('a void result', () => {
    const ping = written({ wire: 'framed' }, headInit({ method: 'Ping', seqId: 2 }), Uint8Array.of(0));
    expect(answered({}, ping, headInit({ method: 'Ping', seqId: 2, type: 2 }), Uint8Array.of(0))).toEqual(framed(VOID));
    expect(read(VOID, 'client', headInit({ method: 'Ping', seqId: 2 }), { wire: 'buffered' })).toMatchObject({ head: { method: 'Ping', seq: 2 }, payload: '00' });
  });

  it('a oneway call: nobody waits for its answer', () => {
    const end = client({ wire: 'buffered' });
    const id = end.engine.open(headInit({ method: 'Fire', type: 4, seqId: 3 }), false);
    end.engine.beginMessage(id, 0).bytes(ONEWAY.subarray(16));
    end.engine.endMessage(id, true);
    expect(end.link.take()).toEqual(ONEWAY);
    expect(end.engine.active).toBe(0);
    expect(read(ONEWAY, 'server')).toMatchObject({ head: { type: 4, seq: 3, method: 'Fire' } });
  });

  it('an exception', () => {
    const end = server();
    end.link.feed(hex('80010001 00000004 4e6f7065 00000007 00'));
    end.engine.reset(1, 6, 'boom');
    expect(end.link.take()).toEqual(EXCEPTION);
    expect(end.link.ended).toBe(true);
    expect(read(EXCEPTION, 'client', headInit({ method: 'Nope', seqId: 7 }), { wire: 'buffered' })).toMatchObject({ head: { type: 3, seq: 7, method: 'Nope' }, payload: EXCEPTION.subarray(16).toString('hex') });
  });
});

describe('TTHeader', () => {
  it('with a string and two ints', () => {
    const head = headInit({ strings: new Map([['RPC_TRANSIT_k', 'v']]), ints: new Map([[22, '1'], [3, 'cli']]) });
    expect(written({ wire: 'ttheader' }, head, M_ARGS)).toEqual(TTHEADER);
    const { head: h, payload } = read(TTHEADER, 'server');
    expect(h).toMatchObject({ wire: 'ttheader', seq: 1, strings: { RPC_TRANSIT_k: 'v' }, service: '' });
    expect([22, 3, 12].map(h['int'] as (k: number) => unknown)).toEqual(['1', 'cli', undefined]);
    expect(payload).toBe(M_ARGS.toString('hex'));
  });

  it('around a frame', () => {
    const head = headInit({ strings: new Map([['isn', 'Echo']]), ints: new Map([[22, '1'], [3, 'cli']]) });
    expect(written({ wire: 'ttheader-framed' }, head, M_ARGS)).toEqual(TTHEADER_FRAMED);
    expect(read(TTHEADER_FRAMED, 'server')).toMatchObject({ head: { wire: 'ttheader-framed', service: 'Echo', strings: { isn: 'Echo' } }, payload: M_ARGS.toString('hex') });
  });

  it('with an ACL token, which is a string key to users and a block of its own on the wire', () => {
    const w = new ByteWriter();
    const extras = { flags: 0, frameSeq: 0, proto: 0, timeoutMs: Infinity, connReset: false, checksumKey: undefined, checksum: '' };
    const mark = writeTTHeader(w, headInit({ seqId: 0, strings: new Map([[StrKey.GDPRToken, 'tok']]) }), extras);
    w.patchU32(mark, w.mark() - mark - 4);
    expect(Buffer.from(w.toBytes())).toEqual(TOKEN);
    // With nothing behind it a token is no message for anybody; with M it is.
    const whole = Buffer.concat([TOKEN, M]);
    whole.writeUInt32BE(whole.length - 4);
    expect(read(whole, 'server').head['strings']).toEqual({ 'RPC_TRANSIT_gdpr-token': 'tok' });
  });

  it('with a business error', () => {
    const head = headInit({
      type: 2,
      strings: new Map([['biz-status', '404'], ['biz-message', 'nf'], ['biz-extra', '{"k":"v"}']]),
      ints: new Map([[IntKey.MsgType, '2']]),
    });
    expect(answered({}, TTHEADER, head, Uint8Array.of(0))).toEqual(BIZ);
    expect(read(BIZ, 'client', headInit(), { wire: 'ttheader' })).toMatchObject({ head: { strings: { 'biz-status': '404', 'biz-message': 'nf', 'biz-extra': '{"k":"v"}' } }, payload: '00' });
  });
});

describe('MeshHeader', () => {
  it('is read before either form of a message without a header', () => {
    for (const m of [M, framed(M)]) {
      expect(read(Buffer.concat([MESH, m]), 'server')).toMatchObject({ head: { service: 'Echo', strings: { isn: 'Echo' }, method: 'Echo' }, payload: M_ARGS.toString('hex') });
    }
    expect(read(Buffer.concat([hex('ffaf 0000'), M]), 'server')).toMatchObject({ head: { strings: {} } });
  });
});

describe('Kitex-Protobuf', () => {
  it('a call', () => {
    expect(written({ wire: 'framed', payload: 'protobuf' }, headInit(), hex('0a 02 68 69'))).toEqual(PB_CALL);
    expect(read(PB_CALL, 'server')).toMatchObject({ head: { payload: 'protobuf', wire: 'framed', method: 'Echo' }, payload: '0a026869' });
  });

  it('an exception', () => {
    const end = server();
    end.link.feed(PB_CALL);
    end.engine.reset(1, 6, 'boom');
    expect(end.link.take()).toEqual(PB_EXCEPTION);
    expect(read(PB_EXCEPTION, 'client', headInit(), { wire: 'framed', payload: 'protobuf' })).toMatchObject({ head: { type: 3, payload: 'protobuf' } });
  });

  it('an exception of nothing, and one with a negative code, are what Protobuf makes of them', () => {
    const body = (code: number, text: string): string => {
      const end = server();
      end.link.feed(PB_CALL);
      end.engine.reset(1, code, text);
      return end.link.take().subarray(20).toString('hex');
    };
    expect(body(0, '')).toBe('');
    expect(body(-1, 'é')).toBe('08ffffffffffffffffff01' + '1202c3a9');
    expect(body(300, '')).toBe('08ac02');
  });
});

describe('checksums', () => {
  it('are those of Kitex', () => {
    expect(crc32c(Buffer.from('123456789')).toString(16)).toBe('e3069283');
    expect(crc32c(M).toString(16).padStart(8, '0')).toBe('0fdeaddc');
    expect(crc32c(framed(M)).toString(16)).toBe('702b4a35');
  });

  it('cover everything behind the header, the frame word included', () => {
    const value = (wire: 'ttheader' | 'ttheader-framed'): unknown => (read(written({ wire, crc32c: true }, headInit(), M_ARGS), 'server').head['strings'] as Record<string, string>)['crc32c'];
    expect(value('ttheader')).toBe('0fdeaddc');
    expect(value('ttheader-framed')).toBe('702b4a35');
  });
});

describe('multiplexed', () => {
  it('a server that drains says so in a control message', () => {
    const end = server();
    const request = written({ wire: 'ttheader', outOfOrder: true }, headInit(), M_ARGS);
    expect(request.readUInt16BE(6)).toBe(0x0001);
    end.link.feed(request);
    reply(end, 1);
    expect(end.link.take().readUInt16BE(6)).toBe(0);
    end.engine.drain();
    expect(end.link.take()).toEqual(CONTROL);
    end.engine.drain();
    expect(end.link.take()).toHaveLength(0);
  });

  it('a client that hears it is told, and goes on with what is in flight', () => {
    const end = client({ wire: 'ttheader', outOfOrder: true });
    const id = end.engine.open(headInit({ seqId: 5 }), false);
    end.engine.beginMessage(id, 0).bytes(M_ARGS);
    end.engine.endMessage(id, true);
    end.link.feed(CONTROL);
    expect(end.on.events).toEqual([{ kind: 'goaway', lastId: id, code: 0 }]);
    expect(end.engine.active).toBe(1);
    expect(end.link.unreadBytes).toBe(0);
  });
});

describe('TTHeader Streaming', () => {
  it('does not belong on a ping-pong connection', () => {
    const end = server();
    end.link.feed(TTSTREAM);
    expect(end.link.cause).toMatchObject({ code: 'PROTOCOL_FRAME_INVALID', message: 'TTHeader: a streaming frame on a ping-pong connection' });
  });
});
