// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { SocketAddress } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../src/accept/crc32c.js';
import { ipv6Text } from '../../src/accept/ip-text.js';
import { parseProxyHeader } from '../../src/accept/proxy-header.js';
import type { ProxyHeader } from '../../src/accept/proxy-header.js';
import { binary, ipv4, ipv6, v2 } from '../fixtures/proxy.js';

const MAX = 4096;
const parse = (b: Buffer, max = MAX): ReturnType<typeof parseProxyHeader> => parseProxyHeader(b, 0, b.length, max);
const line = (text: string): Buffer => Buffer.from(text, 'latin1');

function whole(b: Buffer): ProxyHeader {
  const r = parse(b);
  expect(r.header).toBeDefined();
  return r.header!;
}

const tcp = (host: string, port: number): object => ({ kind: 'tcp', host, port });

describe('a header of version 1', () => {
  it.each([
    ['PROXY TCP4 192.168.0.1 10.0.0.255 56324 443\r\n', tcp('192.168.0.1', 56_324), tcp('10.0.0.255', 443)],
    ['PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n', tcp('255.255.255.255', 65_535), tcp('255.255.255.255', 65_535)],
    ['PROXY TCP6 2001:db8::1 ::1 0 1\r\n', tcp('2001:db8::1', 0), tcp('::1', 1)],
    ['PROXY UNKNOWN\r\n', undefined, undefined],
    ['PROXY UNKNOWN ffff:ffff::1 ffff::2 1 2\r\n', undefined, undefined],
  ])('%j', (text, source, destination) => {
    expect(whole(line(`${text}GET /`))).toEqual({ version: 1, source, destination, values: [] });
    expect(parse(line(`${text}GET /`))).toMatchObject({ length: text.length });
  });

  it.each([
    'PROXY TCP4 192.168.0.1 10.0.0.255 56324 443\n',
    'PROXY  TCP4 192.168.0.1 10.0.0.255 56324 443\r\n',
    'PROXY TCP4 192.168.0.1 10.0.0.255 56324 443 \r\n',
    'PROXY TCP4 192.168.0.1 10.0.0.255 056324 443\r\n',
    'PROXY TCP4 192.168.0.1 10.0.0.255 56324 65536\r\n',
    'PROXY TCP4 192.168.0.1 10.0.0.256 56324 443\r\n',
    'PROXY TCP4 ::1 ::2 56324 443\r\n',
    'PROXY TCP6 192.168.0.1 10.0.0.255 56324 443\r\n',
    'PROXY TCP4 192.168.0.1 56324 443\r\n',
    'PROXY UDP4 192.168.0.1 10.0.0.255 56324 443\r\n',
    'PROXY UNKNOWNX\r\n',
    'PROXY UNKNOWN a\rb\r\n',
    'proxy TCP4 192.168.0.1 10.0.0.255 56324 443\r\n',
    'GET / HTTP/1.1\r\n',
    `PROXY UNKNOWN ${'x'.repeat(92)}\r\n`,
  ])('%j is none', (text) => {
    expect(() => parse(line(text))).toThrow(expect.objectContaining({ code: 'NETPOLL_PROXY_INVALID' }) as Error);
  });

  it('the longest line is 107 bytes', () => {
    const text = `PROXY UNKNOWN ${'x'.repeat(91)}\r\n`;
    expect(text).toHaveLength(107);
    expect(parse(line(text))).toMatchObject({ length: 107 });
  });
});

describe('a header of version 2', () => {
  it('with IPv4, IPv6 and unix addresses', () => {
    expect(whole(v2(0x21, 0x11, [ipv4('1.2.3.4', '5.6.7.8', 9, 65_535)]))).toEqual({ version: 2, source: tcp('1.2.3.4', 9), destination: tcp('5.6.7.8', 65_535), values: [] });
    const six = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    expect(whole(v2(0x21, 0x21, [ipv6(six, [...new Array<number>(15).fill(0), 1], 1, 2)]))).toMatchObject({ source: tcp('2001:db8::1', 1), destination: tcp('::1', 2) });
    const paths = Buffer.alloc(216);
    paths.write('/tmp/a.sock', 0, 'latin1');
    paths.write('\0abstract', 108, 'latin1');
    expect(whole(v2(0x21, 0x31, [paths]))).toMatchObject({ source: { kind: 'unix', path: '/tmp/a.sock' }, destination: { kind: 'unix', path: '\0abstract' } });
  });

  it('that speaks for the proxy, or of what has no place here, tells no addresses', () => {
    for (const b of [v2(0x20, 0x00, []), v2(0x20, 0xff, [Buffer.alloc(3)]), v2(0x21, 0x00, []), v2(0x21, 0x12, [ipv4('1.2.3.4', '5.6.7.8', 9, 10)])]) {
      expect(whole(b)).toMatchObject({ version: 2, source: undefined, destination: undefined });
    }
  });

  it('has values behind its addresses, checks their sum and leaves padding out', () => {
    const values = [binary(0x02, Buffer.from('example.org')), binary(0x04, Buffer.alloc(5)), binary(0x03, Buffer.alloc(4)), binary(0x05, Buffer.from('id'))];
    const b = v2(0x21, 0x11, [ipv4('1.2.3.4', '5.6.7.8', 9, 10), ...values]);
    b.writeUInt32BE(crc32c(b), 16 + 12 + 3 + 11 + 3 + 5 + 3);
    expect(whole(b).values.map((v) => [v.type, Buffer.from(v.value).toString()])).toEqual([
      [0x02, 'example.org'],
      [0x05, 'id'],
    ]);
    b[20]! ^= 1;
    expect(() => parse(b)).toThrow('checksum');
  });

  it.each([
    ['another version', v2(0x11, 0x11, [ipv4('1.2.3.4', '5.6.7.8', 9, 10)])],
    ['another command', v2(0x22, 0x11, [ipv4('1.2.3.4', '5.6.7.8', 9, 10)])],
    ['another family', v2(0x21, 0x41, [Buffer.alloc(216)])],
    ['half an address', v2(0x21, 0x21, [Buffer.alloc(35)])],
    ['a value that is cut', v2(0x21, 0x11, [ipv4('1.2.3.4', '5.6.7.8', 9, 10), Buffer.from([5, 0, 9, 1])])],
    ['half a value', v2(0x21, 0x11, [ipv4('1.2.3.4', '5.6.7.8', 9, 10), Buffer.from([5])])],
    ['a sum of another size', v2(0x21, 0x11, [ipv4('1.2.3.4', '5.6.7.8', 9, 10), binary(3, Buffer.alloc(3))])],
    ['more than is allowed', v2(0x21, 0x11, [Buffer.alloc(MAX)]).subarray(0, 16)],
  ])('with %s is refused', (_name, b) => {
    expect(() => parse(b)).toThrow(expect.objectContaining({ code: 'NETPOLL_PROXY_INVALID' }) as Error);
  });
});

describe('any header', () => {
  const byte = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((b) => [...b]);
  const port = fc.integer({ min: 0, max: 65_535 });
  const host4 = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((p) => p.join('.'));
  const valid = fc.oneof(
    fc.tuple(host4, host4, port, port).map(([a, b, p, q]) => line(`PROXY TCP4 ${a} ${b} ${p} ${q}\r\n`)),
    fc.tuple(host4, host4, port, port).map(([a, b, p, q]) => v2(0x21, 0x11, [ipv4(a, b, p, q), binary(0x20, Buffer.alloc(p % 300))])),
    fc.tuple(byte, byte, port, port).map(([a, b, p, q]) => v2(0x21, 0x21, [ipv6(a, b, p, q)])),
  );

  it('is read the same however it is cut, and never beyond its end', () => {
    fc.assert(
      fc.property(valid, fc.uint8Array({ maxLength: 40 }), fc.nat(30), (header, rest, offset) => {
        const b = Buffer.concat([Buffer.alloc(offset, 0x50), header, rest]);
        const all = parseProxyHeader(b, offset, b.length, MAX);
        expect(all).toMatchObject({ length: header.length });
        for (let n = 1; n < header.length; n++) {
          const part = parseProxyHeader(b, offset, offset + n, MAX);
          expect(part.header).toBeUndefined();
          const { need } = part as { need: number };
          expect(need).toBeGreaterThan(n);
          expect(need).toBeLessThanOrEqual(header.length);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('with wrong bytes is refused by its typed error or taken, and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(valid, fc.uint8Array({ minLength: 1, maxLength: 300 }).map((b) => Buffer.from(b))), fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 }), (b, wrong) => {
        const x = Buffer.from(b);
        for (const [at, v] of wrong) x[at % x.length] = v;
        try {
          const r = parse(x);
          if (r.header !== undefined) expect(r.length).toBeLessThanOrEqual(x.length);
        } catch (e) {
          expect((e as { code?: string }).code).toBe('NETPOLL_PROXY_INVALID');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('writes IPv6 addresses as Node does', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant(0), fc.nat(255)), { minLength: 16, maxLength: 16 }), (b) => {
        const long = Array.from({ length: 8 }, (_, i) => ((b[2 * i]! << 8) | b[2 * i + 1]!).toString(16)).join(':');
        expect(ipv6Text(Uint8Array.from(b), 0)).toBe(new SocketAddress({ address: long, family: 'ipv6' }).address);
      }),
    );
  });

  it('has the checksum of RFC 3720', () => {
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
    expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
    expect(crc32c(Buffer.from(Array.from({ length: 32 }, (_, i) => i)))).toBe(0x46dd794e);
  });
});
