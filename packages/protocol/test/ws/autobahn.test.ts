// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { deflateRawSync } from 'node:zlib';
import type { WsOptions } from '@cloudwego/protocol';
import { describe, expect, it } from 'vitest';
import type { FrameInit } from './support.js';
import { Echo, frame } from './support.js';

// The cases of Autobahn's test suite by their numbers: what the peer sends, and what it gets. Groups 9 and 10 at sizes that a unit test can pay; the whole
// of the suite is run by a client that others wrote, in the tests with live peers.

const T = 1;
const B = 2;
const CONT = 0;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** What comes back: messages, pongs, and how it ends. */
type Answer = string;
interface Case {
  readonly id: string;
  readonly send: readonly FrameInit[];
  readonly chop?: number;
  readonly want: readonly Answer[];
}

const text = (s: string): Answer => `text ${s}`;
const bin = (n: number): Answer => `binary ${n}`;
const pong = (s: string): Answer => `pong ${s}`;
const close = (code: number): Answer => `close ${code}`;
const hello = 'Hello, world!';
const valid = 'Hello-\u00b5@\u00df\u00f6\u00e4\u00fc\u00e0\u00e1-UTF-8!!';
const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const invalid = bytes('cebae1bdb9cf83cebcceb5eda080656469746564');
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const cases: Case[] = [];
const add = (id: string, send: readonly FrameInit[], want: readonly Answer[], chop?: number): void => {
  cases.push({ id, send, want, ...(chop === undefined ? {} : { chop }) });
};

// 1 framing
[0, 125, 126, 127, 128, 65_535, 65_536].forEach((n, i) => {
  add(`1.1.${i + 1}`, [{ op: T, body: '*'.repeat(n) }], [text('*'.repeat(n))]);
  add(`1.2.${i + 1}`, [{ op: B, body: Buffer.alloc(n, 0xfe) }], [bin(n)]);
});
add('1.1.8', [{ op: T, body: '*'.repeat(65_536) }], [text('*'.repeat(65_536))], 997);
add('1.2.8', [{ op: B, body: Buffer.alloc(65_536, 0xfe) }], [bin(65_536)], 997);

// 2 pings and pongs
add('2.1', [{ op: PING }], [pong('')]);
add('2.2', [{ op: PING, body: hello }], [pong(hello)]);
add('2.3', [{ op: PING, body: bytes('00fffefdfcfb00ff') }], [pong('\x00\xff\xfe\xfd\xfc\xfb\x00\xff')]);
add('2.4', [{ op: PING, body: Buffer.alloc(125, 0xfe) }], [pong('\xfe'.repeat(125))]);
add('2.5', [{ op: PING, body: Buffer.alloc(126, 0xfe) }], [close(1002)]);
add('2.6', [{ op: PING, body: Buffer.alloc(125, 0xfe) }], [pong('\xfe'.repeat(125))], 1);
add('2.7', [{ op: PONG }], []);
add('2.8', [{ op: PONG, body: 'unsolicited' }], []);
add('2.9', [{ op: PONG, body: 'unsolicited' }, { op: PING, body: 'ping' }], [pong('ping')]);
add('2.10', range(10).map((i) => ({ op: PING, body: `payload-${i}` })), range(10).map((i) => pong(`payload-${i}`)));
add('2.11', range(10).map((i) => ({ op: PING, body: `payload-${i}` })), range(10).map((i) => pong(`payload-${i}`)), 1);

// 3 reserved bits
add('3.1', [{ op: T, rsv: 1, body: hello }], [close(1002)]);
add('3.2', [{ op: T, body: hello }, { op: T, rsv: 2, body: hello }, { op: PING }], [text(hello), close(1002)]);
add('3.3', [{ op: T, body: hello }, { op: T, rsv: 3, body: hello }, { op: PING }], [text(hello), close(1002)]);
add('3.4', [{ op: T, body: hello }, { op: T, rsv: 4, body: hello }, { op: PING }], [text(hello), close(1002)], 1);
add('3.5', [{ op: B, rsv: 5, body: bytes('00fffefdfcfb00ff') }], [close(1002)]);
add('3.6', [{ op: PING, rsv: 6, body: hello }], [close(1002)]);
add('3.7', [{ op: CLOSE, rsv: 7 }], [close(1002)]);

// 4 opcodes
[3, 4, 5, 6, 7].forEach((op, i) => {
  if (i < 2) add(`4.1.${i + 1}`, [{ op, body: i === 0 ? '' : 'reserved opcode' }], [close(1002)]);
  else add(`4.1.${i + 1}`, [{ op: T, body: hello }, { op, body: i === 2 ? '' : hello }, { op: PING }], [text(hello), close(1002)], i === 4 ? 1 : undefined);
});
[11, 12, 13, 14, 15].forEach((op, i) => {
  if (i < 2) add(`4.2.${i + 1}`, [{ op, body: i === 0 ? '' : 'reserved opcode' }], [close(1002)]);
  else add(`4.2.${i + 1}`, [{ op: T, body: hello }, { op, body: i === 2 ? '' : hello }, { op: PING }], [text(hello), close(1002)], i === 4 ? 1 : undefined);
});

// 5 fragmentation
const f1: FrameInit = { op: T, fin: false, body: 'fragment1' };
const f2: FrameInit = { op: CONT, body: 'fragment2' };
add('5.1', [{ op: PING, fin: false, body: 'fragment1' }, f2], [close(1002)]);
add('5.2', [{ op: PONG, fin: false, body: 'fragment1' }, f2], [close(1002)]);
for (const [id, chop] of [['5.3', Infinity], ['5.4', 10], ['5.5', 1]] as const) add(id, [f1, f2], [text('fragment1fragment2')], chop);
for (const [id, chop] of [['5.6', Infinity], ['5.7', 10], ['5.8', 1]] as const) add(id, [f1, { op: PING, body: 'ping payload' }, f2], [pong('ping payload'), text('fragment1fragment2')], chop);
for (const [id, chop] of [['5.9', Infinity], ['5.10', 10], ['5.11', 1]] as const) add(id, [{ op: CONT, body: 'non-continuation payload' }, { op: T, body: hello }], [close(1002)], chop);
for (const [id, chop] of [['5.12', Infinity], ['5.13', 10], ['5.14', 1]] as const) add(id, [{ op: CONT, fin: false, body: 'non-continuation payload' }, { op: T, body: hello }], [close(1002)], chop);
add('5.15', [f1, f2, { op: CONT, fin: false, body: 'fragment3' }, { op: T, body: 'fragment4' }], [text('fragment1fragment2'), close(1002)]);
add('5.16', [{ op: CONT, fin: false, body: 'fragment1' }, { op: T, fin: false, body: 'fragment2' }, { op: CONT, body: 'fragment3' }], [close(1002)]);
add('5.17', [{ op: CONT, body: 'fragment1' }, { op: T, fin: false, body: 'fragment2' }, { op: CONT, body: 'fragment3' }], [close(1002)]);
add('5.18', [f1, { op: T, body: 'fragment2' }], [close(1002)]);
const five: FrameInit[] = [f1, { op: CONT, fin: false, body: 'fragment2' }, { op: PING, body: 'pongme 1!' }, { op: CONT, fin: false, body: 'fragment3' }, { op: CONT, fin: false, body: 'fragment4' }, { op: PING, body: 'pongme 2!' }, { op: CONT, body: 'fragment5' }];
const fiveWant = [pong('pongme 1!'), pong('pongme 2!'), text('fragment1fragment2fragment3fragment4fragment5')];
add('5.19', five, fiveWant);
add('5.20', five, fiveWant, 1);

// 6 UTF-8
add('6.1.1', [{ op: T }], [text('')]);
add('6.1.2', [{ op: T, fin: false }, { op: CONT, fin: false }, { op: CONT }], [text('')]);
add('6.1.3', [{ op: T, fin: false }, { op: CONT, fin: false, body: 'middle frame payload' }, { op: CONT }], [text('middle frame payload')]);
add('6.2.1', [{ op: T, body: valid }], [text(valid)]);
add('6.2.2', [{ op: T, fin: false, body: 'Hello-\u00b5@' }, { op: CONT, body: valid.slice(8) }], [text(valid)]);
const octets = (b: Buffer): FrameInit[] => [...b].map((c, i) => ({ op: i === 0 ? T : CONT, fin: i === b.length - 1, body: Buffer.from([c]) }));
add('6.2.3', octets(Buffer.from(valid)), [text(valid)]);
add('6.2.4', octets(Buffer.from('\u03ba\u1f79\u03c3\u03bc\u03b5')), [text('\u03ba\u1f79\u03c3\u03bc\u03b5')]);
add('6.3.1', [{ op: T, body: invalid }], [close(1007)]);
add('6.3.2', octets(invalid), [close(1007)]);
const good = bytes('cebae1bdb9cf83cebcceb5');
const rest: FrameInit = { op: CONT, body: 'edited' };
add('6.4.1', [{ op: T, fin: false, body: good }, { op: CONT, fin: false, body: bytes('f4908080') }, rest], [close(1007)]);
add('6.4.2', [{ op: T, fin: false, body: Buffer.concat([good, bytes('f4')]) }, { op: CONT, fin: false, body: bytes('90') }, rest], [close(1007)]);
add('6.4.3', [{ op: T, body: Buffer.concat([good, bytes('f4908080656469746564')]) }], [close(1007)], 16);
add('6.4.4', [{ op: T, body: Buffer.concat([good, bytes('f4908080656469746564')]) }], [close(1007)], 1);
const sequences: [string, string, boolean][] = [
  ['6.5.1', 'ceba', true], ['6.5.2', 'cebae1bd', false], ['6.5.3', 'cebae1bdb9', true], ['6.5.4', 'cebae1bdb9cf', false], ['6.5.5', 'cebae1bdb9cf83cebcceb5', true],
  ['6.6.1', 'ce', false], ['6.6.2', 'ceba', true], ['6.6.3', 'cebae1', false], ['6.6.4', 'cebae1bd', false], ['6.6.5', 'cebae1bdb9', true], ['6.6.6', 'cebae1bdb9cf', false], ['6.6.7', 'cebae1bdb9cf83', true],
  ['6.6.8', 'cebae1bdb9cf83ce', false], ['6.6.9', 'cebae1bdb9cf83cebc', true], ['6.6.10', 'cebae1bdb9cf83cebcce', false], ['6.6.11', 'cebae1bdb9cf83cebcceb5', true],
  ['6.7.1', '00', true], ['6.7.2', 'c280', true], ['6.7.3', 'e0a080', true], ['6.7.4', 'f0908080', true],
  ['6.8.1', 'f888808080', false], ['6.8.2', 'fc8480808080', false],
  ['6.9.1', '7f', true], ['6.9.2', 'dfbf', true], ['6.9.3', 'efbfbf', true], ['6.9.4', 'f48fbfbf', true],
  ['6.10.1', 'f7bfbfbf', false], ['6.10.2', 'fbbfbfbfbf', false], ['6.10.3', 'fdbfbfbfbfbf', false],
  ['6.11.1', 'ed9fbf', true], ['6.11.2', 'ee8080', true], ['6.11.3', 'efbfbd', true], ['6.11.4', 'f48fbfbf', true], ['6.11.5', 'f4908080', false],
  ['6.12.1', '80', false], ['6.12.2', 'bf', false], ['6.12.3', '80bf', false], ['6.12.4', '80bf80', false], ['6.12.5', '80bf80bf', false], ['6.12.6', '80bf80bf80', false], ['6.12.7', '80bf80bf80bf', false], ['6.12.8', '808182838485868788898a8b8c8d8e', false],
  ['6.13.1', 'c020c120c220', false], ['6.13.2', 'e020e120e220', false], ['6.13.3', 'f020f120f220', false], ['6.13.4', 'f820f920fa20', false], ['6.13.5', 'fc20', false],
  ['6.14.1', 'c0', false], ['6.14.2', 'e080', false], ['6.14.3', 'f08080', false], ['6.14.4', 'f8808080', false], ['6.14.5', 'fc80808080', false], ['6.14.6', 'df', false], ['6.14.7', 'efbf', false], ['6.14.8', 'f7bfbf', false], ['6.14.9', 'fbbfbfbf', false], ['6.14.10', 'fdbfbfbfbf', false],
  ['6.15.1', 'c0e080f08080f8808080fc80808080dfefbff7bfbffbbfbfbffdbfbfbfbf', false],
  ['6.16.1', 'fe', false], ['6.16.2', 'ff', false], ['6.16.3', 'fefeffff', false],
  ['6.17.1', 'c0af', false], ['6.17.2', 'e080af', false], ['6.17.3', 'f08080af', false], ['6.17.4', 'f8808080af', false], ['6.17.5', 'fc80808080af', false],
  ['6.18.1', 'c1bf', false], ['6.18.2', 'e09fbf', false], ['6.18.3', 'f08fbfbf', false], ['6.18.4', 'f887bfbfbf', false], ['6.18.5', 'fc83bfbfbfbf', false],
  ['6.19.1', 'c080', false], ['6.19.2', 'e08080', false], ['6.19.3', 'f0808080', false], ['6.19.4', 'f880808080', false], ['6.19.5', 'fc8080808080', false],
  ['6.20.1', 'eda080', false], ['6.20.2', 'edadbf', false], ['6.20.3', 'edae80', false], ['6.20.4', 'edafbf', false], ['6.20.5', 'edb080', false], ['6.20.6', 'edbe80', false], ['6.20.7', 'edbfbf', false],
  ['6.21.1', 'eda080edb080', false], ['6.21.2', 'eda080edbfbf', false], ['6.21.3', 'edadbfedb080', false], ['6.21.4', 'edadbfedbfbf', false], ['6.21.5', 'edae80edb080', false], ['6.21.6', 'edae80edbfbf', false], ['6.21.7', 'edafbfedb080', false], ['6.21.8', 'edafbfedbfbf', false],
  ...range(34).map((i): [string, string, boolean] => {
    const point = i === 0 ? 0xfffe : i === 1 ? 0xffff : ((i >> 1) << 16) | 0xfffe | (i & 1);
    return [`6.22.${i + 1}`, Buffer.from(String.fromCodePoint(point)).toString('hex'), true];
  }),
  ...[0xfff9, 0xfffa, 0xfffb, 0xfffc, 0xfffd, 0xfffe, 0xffff].map((c, i): [string, string, boolean] => [`6.23.${i + 1}`, Buffer.from(String.fromCodePoint(c)).toString('hex'), true]),
];
for (const [id, hex, ok] of sequences) add(id, [{ op: T, body: bytes(hex) }], [ok ? text(bytes(hex).toString()) : close(1007)]);

// 7 the closing handshake
const closing = (code: number, reason: string | Buffer = ''): FrameInit => ({ op: CLOSE, body: Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason as string)]) });
add('7.1.1', [{ op: T, body: 'Hello World!' }, closing(1000)], [text('Hello World!'), close(1000)]);
add('7.1.2', [closing(1000), closing(1000)], [close(1000)]);
add('7.1.3', [closing(1000), { op: PING }], [close(1000)]);
add('7.1.4', [closing(1000), { op: T, body: 'Hello World!' }], [close(1000)]);
add('7.1.5', [f1, closing(1000), f2], [close(1000)]);
add('7.1.6', [{ op: T, body: 'BAsd7&jh23'.repeat(26_214) }, { op: T, body: 'Hello World!' }, closing(1000), { op: PING }], [text('BAsd7&jh23'.repeat(26_214)), text('Hello World!'), close(1000)]);
add('7.3.1', [{ op: CLOSE }], [close(0)]);
add('7.3.2', [{ op: CLOSE, body: 'a' }], [close(1002)]);
add('7.3.3', [closing(1000)], [close(1000)]);
add('7.3.4', [closing(1000, 'Hello World!')], [close(1000)]);
add('7.3.5', [closing(1000, '*'.repeat(123))], [close(1000)]);
add('7.3.6', [closing(1000, '*'.repeat(124))], [close(1002)]);
add('7.5.1', [closing(1000, invalid)], [close(1007)]);
[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999].forEach((c, i) => { add(`7.7.${i + 1}`, [closing(c)], [close(c)]); });
[0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999].forEach((c, i) => { add(`7.9.${i + 1}`, [closing(c)], [close(1002)]); });
add('7.13.1', [closing(5000)], [close(1002)]);
add('7.13.2', [closing(65_535)], [close(1002)]);

// 9 large messages, 10 fragments of other sizes than they are read in
const large = 'BAsd7&jh23'.repeat(26_214);
add('9.1.3', [{ op: T, body: large }], [text(large)]);
add('9.2.3', [{ op: B, body: Buffer.alloc(262_144, 1) }], [bin(262_144)]);
for (const [id, size] of [['9.3.1', 64], ['9.3.4', 4096], ['9.3.7', 65_536]] as const) {
  const parts = Math.ceil(large.length / size);
  add(id, range(parts).map((i) => ({ op: i === 0 ? T : CONT, fin: i === parts - 1, body: large.slice(i * size, (i + 1) * size) })), [text(large)]);
  add(id.replace('9.3', '9.4'), range(parts).map((i) => ({ op: i === 0 ? B : CONT, fin: i === parts - 1, body: large.slice(i * size, (i + 1) * size) })), [bin(large.length)]);
}
for (const [id, chop] of [['9.5.3', 256], ['9.5.6', 2048]] as const) add(id, [{ op: T, body: large }], [text(large)], chop);
add('10.1.1', [{ op: T, body: '*'.repeat(65_536) }], [text('*'.repeat(65_536))], 1300);

// beyond Autobahn: what its client cannot send
add('x.1', [{ op: T, body: hello, wrongMask: true }], [close(1002)]);
add('x.2', [{ op: T, body: hello, lengthBytes: 2 }], [close(1002)]);
add('x.3', [{ op: T, body: 'x'.repeat(300), lengthBytes: 8 }], [close(1002)]);
add('x.4', [{ op: B, lengthBytes: 8, length: 2 ** 53 }], [close(1002)]);
add('x.5', [{ op: B, lengthBytes: 8, length: 2 ** 40 }], [close(1009)]);

/** What the server sent, in words. */
function answers(e: Echo): Answer[] {
  return e.sent.map((f) => {
    if (!f.fin) return 'a fragment';
    switch (f.op) {
      case T:
        return text(f.body.toString());
      case B:
        return bin(f.body.length);
      case PONG:
        return pong(f.body.toString('latin1'));
      default:
        return close(f.body.length === 0 ? 0 : f.body.readUInt16BE(0));
    }
  });
}

describe('cases of Autobahn, by number', () => {
  it.each(cases.map((c) => [c.id, c] as const))('%s', (_, c) => {
    const e = new Echo();
    e.feed(Buffer.concat(c.send.map((f) => frame(f))), c.chop);
    expect(answers(e)).toEqual(c.want);
    // Who said goodbye ends the connection, and nobody else.
    expect(e.link.ended).toBe(c.want.at(-1)?.startsWith('close') === true);
  });

  it('every case has a number of its own', () => {
    expect(new Set(cases.map((c) => c.id)).size).toBe(cases.length);
    expect(cases.length).toBeGreaterThan(230);
  });

  it('a text that cannot become right is refused before its frame is whole (6.4.3)', () => {
    const e = new Echo();
    const b = frame({ op: T, body: Buffer.concat([good, bytes('f490'), Buffer.alloc(100)]) });
    e.feed(b.subarray(0, 6 + good.length + 1));
    expect(answers(e)).toEqual([]);
    e.feed(b.subarray(6 + good.length + 1, 6 + good.length + 2));
    expect(answers(e)).toEqual([close(1007)]);
  });
});

describe('cases of Autobahn with compression', () => {
  const deflate = { serverNoContextTakeover: true, clientNoContextTakeover: true, serverMaxWindowBits: 15, clientMaxWindowBits: 15 };
  const packed = (s: string | Buffer): Buffer => {
    const b = deflateRawSync(s, { finishFlush: 2 });
    return b.subarray(0, b.length - 4);
  };
  const o: WsOptions = { deflate, compressFromBytes: 0 };

  it.each([16, 64, 256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072].map((n, i) => [`12.1.${i + 1}`, n] as const))('%s', (_, n) => {
    const e = new Echo('server', o);
    const message = 'So it was that the animals of the forest met. '.repeat(Math.ceil(n / 46)).slice(0, n);
    for (let i = 0; i < 5; i++) e.feed(frame({ op: T, rsv: 4, body: packed(message) }));
    expect(e.heard).toEqual(Array.from({ length: 5 }, () => message));
    expect(e.sent.map((f) => [f.op, f.rsv])).toEqual(Array.from({ length: 5 }, () => [T, 4]));
  });

  it.each([['fragments', [{ op: T, rsv: 4, fin: false }, { op: CONT, fin: false }, { op: CONT }]]] as const)('13: a compressed message in %s', (_, heads) => {
    const e = new Echo('server', o);
    const body = packed(hello.repeat(20));
    const third = Math.ceil(body.length / 3);
    e.feed(Buffer.concat(heads.map((h, i) => frame({ ...h, body: body.subarray(i * third, (i + 1) * third) }))), 5);
    expect(e.heard).toEqual([hello.repeat(20)]);
  });

  it.each<[string, FrameInit[], number]>([
    ['RSV1 on a continuation', [{ op: T, rsv: 4, fin: false, body: packed('a') }, { op: CONT, rsv: 4 }], 1002],
    ['RSV1 on a ping', [{ op: PING, rsv: 4 }], 1002],
    ['bytes that are no deflate', [{ op: T, rsv: 4, body: bytes('ffffffff') }], 1002],
    ['text that is no UTF-8', [{ op: T, rsv: 4, body: packed(invalid) }], 1007],
  ])('%s is refused', (_, send, code) => {
    const e = new Echo('server', o);
    e.feed(Buffer.concat(send.map((f) => frame(f))));
    expect(answers(e)).toEqual([close(code)]);
  });

  it('a bomb is refused before it is unpacked', () => {
    const e = new Echo('server', { ...o, maxMessageBytes: 1000 });
    const small = packed(Buffer.alloc(200_000));
    expect(small.length).toBeLessThan(1000);
    e.feed(frame({ op: B, rsv: 4, body: small }));
    expect(answers(e)).toEqual([close(1009)]);
    expect(e.heard).toEqual([]);
  });

  it('an empty message, and one whose last block says that it is the last', () => {
    const e = new Echo('server', o);
    e.feed(frame({ op: T, rsv: 4, body: bytes('00') }));
    e.feed(frame({ op: T, rsv: 4, body: bytes('f348cdc9c907 00') }));
    e.feed(frame({ op: T, rsv: 4, body: bytes('f348cdc9c9070000') }));
    expect(e.heard).toEqual(['', 'Hello', 'Hello']);
  });
});
