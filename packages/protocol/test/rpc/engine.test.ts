// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import { IntKey, prepareInfo, RpcHeaderTooLargeError } from '@cloudwego/protocol';
import type { PayloadValidator, RpcEngineOptions, RpcHead } from '@cloudwego/protocol';
import { engineEnd } from '@cloudwego/protocol/testing';
import { client, headInit, hex, M, M_ARGS, maker, reply, server, structOf, WIRES, written } from './support.js';

const codeOf = (f: () => unknown): unknown => {
  try {
    f();
  } catch (e) {
    return (e as { code?: string }).code ?? e;
  }
  return 'no error';
};

/** What a server makes of bytes: the code with which it closed, or the number of messages it was shown. */
function verdict(bytes: Uint8Array, options: Parameters<typeof server>[0] = {}): unknown {
  const end = server(options);
  end.on.react = (e) => {
    if (e.kind === 'message') end.engine.finish(e.id);
  };
  end.link.feed(bytes);
  return (end.link.cause as { code?: string } | undefined)?.code ?? end.on.of('message').length;
}

const framed = (m: Uint8Array): Buffer => Buffer.concat([Buffer.from([0, 0, m.length >> 8, m.length & 255]), m]);
const patched = (b: Uint8Array, at: number, v: string): Buffer => {
  const c = Buffer.from(b);
  hex(v).copy(c, at);
  return c;
};

describe('options', () => {
  it('are checked when an engine is made, by name', () => {
    const message = (o: object): string => {
      try {
        server(o);
      } catch (e) {
        expect(e).toMatchObject({ code: 'GOPKG_OPTION_INVALID' });
        return (e as Error).message;
      }
      return 'no error';
    };
    expect(message({ pipelineDepth: 0 })).toBe('rpc.pipelineDepth: got 0, wanted an integer from 1 to 64');
    expect(message({ pipelineDepth: 65 })).toContain('wanted an integer from 1 to 64');
    expect(message({ maxMessageBytes: -1 })).toContain('rpc.maxMessageBytes');
    expect(message({ wire: 'grpc' })).toContain('rpc.wire: got "grpc", wanted one of "buffered", "framed", "ttheader", "ttheader-framed"');
    expect(message({ maxMesageBytes: 1 })).toContain('did you mean "maxMessageBytes"');
    expect(message({ routes: {} })).toContain('rpc.routes');
    expect(message({ validator: { key: 'k', generate: () => '' } })).toContain('missing validate');
    expect(message({ validator: { key: '', generate: () => '', validate: () => true } })).toContain('rpc.validator.key');
    expect(message({ state: { protocol: 'http', nextId: 1 } })).toContain('rpc.state');
    expect(message({ payload: 'protobuf', wire: 'ttheader' })).toContain('Kitex-Protobuf needs a frame');
    expect(message({ outOfOrder: true, wire: 'framed' })).toContain('whose header carries the flag');
  });
});

describe('message types', () => {
  it.each([0, 2, 3, 5, 6, 0x0101, 0xffff])('%i in a request is answered with EXCEPTION 2, and the connection closes', (type) => {
    for (const wire of WIRES) {
      const end = server();
      const request = written({ wire }, headInit({ seqId: 77 }), M_ARGS);
      const at = request.indexOf(hex('80010001'));
      request.writeUInt16BE(type, at + 2);
      end.link.feed(Buffer.concat([request, request]));
      expect(end.on.events).toEqual([]);
      expect(end.link.ended).toBe(true);
      expect(end.link.unreadBytes).toBe(0);
      const answer = end.link.take();
      const message = answer.subarray(answer.indexOf(hex('80010003')));
      expect(message.subarray(0, 16)).toEqual(hex('80010003 00000004 4563686f 0000004d'));
      expect(message.toString('latin1')).toContain(`server side, invalid message type ${type}`);
      expect(message.subarray(-8)).toEqual(hex('080002 00000002 00'));
      if (wire.startsWith('ttheader')) expect(answer.toString('latin1')).toContain('crrst');
    }
  });

  it.each([1, 4, 6])('%i in a reply is shown to the client, which knows what to say', (type) => {
    const end = client({ wire: 'buffered' });
    const id = end.engine.open(headInit(), false);
    end.engine.beginMessage(id, 0).bytes(M_ARGS);
    end.engine.endMessage(id, true);
    end.link.feed(patched(M, 2, `00 0${type}`));
    expect(JSON.parse(end.on.of('head')[0]!.head)).toMatchObject({ type });
    expect(end.link.isDestroyed).toBe(false);
  });

  it('a multiplexed request of the wrong type leaves the connection to the others', () => {
    const end = server();
    const bytes = written({ wire: 'ttheader', outOfOrder: true }, headInit(), M_ARGS);
    const wrong = Buffer.from(bytes);
    wrong.writeUInt16BE(6, wrong.indexOf(hex('80010001')) + 2);
    end.link.feed(Buffer.concat([wrong, bytes]));
    expect(end.on.of('message')).toHaveLength(1);
    expect(end.link.ended).toBe(false);
    expect(end.link.take().toString('latin1')).not.toContain('crrst');
  });

  it('only the strict form of Thrift binary, framed or not, and framed Kitex-Protobuf are messages', () => {
    expect(verdict(M)).toBe(1);
    for (const magic of ['80020001', '8001ffff', '00000004', '82210101', '90010001', '80000001']) {
      expect(verdict(patched(M, 0, magic))).toEqual(magic === '8001ffff' ? 0 : 'PROTOCOL_FRAME_INVALID');
    }
    expect(verdict(patched(framed(M), 4, '9001'))).toBe(1);
    expect(verdict(patched(framed(M), 4, '9002'))).toBe('PROTOCOL_FRAME_INVALID');
  });
});

describe('bytes of somebody else', () => {
  it.each([
    ['GET / HTTP/1.1\r\n\r\n', 'this looks like an HTTP/1 request'],
    ['HTTP/1.1 200 OK\r\n', 'this looks like an HTTP/1 response'],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'HTTP/2 with prior knowledge (gRPC)'],
    ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03', 'a TLS ClientHello'],
    ['SSH-2.0-OpenSSH_9', 'SSH'],
    ['\x82\x21\x01\x04Echo', 'Thrift compact, which Kitex does not accept'],
    ['\x00\x00\x00\x10\x82\x21\x01\x04Echo', 'framed Thrift compact'],
    ['\x00\x00\x00\x04Echo\x01\x00\x00\x00\x01', 'Thrift binary without a version (not strict)'],
    ['help\r\nxxxx', 'somebody typing'],
  ])('%j is named', (text, name) => {
    const end = server();
    end.link.feed(Buffer.from(text, 'latin1'));
    expect(end.link.cause).toMatchObject({ code: 'PROTOCOL_FRAME_INVALID' });
    expect(end.link.cause!.message).toContain(name);
    expect(end.link.cause!.message).toMatch(/^invalid payload \(first4Bytes=0x[0-9a-f]{8}, second4Bytes=0x[0-9a-f]{8}\)/);
    expect(end.link.take()).toHaveLength(0);
  });
});

describe('a header that contradicts itself', () => {
  const request = written({ wire: 'ttheader' }, headInit({ strings: new Map([['k', 'v']]), ints: new Map([[1, 'x']]) }), M_ARGS);
  const info = 14;

  it.each([
    ['no room for a payload', patched(request, 0, '00000011')],
    ['no words at all', patched(request, 12, '0000')],
    ['more words than LENGTH', patched(request, 12, '00ff')],
    ['Thrift compact', patched(request, info, '02')],
    ['a ProtocolID nobody knows', patched(request, info, '05')],
    ['transforms beyond the header', patched(request, info + 1, 'ff')],
    ['a block nobody knows', patched(request, info + 2, '02')],
    ['more strings than there are', patched(request, info + 3, 'ffff')],
    ['a key that ends outside', patched(request, info + 5, 'ffff')],
    ['a value that ends outside', patched(request, info + 8, 'ffff')],
    ['more ints than there are', patched(request, info + 12, 'ffff')],
    ['an int value that ends outside', patched(request, info + 16, 'ffff')],
  ])('%s', (_name, bytes) => {
    expect(verdict(bytes)).toBe('PROTOCOL_FRAME_INVALID');
  });

  it('3, 4, 0x10 and 0x11 as ProtocolID mean nothing and harm nothing', () => {
    for (const p of ['00', '03', '04', '10', '11']) expect(verdict(patched(request, info, p))).toBe(1);
  });

  it('flags that are declared only are ignored', () => {
    for (const f of ['0008', '0010', 'fff8']) expect(verdict(patched(request, 6, f))).toBe(1);
  });

  it('a frame of another size than LENGTH leaves it', () => {
    const f = written({ wire: 'ttheader-framed' }, headInit(), M_ARGS);
    const at = f.length - M.length - 4;
    expect(f.readUInt32BE(at)).toBe(M.length);
    for (const d of [-1, 1, 1000]) {
      const b = Buffer.from(f);
      b.writeUInt32BE(M.length + d, at);
      expect(verdict(b)).toBe('PROTOCOL_FRAME_INVALID');
    }
  });

  it('a name that leaves its frame, or is not there', () => {
    expect(verdict(patched(framed(M), 8, '0000001f'))).toBe('PROTOCOL_FRAME_INVALID');
    expect(verdict(patched(framed(M), 8, '00000000'))).toBe('PROTOCOL_FRAME_INVALID');
    expect(verdict(patched(M, 4, 'ffffffff'))).toBe('PROTOCOL_FRAME_OVERSIZED');
  });

  it('a MeshHeader whose pairs end outside', () => {
    expect(verdict(Buffer.concat([hex('ffaf 0003 0001 00'), M]))).toBe('PROTOCOL_FRAME_INVALID');
    expect(verdict(Buffer.concat([hex('ffaf 0001 00'), M]))).toBe('PROTOCOL_FRAME_INVALID');
    const end = server();
    end.link.feed(Buffer.concat([hex('ffaf 0006 0001 0010 0000'), M]));
    expect(end.link.cause!.message).toBe('MeshHeader: a key ends outside its header');
  });
});

describe('limits', () => {
  it.each(WIRES)('maxMessageBytes on %s, at its edge, both ways', (wire) => {
    const payload = structOf(1, 100);
    const message = 16 + payload.length;
    // What a limit counts: the struct where its end has to be found, the frame, or all behind the header.
    const size = { buffered: payload.length, framed: message, ttheader: message, 'ttheader-framed': message + 4 }[wire];
    const bytes = written({ wire }, headInit(), payload);
    expect(verdict(bytes, { maxMessageBytes: size })).toBe(1);
    expect(verdict(bytes, { maxMessageBytes: size - 1 })).toBe('PROTOCOL_FRAME_OVERSIZED');
    const out = { buffered: message, framed: message + 4, ttheader: message, 'ttheader-framed': message + 4 }[wire];
    expect(written({ wire, maxMessageBytes: out }, headInit(), payload)).toEqual(bytes);
    const end = client({ wire, maxMessageBytes: out - 1 });
    const id = end.engine.open(headInit(), false);
    end.engine.beginMessage(id, 0).bytes(payload);
    expect(codeOf(() => end.engine.endMessage(id, true))).toBe('PROTOCOL_FRAME_OVERSIZED');
    end.engine.cancelMessage(id);
    expect(end.link.pendingBytes).toBe(0);
    expect(end.engine.active).toBe(0);
  });

  it('maxHeaderBytes of a TTHeader, a MeshHeader and a method name, at its edge', () => {
    const bytes = written({ wire: 'ttheader' }, headInit({ strings: new Map([['k', 'v'.repeat(200)]]) }), M_ARGS);
    const info = bytes.readUInt16BE(12) * 4;
    expect(verdict(bytes, { maxHeaderBytes: info })).toBe(1);
    expect(verdict(bytes, { maxHeaderBytes: info - 4 })).toBe('PROTOCOL_FRAME_OVERSIZED');
    const mesh = Buffer.concat([hex('ff af 00 0d 00 01 00 03 69 73 6e 00 04 45 63 68 6f'), M]);
    expect(verdict(mesh, { maxHeaderBytes: 13 })).toBe(1);
    expect(verdict(mesh, { maxHeaderBytes: 12 })).toBe('PROTOCOL_FRAME_OVERSIZED');
    const named = written({ wire: 'framed' }, headInit({ method: 'x'.repeat(100) }), M_ARGS);
    expect(verdict(named, { maxHeaderBytes: 100 })).toBe(1);
    expect(verdict(named, { maxHeaderBytes: 99 })).toBe('PROTOCOL_FRAME_OVERSIZED');
  });

  it('maxDepth of a Buffered message, at its edge', () => {
    const nested = (n: number): Buffer => Buffer.concat([M.subarray(0, 16), Buffer.concat(Array.from({ length: n - 1 }, () => hex('0c0001'))), Buffer.alloc(n)]);
    for (const depth of [1, 5, 64]) {
      expect(verdict(nested(depth), { maxDepth: depth })).toBe(1);
      expect(verdict(nested(depth + 1), { maxDepth: depth })).toBe('PROTOCOL_FRAME_INVALID');
    }
  });

  it('a header that cannot be written is an error, and nothing leaves', () => {
    const over: [string, Parameters<typeof headInit>[0]][] = [
      ['a value above 65,535 bytes', { strings: new Map([['k', 'é'.repeat(32_768)]]) }],
      ['a key above 65,535 bytes', { strings: new Map([['k'.repeat(65_536), '']]) }],
      ['more than 262,140 bytes', { strings: new Map(Array.from({ length: 5 }, (_, i) => [`k${i}`, 'v'.repeat(60_000)])) }],
      ['an int key that is no u16', { ints: new Map([[65_536, 'x']]) }],
      ['an int key below zero', { ints: new Map([[-1, 'x']]) }],
      ['more pairs than a count can say', { ints: new Map(Array.from({ length: 65_536 }, (_, i) => [i, ''])) }],
    ];
    for (const [what, head] of over) {
      const end = client({ wire: 'ttheader' });
      const id = end.engine.open(headInit(head), false);
      expect(codeOf(() => end.engine.beginMessage(id, 0)), what).toBe('PROTOCOL_HEADER_OVERSIZED');
      end.engine.cancelMessage(id);
      expect(end.link.writing).toBe(false);
      expect(end.engine.active).toBe(0);
    }
    expect(verdict(written({ wire: 'ttheader' }, headInit({ strings: new Map([['k', 'v'.repeat(65_535)]]) }), M_ARGS))).toBe(1);
    expect(() => prepareInfo(undefined, new Map([['k', 'v'.repeat(65_536)]]))).toThrow(RpcHeaderTooLargeError);
  });

  it('a declared length of a gibibyte allocates nothing', () => {
    const gib = '40000000';
    const head = M.subarray(0, 16).toString('hex');
    const declared: [string, Buffer, RpcEngineOptions][] = [
      ['frame', hex(gib + M.toString('hex')), {}],
      ['frame within the limit', hex(gib + M.toString('hex')), { maxMessageBytes: 0x7fff_ffff }],
      ['TTHeader', patched(written({ wire: 'ttheader' }, headInit(), M_ARGS), 0, gib), {}],
      ['TTHeader within the limit', patched(written({ wire: 'ttheader' }, headInit(), M_ARGS), 0, gib), { maxMessageBytes: 0x7fff_ffff }],
      ['string of a Buffered message', hex(`${head} 0b0001 ${gib} 00`), { maxMessageBytes: 0x7fff_ffff }],
      ['list of a Buffered message', hex(`${head} 0f0001 08 10000000 00`), { maxMessageBytes: 0x7fff_ffff }],
      ['map of structs of a Buffered message', hex(`${head} 0d0001 0b0c ${gib} 00`), { maxMessageBytes: 0x7fff_ffff }],
      ['method name', hex(`80010001 ${gib}`), { maxHeaderBytes: 0x7fff_ffff }],
    ];
    for (const [what, bytes, options] of declared) {
      const end = server(options);
      const before = process.memoryUsage();
      end.link.feed(bytes);
      const after = process.memoryUsage();
      expect(after.arrayBuffers - before.arrayBuffers, what).toBeLessThan(1 << 20);
      expect(after.external - before.external, what).toBeLessThan(1 << 20);
      const refused = options.maxMessageBytes === undefined && options.maxHeaderBytes === undefined;
      expect((end.link.cause as { code?: string } | undefined)?.code, what).toBe(refused ? 'PROTOCOL_FRAME_OVERSIZED' : undefined);
      expect(end.on.of('message'), what).toEqual([]);
    }
  });
});

describe('order', () => {
  const three = (wire: 'framed' | 'ttheader' = 'framed'): Buffer => Buffer.concat([1, 2, 3].map((n) => written({ wire }, headInit({ seqId: n }), structOf(n, 10))));

  it('an answer that comes late holds back that connection alone, and leaves as soon as it may', () => {
    const end = server({ pipelineDepth: 2 });
    end.link.feed(three());
    expect(end.on.of('head').map((e) => e.id)).toEqual([1, 2]);
    reply(end, 2, { seqId: 2 });
    expect(end.link.take()).toHaveLength(0);
    expect(end.on.of('head')).toHaveLength(2);
    reply(end, 1, { seqId: 1 });
    const out = end.link.take();
    expect([out.readInt32BE(16), out.readInt32BE(out.length / 2 + 16)]).toEqual([1, 2]);
    expect(end.on.of('head')).toHaveLength(3);
  });

  it('an oneway call in the middle answers nothing and keeps nobody', () => {
    const end = server({ pipelineDepth: 3 });
    end.link.feed(three());
    reply(end, 3, { seqId: 3 });
    end.engine.finish(2);
    expect(end.link.take()).toHaveLength(0);
    reply(end, 1, { seqId: 1 });
    expect(end.link.take()).toHaveLength(2 * (4 + 16 + 1));
    expect(end.engine.active).toBe(0);
  });

  it('a refusal in the middle is answered in its turn; what comes behind it is not read, and late answers meet nobody', () => {
    const end = server({ pipelineDepth: 2 });
    end.link.feed(three('ttheader'));
    end.engine.reset(2, 1, 'unknown method');
    expect(end.link.ended).toBe(false);
    end.link.feed(three('ttheader'));
    expect(end.on.of('head')).toHaveLength(2);
    expect(end.link.unreadBytes).toBe(0);
    reply(end, 1, { seqId: 1 });
    expect(end.link.ended).toBe(true);
    const out = end.link.take().toString('latin1');
    expect(out.indexOf('unknown method')).toBeGreaterThan(0);
    expect(out.match(/crrst/g)).toHaveLength(1);
    expect(end.on.of('head')).toHaveLength(2);
  });

  it('answers behind a refusal are dropped without a word', () => {
    const end = server({ pipelineDepth: 3 });
    end.link.feed(three());
    end.engine.reset(1, 1, 'unknown method');
    const before = end.link.take().length;
    expect(before).toBeGreaterThan(0);
    expect(reply(end, 2, { seqId: 2 })).toBe(true);
    end.engine.finish(3);
    expect(end.link.take()).toHaveLength(0);
    expect(end.link.writing).toBe(false);
  });

  it('a reply that nobody asked for ends a connection that answers in order', () => {
    const answer = patched(M, 2, '0002');
    const idle = client({ wire: 'buffered' });
    idle.link.feed(answer);
    expect(idle.link.cause).toMatchObject({ code: 'PROTOCOL_STREAM_MISUSED' });
    const early = client({ wire: 'buffered' });
    const id = early.engine.open(headInit(), false);
    early.engine.beginMessage(id, 0);
    early.link.feed(answer);
    expect(early.link.cause).toMatchObject({ code: 'PROTOCOL_STREAM_MISUSED' });
  });

  it('a multiplexed reply that nobody asked for is passed over', () => {
    const end = client({ wire: 'ttheader', outOfOrder: true });
    const stray = written({ wire: 'ttheader' }, headInit({ seqId: 9, type: 1 }), structOf(1, 5000));
    stray.writeUInt16BE(2, stray.indexOf(hex('80010001')) + 2);
    end.link.feed(stray);
    expect(end.on.events).toEqual([]);
    expect(end.link.isDestroyed).toBe(false);
  });

  it('multiplexed replies go by the sequence id of the TTHeader, which no two calls may share', () => {
    const end = client({ wire: 'ttheader', outOfOrder: true });
    const open = (seqId: number): number => {
      const id = end.engine.open(headInit({ seqId }), false);
      end.engine.beginMessage(id, 0).bytes(M_ARGS);
      end.engine.endMessage(id, true);
      return id;
    };
    const a = open(10);
    expect(codeOf(() => end.engine.open(headInit({ seqId: 10 }), false))).toBe('PROTOCOL_STREAM_MISUSED');
    expect(codeOf(() => end.engine.open(headInit({ seqId: 0 }), false))).toBe('PROTOCOL_STREAM_MISUSED');
    // Its payload may say what it likes.
    const answer = written({ wire: 'ttheader' }, headInit({ seqId: 4711 }), Uint8Array.of(0));
    answer.writeInt32BE(10, 8);
    end.link.feed(answer);
    expect(end.on.of('message').map((e) => e.id)).toEqual([a]);
    open(10);
    expect(end.engine.active).toBe(1);
  });
});

describe('deadlines', () => {
  /** What a server at 100 on its own clock sees of a request: its int key 12, and the deadline. */
  const seen = (bytes: Uint8Array): unknown => {
    const end = engineEnd({ ...maker(), describe: (h: RpcHead) => JSON.stringify([h.int(IntKey.RPCTimeout) ?? null, h.deadline === Infinity ? null : h.deadline]) }, 'server', {
      clock: new FakeClock(100),
    });
    end.link.feed(bytes);
    return JSON.parse(end.on.of('head')[0]!.head);
  };

  it.each([
    [5250.2, ['251', 351]],
    [5001, ['1', 101]],
    [4000, ['1', 101]],
    [Infinity, [null, null]],
  ])('%d at 5000 is sent as what is left of it, rounded up, and arrives on the clock of the server', (deadline, wanted) => {
    const end = client({ wire: 'ttheader' }, { clock: new FakeClock(5000) });
    const id = end.engine.open(headInit({ deadline }), false);
    end.engine.beginMessage(id, 0).bytes(M_ARGS);
    end.engine.endMessage(id, true);
    expect(seen(end.link.take())).toEqual(wanted);
  });

  it.each(['', '0', '-5', 'abc', '1e3', '9999999999999999', '12x'])('a timeout of %j is none', (text) => {
    expect(seen(written({ wire: 'ttheader' }, headInit({ ints: new Map([[IntKey.RPCTimeout, text]]) }), M_ARGS))).toEqual([text, null]);
  });
});

describe('checksums', () => {
  const bytes = written({ wire: 'ttheader-framed', crc32c: true }, headInit({ strings: new Map([['k', 'v']]) }), structOf(1, 500));
  const body = bytes.length - (4 + 16 + structOf(1, 500).length);

  it('refuse a payload of which any byte changed, before anybody sees it, and answer nothing', () => {
    expect(verdict(bytes, { crc32c: true })).toBe(1);
    for (let i = body; i < bytes.length; i++) {
      const b = Buffer.from(bytes);
      b[i]! ^= 0x10;
      const end = server({ crc32c: true });
      end.link.feed(b);
      expect((end.link.cause as { code?: string } | undefined)?.code, `byte ${i}`).toBe('PROTOCOL_PAYLOAD_CORRUPT');
      expect(end.on.events).toEqual([]);
      expect(end.link.take()).toHaveLength(0);
    }
  });

  it('are not wanted from peers that send none, nor by servers that do not check', () => {
    expect(verdict(written({ wire: 'ttheader' }, headInit(), M_ARGS), { crc32c: true })).toBe(1);
    const wrong = Buffer.from(bytes);
    wrong[wrong.length - 2]! ^= 1;
    expect(verdict(wrong)).toBe(1);
    for (const wire of ['buffered', 'framed'] as const) expect(verdict(written({ wire, crc32c: true }, headInit(), M_ARGS), { crc32c: true })).toBe(1);
  });

  it('wait for the whole message, however it is cut', () => {
    const end = server({ crc32c: true });
    for (let i = 0; i < bytes.length - 1; i++) end.link.feed(bytes.subarray(i, i + 1));
    expect(end.on.events).toEqual([]);
    expect(end.engine.need).toBe(bytes.length);
    end.link.feed(bytes.subarray(-1));
    expect(end.on.of('message')).toHaveLength(1);
  });

  const validator = (o: Partial<PayloadValidator> & { readonly sum?: string | undefined }): PayloadValidator => ({
    key: 'len',
    generate: (p) => ('sum' in o ? o.sum : String(p.length)),
    validate: (v, p) => v === String(p.length),
    ...o,
  });

  it('of your own travel under PV_, and are asked for even where none came', () => {
    const seen: [string, number, string][] = [];
    const own = validator({ validate: (v, p, h) => (seen.push([v, p.length, h.methodName + String(h.str('k'))]), true) });
    const sent = written({ wire: 'ttheader', validator: own }, headInit(), M_ARGS);
    expect(sent.toString('latin1')).toContain('PV_len');
    expect(verdict(sent, { validator: own })).toBe(1);
    expect(verdict(written({ wire: 'ttheader' }, headInit(), M_ARGS), { validator: own })).toBe(1);
    expect(verdict(written({ wire: 'framed' }, headInit(), M_ARGS), { validator: own })).toBe(1);
    // The name of the method stands in the payload, which is not read yet.
    expect(seen).toEqual([['30', 30, 'undefined'], ['', 30, 'undefined']]);
    expect(written({ wire: 'ttheader', validator: validator({ sum: undefined }) }, headInit(), M_ARGS).toString('latin1')).not.toContain('PV_');
  });

  it('of your own that refuse, or fail, close with a typed error', () => {
    const sent = written({ wire: 'ttheader', validator: validator({}) }, headInit(), M_ARGS);
    expect(verdict(sent, { validator: validator({ validate: () => false }) })).toBe('PROTOCOL_PAYLOAD_CORRUPT');
    const end = server({ validator: validator({ validate: () => { throw new TypeError('mine'); } }) });
    end.link.feed(sent);
    expect(end.link.cause).toMatchObject({ code: 'PROTOCOL_PAYLOAD_CORRUPT', originalName: 'ErrPayloadValidation', cause: expect.any(TypeError) as unknown });
  });

  it('of your own have at most 4096 bytes', () => {
    const send = (sum: string | (() => never)): unknown =>
      codeOf(() => written({ wire: 'ttheader', validator: validator(typeof sum === 'string' ? { sum } : { generate: sum }) }, headInit(), M_ARGS));
    expect(send('é'.repeat(2048))).toBe('no error');
    expect(send('é'.repeat(2048) + 'x')).toBe('PROTOCOL_PAYLOAD_CORRUPT');
    expect(send(() => { throw new TypeError('mine'); })).toBe('PROTOCOL_PAYLOAD_CORRUPT');
  });

  it('of your own that cannot be made leave the connection no way to answer: it closes', () => {
    const end = server({ validator: validator({ generate: () => { throw new TypeError('mine'); }, validate: () => true }) });
    end.link.feed(written({ wire: 'ttheader' }, headInit(), M_ARGS));
    end.engine.reset(1, 6, 'x');
    expect(end.link.cause).toMatchObject({ code: 'PROTOCOL_PAYLOAD_CORRUPT' });
    expect(end.link.writing).toBe(false);
  });

  it('of Kitex come first', () => {
    const both = { crc32c: true, validator: validator({ validate: () => false }) };
    const sent = written({ wire: 'ttheader', ...both }, headInit(), M_ARGS);
    expect(sent.toString('latin1')).toContain('crc32c');
    expect(sent.toString('latin1')).not.toContain('PV_');
    expect(verdict(sent, both)).toBe(1);
  });
});

describe('state', () => {
  it('counts what is awaited in the middle of a message', () => {
    const bytes = written({ wire: 'framed' }, headInit(), structOf(1, 100));
    const end = server();
    for (let i = 1; i < bytes.length; i++) {
      end.link.feed(bytes.subarray(i - 1, i));
      expect(end.engine.midMessage, `after ${i} bytes`).toBe(true);
    }
    end.link.feed(bytes.subarray(-1));
    expect(end.engine.midMessage).toBe(false);
    // Bytes that wait for an answer are not a peer that stalls.
    end.link.feed(bytes);
    expect(end.engine.midMessage).toBe(false);
    expect(end.link.unreadBytes).toBe(bytes.length);
  });

  it('moves while a request is not yet whole: its bytes belong to the connection', () => {
    const bytes = written({ wire: 'ttheader' }, headInit(), M_ARGS);
    const end = server();
    end.link.feed(bytes.subarray(0, 20));
    expect(end.engine.exportState!()).toEqual({ protocol: 'rpc', nextId: 1 });
    expect(end.link.unreadBytes).toBe(20);
    end.link.feed(bytes.subarray(20, bytes.length - 1));
    expect(codeOf(() => end.engine.exportState!())).toBe('PROTOCOL_STREAM_MISUSED');
    const closed = server();
    closed.link.close();
    expect(codeOf(() => closed.engine.exportState!())).toBe('PROTOCOL_STREAM_MISUSED');
  });

  it('of a cancelled answer can become an exception', () => {
    const end = server();
    end.link.feed(M);
    end.engine.sendHead(1, headInit({ type: 2 }), false);
    end.engine.beginMessage(1, 0).u32(0xdeadbeef);
    end.engine.cancelMessage(1);
    end.engine.reset(1, 6, 'encode failed');
    expect(end.link.take().subarray(0, 4)).toEqual(hex('80010003'));
  });
});
