// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteNameTable, createRouteTable, crc32c, rpcSniffers } from '@cloudwego/protocol';
import type { Route, RouteTable } from '@cloudwego/protocol';
import { crc32cHex } from '../../src/rpc/crc32c.js';
import { headInit, hex, M, M_ARGS, WIRES, written } from './support.js';

describe('the table of names', () => {
  it('finds every name and nothing else', () => {
    const name = fc.oneof(fc.string({ minLength: 1, maxLength: 12 }), fc.constantFrom('a', 'b', 'aa', 'ab', 'é', 'Echo', 'echo'));
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 200, selector: (n) => Buffer.from(n).toString('hex') }), fc.array(name), (names, others) => {
        const t = new ByteNameTable(names);
        const find = (n: string): number => {
          const b = Buffer.from(`<${n}>`);
          return t.find(b, 1, b.length - 1);
        };
        names.forEach((n, i) => {
          expect(find(n)).toBe(i);
        });
        for (const n of others) if (!names.includes(n)) expect(find(n)).toBe(-1);
        expect(find('')).toBe(-1);
      }),
    );
  });

  it('gives the values that it was given', () => {
    const t = new ByteNameTable(['a', 'b'], [7, 9]);
    expect([t.find(Buffer.from('a'), 0, 1), t.find(Buffer.from('b'), 0, 1)]).toEqual([7, 9]);
  });
});

describe('routing', () => {
  const find = (t: RouteTable, service: string | undefined, method: string): string => {
    const b = Buffer.from(`${service ?? ''}|${method}`);
    const at = Buffer.byteLength(service ?? '');
    const out: Route = { service: -2, method: -2 };
    t.find(b, service === undefined ? -1 : 0, at, at + 1, b.length, out);
    return `${out.service < 0 ? '-' : t.services[out.service]!.name}.${out.method < 0 ? '-' : t.services[out.service]!.methods[out.method]!}`;
  };
  const a = { name: 'A', methods: ['only', 'shared'] };
  const b = { name: 'B', methods: ['other', 'shared'], fallback: true };

  // A server that lets two services share a method, because one of them is the fallback.
  it.each([
    ['A', 'only', 'A.only'],
    ['A', 'shared', 'A.shared'],
    ['B', 'shared', 'B.shared'],
    ['A', 'nothing', 'A.-'],
    ['A', 'other', 'A.-'],
    [undefined, 'only', 'A.only'],
    [undefined, 'shared', 'B.shared'],
    ['', 'shared', 'B.shared'],
    [undefined, 'nothing', '-.-'],
    ['Nobody', 'only', 'A.only'],
    ['Nobody', 'other', 'B.other'],
    ['Nobody', 'shared', '-.-'],
    ['Nobody', 'nothing', '-.-'],
  ])('service %j, method %j is %s', (service, method, wanted) => {
    expect(find(createRouteTable([a, b]), service, method)).toBe(wanted);
  });

  it.each([
    ['A', 'only', 'A.only'],
    [undefined, 'only', '-.-'],
    ['', 'only', '-.-'],
    ['Nobody', 'only', '-.-'],
  ])('strictly, service %j, method %j is %s', (service, method, wanted) => {
    expect(find(createRouteTable([a, b], { strict: true }), service, method)).toBe(wanted);
  });

  it('without a fallback, the first service that has the method', () => {
    const t = createRouteTable([{ name: 'X', methods: ['x'] }, { name: 'Y', methods: ['y'] }]);
    expect([find(t, undefined, 'x'), find(t, undefined, 'y'), find(t, 'Z', 'y')]).toEqual(['X.x', 'Y.y', 'Y.y']);
  });

  it('refuses what it could not tell apart', () => {
    const message = (services: Parameters<typeof createRouteTable>[0], o?: { strict: boolean }): string => {
      try {
        createRouteTable(services, o);
      } catch (e) {
        expect(e).toMatchObject({ code: 'GOPKG_OPTION_INVALID' });
        return (e as Error).message;
      }
      return 'no error';
    };
    const plain = { name: 'B', methods: ['shared'] };
    expect(message([a, plain])).toContain('the method "shared" is in the services "A" and "B"');
    expect(message([a, plain], { strict: true })).toBe('no error');
    expect(message([a, b])).toBe('no error');
    expect(message([a, { name: 'A', methods: [] }])).toContain('"A" is registered already');
    expect(message([{ ...a, fallback: true }, b])).toContain('both "A" and "B" are fallback services');
    // A fallback that does not have the method settles nothing.
    expect(message([a, plain, { name: 'C', methods: ['c'], fallback: true }])).toContain('the method "shared"');
    expect(message([a, plain, { name: 'C', methods: ['shared'], fallback: true }])).toBe('no error');
  });
});

describe('the sniffer', () => {
  const [sniffer] = rpcSniffers;
  const verdicts = (bytes: Uint8Array): string[] => {
    const b = Buffer.concat([hex('dddd'), bytes]);
    return Array.from({ length: Math.min(bytes.length, 24) + 1 }, (_, n) => sniffer!.match(b, 2, 2 + n));
  };
  const pb = hex('00 00 00 14 90 01 00 01 00 00 00 04 45 63 68 6f 00 00 00 01 0a 02 68 69');
  const mesh = Buffer.concat([hex('ff af 00 0d 00 01 00 03 69 73 6e 00 04 45 63 68 6f'), M]);
  const ours: [string, Uint8Array][] = [...WIRES.map((wire): [string, Uint8Array] => [wire, written({ wire }, headInit(), M_ARGS)]), ['Kitex-Protobuf', pb], ['MeshHeader', mesh]];

  it.each(ours)('says yes to %s, after more, and never no', (_name, bytes) => {
    const v = verdicts(bytes);
    const yes = v.indexOf('yes');
    expect(yes).toBeGreaterThan(0);
    expect(yes).toBeLessThanOrEqual(8);
    expect(v.slice(0, yes).every((x) => x === 'more')).toBe(true);
    expect(v.slice(yes).every((x) => x === 'yes')).toBe(true);
  });

  it.each([
    ['HTTP/1', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['HTTP/2', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
    ['TLS', hex('16 03 01 02 00 01 00 01 fc 03 03')],
    ['TTHeader Streaming', hex('00 00 00 28 10 00 00 02 00 00 00 05 00 05 10 00')],
    ['zeros', Buffer.alloc(20)],
  ])('says no to %s, after more, and never yes', (_name, bytes) => {
    const v = verdicts(bytes);
    const no = v.indexOf('no');
    expect(no).toBeGreaterThan(0);
    expect(v.slice(0, no).every((x) => x === 'more')).toBe(true);
    expect(v.slice(no).every((x) => x === 'no')).toBe(true);
  });

  it('never takes a verdict back, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 24 }), (bytes) => {
        const v = verdicts(bytes).filter((x) => x !== 'more');
        expect(new Set(v).size).toBeLessThanOrEqual(1);
        if (bytes.length >= 8) expect(v.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('crc32c', () => {
  const slow = (b: Uint8Array): number => {
    let c = 0xffff_ffff;
    for (const x of b) {
      c ^= x;
      for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0x82f6_3b78 : c >>> 1;
    }
    return ~c >>> 0;
  };

  it('has its check values', () => {
    // RFC 3720 B.4, and the usual one.
    expect(crc32c(new Uint8Array(0))).toBe(0);
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe306_9283);
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a91_36aa);
    expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8_ab43);
    expect(crc32c(Buffer.from(Array.from({ length: 32 }, (_, i) => i)))).toBe(0x46dd_794e);
    expect(crc32cHex(M)).toBe('0fdeaddc');
  });

  it('is the bit-by-bit one, of any part of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(20), (b, start) => {
        const from = Math.min(start, b.length);
        expect(crc32c(b, from)).toBe(slow(b.subarray(from)));
        expect(crc32c(b, 0, from)).toBe(slow(b.subarray(0, from)));
      }),
    );
  });
});
