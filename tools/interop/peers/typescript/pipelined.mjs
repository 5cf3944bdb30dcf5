// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { strictEqual } from 'node:assert/strict';
import { connect } from 'node:net';

// A raw client: bytes by hand, so that many requests leave in one write, which no pooled client does.

/** A Thrift CALL without a frame: `echo` with a string, `slow` with a number. */
function message(name, seq, argument) {
  const text = typeof argument === 'string' ? Buffer.from(argument) : undefined;
  const b = Buffer.alloc(12 + name.length + 3 + (text === undefined ? 8 : 4 + text.length) + 1);
  b.writeUInt32BE(0x80010001, 0);
  b.writeUInt32BE(name.length, 4);
  b.write(name, 8);
  let p = 8 + name.length;
  b.writeInt32BE(seq, p);
  b[p + 4] = text === undefined ? 10 : 11;
  b.writeInt16BE(1, p + 5);
  p += 7;
  if (text === undefined) {
    b.writeBigInt64BE(argument, p);
  } else {
    b.writeUInt32BE(text.length, p);
    text.copy(b, p + 4);
  }
  return b;
}

function framed(payload) {
  const b = Buffer.alloc(4 + payload.length);
  b.writeUInt32BE(payload.length, 0);
  payload.copy(b, 4);
  return b;
}

/** A TTHeader with the one key that routes: `isn`. */
function headed(payload, seq) {
  const info = Buffer.from('\0\0\x01\0\x01\0\x03isn\0\x07Interop\0\0\0', 'latin1');
  const padded = info.subarray(0, info.length - (info.length % 4));
  const head = Buffer.alloc(14);
  head.writeUInt32BE(10 + padded.length + payload.length, 0);
  head.writeUInt16BE(0x1000, 4);
  head.writeInt32BE(seq, 8);
  head.writeUInt16BE(padded.length / 4, 12);
  return Buffer.concat([head, padded, payload]);
}

const wrap = {
  buffered: (m) => m,
  framed,
  ttheader: headed,
  'ttheader-framed': (m, seq) => headed(framed(m), seq),
};

/** The reply at the start of `b`, or undefined while bytes are missing: its sequence id, its string, and where it ends. */
function reply(b, wire) {
  let p = 0;
  if (wire.startsWith('ttheader')) {
    if (b.length < 14 || b.length < 4 + b.readUInt32BE(0)) return undefined;
    p = 14 + b.readUInt16BE(12) * 4;
  }
  if (wire.endsWith('framed')) p += 4;
  // version, name, sequence id, then field 0, a string, and the stop byte
  if (b.length < p + 8) return undefined;
  const at = p + 8 + b.readUInt32BE(p + 4);
  if (b.length < at + 11) return undefined;
  const end = at + 11 + b.readUInt32BE(at + 7) + 1;
  if (b.length < end) return undefined;
  strictEqual(b[p + 3], 2, `type of the message: got ${b[p + 3]}, want a REPLY`);
  strictEqual(b[at + 4], 11, 'type of the result');
  return { seq: b.readInt32BE(at), text: b.toString('utf8', at + 11, end - 1), end };
}

/** Sends the calls in one write; their answers must be those wanted, in order. */
export async function pipelined(addr, wire, calls) {
  const colon = addr.lastIndexOf(':');
  const socket = connect({ host: addr.slice(0, colon), port: Number(addr.slice(colon + 1)) });
  let got = Buffer.alloc(0);
  let n = 0;
  try {
    socket.write(Buffer.concat(calls.map(({ name, argument }, i) => wrap[wire](message(name, i + 1, argument), i + 1))));
    for await (const chunk of socket) {
      got = Buffer.concat([got, chunk]);
      for (let r = reply(got, wire); r !== undefined; r = reply(got, wire)) {
        strictEqual(r.seq, n + 1, `sequence id of answer ${n}`);
        strictEqual(r.text, calls[n].want, `answer ${n}`);
        got = got.subarray(r.end);
        n++;
      }
      if (n === calls.length) break;
    }
  } finally {
    socket.destroy();
  }
  strictEqual(n, calls.length, 'answers before the server closed');
}

/** 256 echoes. */
export const echoes = Array.from({ length: 256 }, (_, i) => ({ name: 'echo', argument: `text ${i}`, want: `text ${i}` }));

/** Handlers that take their time, with quick ones behind them. */
export const mixed = Array.from({ length: 24 }, (_, i) => {
  const ms = i % 4 === 0 ? BigInt(12 - (i % 12)) : undefined;
  return ms === undefined ? { name: 'echo', argument: `behind ${i}`, want: `behind ${i}` } : { name: 'slow', argument: ms, want: `slept ${ms}` };
});
