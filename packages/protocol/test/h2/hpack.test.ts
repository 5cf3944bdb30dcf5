// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from '@cloudwego/gopkg/io';
import { HpackDecoder } from '../../src/h2/hpack/decoder.js';
import { HpackEncoder } from '../../src/h2/hpack/encoder.js';
import { huffmanDecode, huffmanEncode, huffmanLength } from '../../src/h2/hpack/huffman.js';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const decode = (d: HpackDecoder, hex: string): readonly string[] => {
  const b = bytes(hex);
  return d.decode(b, 0, b.length).fields;
};
const www = [':method', 'GET', ':scheme', 'http', ':path', '/', ':authority', 'www.example.com'];
const custom = [':method', 'GET', ':scheme', 'https', ':path', '/index.html', ':authority', 'www.example.com', 'custom-key', 'custom-value'];

describe('the examples of RFC 7541', () => {
  it('C.2: one field each way of writing it', () => {
    expect(decode(new HpackDecoder(4096), '400a637573746f6d2d6b65790d637573746f6d2d686561646572')).toEqual(['custom-key', 'custom-header']);
    expect(decode(new HpackDecoder(4096), '040c2f73616d706c652f70617468')).toEqual([':path', '/sample/path']);
    expect(decode(new HpackDecoder(4096), '100870617373776f726406736563726574')).toEqual(['password', 'secret']);
    expect(decode(new HpackDecoder(4096), '82')).toEqual([':method', 'GET']);
  });

  it('C.3 and C.4: three requests on one connection, plain and Huffman', () => {
    const texts = [
      ['828684410f7777772e6578616d706c652e636f6d', '828684be58086e6f2d6361636865', '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565'],
      ['828684418cf1e3c2e5f23a6ba0ab90f4ff', '828684be5886a8eb10649cbf', '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf'],
    ];
    for (const [one, two, three] of texts) {
      const d = new HpackDecoder(4096);
      expect(decode(d, one!)).toEqual(www);
      expect(decode(d, two!)).toEqual([...www, 'cache-control', 'no-cache']);
      expect(decode(d, three!)).toEqual(custom);
    }
  });

  it('C.6: three responses in a table of 256 bytes, which evicts', () => {
    const d = new HpackDecoder(4096);
    // What the example assumes, a peer says by a change of size: 256.
    const date = (s: number): string[] => ['cache-control', 'private', 'date', `Mon, 21 Oct 2013 20:13:${s} GMT`];
    expect(decode(d, '3fe101 488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3')).toEqual([
      ':status', '302', ...date(21), 'location', 'https://www.example.com',
    ]);
    expect(decode(d, '4883640effc1c0bf')).toEqual([':status', '307', ...date(21), 'location', 'https://www.example.com']);
    expect(
      decode(d, '88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007'),
    ).toEqual([':status', '200', ...date(22), 'location', 'https://www.example.com', 'content-encoding', 'gzip', 'set-cookie', 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1']);
  });
});

describe('Huffman', () => {
  it('gives back every string of bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (a) => {
        const s = Buffer.from(a).toString('latin1');
        const out = Buffer.alloc(huffmanLength(s));
        expect(huffmanEncode(s, out, 0)).toBe(out.length);
        expect(huffmanDecode(out, 0, out.length)).toBe(s);
      }),
    );
  });

  it('refuses padding that is too long, padding that is no prefix of EOS, and EOS', () => {
    // 'a' is 00011.
    expect(huffmanDecode(bytes('1f'), 0, 1)).toBe('a');
    for (const hex of ['ff', '1fff', '18', 'fffffffc', 'ffffffff']) expect(huffmanDecode(bytes(hex), 0, hex.length / 2), hex).toBe(undefined);
  });
});

describe('an encoder and a decoder', () => {
  const field = fc.tuple(fc.constantFrom(':path', 'content-type', 'x-a', 'x-b', 'cookie', 'authorization', 'grpc-timeout', 'te'), fc.string({ unit: fc.constantFrom('a', 'b', '1', '/'), maxLength: 12 }));

  it('agree over any run of lists, cancelled ones and changes of size between them', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('list' as const), fields: fc.array(field, { maxLength: 8 }), cancelled: fc.boolean() }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('size' as const), bytes: fc.constantFrom(0, 40, 100, 300, 4096) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const e = new HpackEncoder(4096, true);
        const d = new HpackDecoder(4096);
        for (const s of steps) {
          if (s.kind === 'size') {
            e.setLimit(s.bytes);
            continue;
          }
          const list = Object.freeze(s.fields.flat());
          const w = new ByteWriter(64);
          e.begin();
          e.encode(w, list);
          if (s.cancelled) {
            e.rollback();
            continue;
          }
          e.commit();
          const b = Buffer.from(w.toBytes());
          expect(d.decode(b, 0, b.length).fields).toEqual(list);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('write a list that comes again in a byte a field', () => {
    const e = new HpackEncoder(4096, true);
    const list = Object.freeze([':status', '200', 'content-type', 'application/grpc']);
    const sizes = [1, 2, 3].map(() => {
      const w = new ByteWriter(64);
      e.begin();
      e.encode(w, list);
      e.commit();
      return w.length;
    });
    expect(sizes[1]).toBe(2);
    expect(sizes[2]).toBe(2);
  });

  it('keep secrets out of the table', () => {
    const e = new HpackEncoder(4096, true);
    for (let i = 0; i < 2; i++) {
      const w = new ByteWriter(64);
      e.begin();
      e.encode(w, ['authorization', 'Bearer x']);
      e.commit();
      // 0001: never indexed, wherever the list travels.
      expect(w.toBytes()[0]! & 0xf0).toBe(0x10);
    }
  });
});

describe('a decoder', () => {
  it('refuses what is no block, with COMPRESSION_ERROR', () => {
    for (const [what, hex] of [
      ['index 0', '80'],
      ['an index beyond the tables', 'be'],
      ['a string longer than the block', '400a6375'],
      ['an integer without end', '7fffffffffffffffff7f'],
      ['a table larger than allowed', '3fe13f'],
      ['a change of size behind a field', '8220'],
      ['a string that does not begin', '4001'],
    ]) {
      let code: unknown;
      try {
        decode(new HpackDecoder(4096), hex!);
      } catch (e) {
        code = (e as { code?: unknown }).code;
      }
      expect(code, what).toBe('H2_COMPRESSION_INVALID');
    }
  });

  it('holds no more of a list than it may, and follows the table all the same', () => {
    const d = new HpackDecoder(1024);
    // 1000 times the same entry of 1000 bytes: a bomb of one byte a field.
    const big = Buffer.concat([bytes('40 0161 7fe906'), Buffer.alloc(1000, 0x62)]);
    d.decode(big, 0, big.length);
    const bomb = Buffer.alloc(1000, 0xbe);
    const list = d.decode(bomb, 0, bomb.length);
    expect(list.tooLarge).toBe(true);
    expect(list.fields.length).toBeLessThanOrEqual(2);
    expect(decode(d, '82')).toEqual([':method', 'GET']);
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (a) => {
        const b = Buffer.from(a);
        try {
          new HpackDecoder(4096).decode(b, 0, b.length);
        } catch (e) {
          expect((e as { code?: unknown }).code).toBe('H2_COMPRESSION_INVALID');
        }
      }),
      { numRuns: 2000 },
    );
  });
});
