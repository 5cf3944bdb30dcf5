// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isIP } from 'node:net';
import { inspect } from 'node:util';
import type { Address } from '@cloudwego/gopkg/io';
import { ProxyHeaderError } from '../errors.js';
import { crc32c } from './crc32c.js';
import { ipv4Text, ipv6Text } from './ip-text.js';

/** What a proxy said about a connection that it passes on. */
export interface ProxyHeader {
  readonly version: 1 | 2;
  /** Whose connection it is, and where that went. Both are absent where the proxy speaks for itself (LOCAL), say to see whether we are well, or does not know. */
  readonly source: Address | undefined;
  readonly destination: Address | undefined;
  /** Version 2: what else it said, in its order, by the type's number (0x02 = authority, 0x05 = unique id, 0x20 = TLS …). Each value owns its bytes. */
  readonly values: readonly { readonly type: number; readonly value: Uint8Array }[];
}

/** A whole header, or how many bytes are wanted in all before it is worth looking again. */
export type ProxyParse = { readonly length: number; readonly header: ProxyHeader } | { readonly header: undefined; readonly need: number };

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const NAME = Buffer.from('PROXY ', 'latin1');
/** The longest line of version 1, its end included. */
const MAX_LINE = 107;
/** Signature, version and command, family, length. */
const FIXED = 16;
const LF = 10;

/** Families of version 2: length of both addresses, how one is read. Datagrams have no place on a stream: their addresses are not believed, as the document asks. */
const FAMILIES: Readonly<Record<number, number>> = { 0x00: 0, 0x11: 12, 0x12: 12, 0x21: 36, 0x22: 36, 0x31: 216, 0x32: 216 };
const CRC32C = 0x03;
const NOOP = 0x04;

const more = (need: number): ProxyParse => ({ header: undefined, need });

/**
 * Reads the PROXY header that begins `buf[start, end)`.
 * Shape:   v1  `PROXY TCP4 <source> <destination> <source port> <destination port>\r\n`, or TCP6, or `PROXY UNKNOWN …\r\n`; at most 107 bytes.
 *          v2  signature 12 | version·command u8 | family·transport u8 | u16 length | addresses | { type u8 | u16 length | value }…
 * Owns:    keeps no reference to `buf`.
 * Errors:  {@link ProxyHeaderError} (NETPOLL_PROXY_INVALID) as soon as a byte cannot belong to a header, and when it is longer than `maxBytes`.
 * Source:  haproxy doc/proxy-protocol.txt, revision of 2020/03/05.
 */
export function parseProxyHeader(buf: Buffer, start: number, end: number, maxBytes: number): ProxyParse {
  if (begins(buf, start, end, SIGNATURE)) return end - start < FIXED ? more(FIXED) : parseBinary(buf, start, end, maxBytes);
  if (begins(buf, start, end, NAME)) return parseLine(buf, start, end);
  throw new ProxyHeaderError(`PROXY header: got bytes that begin with 0x${buf.toString('hex', start, Math.min(end, start + 12))}, wanted "PROXY " or the signature of version 2`);
}

/** Whether as much as is there of `what` is there. */
function begins(buf: Buffer, start: number, end: number, what: Buffer): boolean {
  const n = Math.min(end - start, what.length);
  return buf.compare(what, 0, n, start, start + n) === 0;
}

// ── version 1 ──────────────────────────────────────────────────────────────────────────────────────

function parseLine(buf: Buffer, start: number, end: number): ProxyParse {
  const limit = Math.min(end, start + MAX_LINE);
  const at = buf.subarray(start, limit).indexOf(LF);
  if (at < 0) {
    if (limit - start >= MAX_LINE) throw new ProxyHeaderError(`PROXY header: no line end within ${MAX_LINE} bytes`);
    return more(end - start + 1);
  }
  const line = buf.toString('latin1', start, start + at + 1);
  const header = /^PROXY UNKNOWN(?: [^\r\n]*)?\r\n$/.test(line) ? nobody(1) : known(line);
  return { length: at + 1, header };
}

function known(line: string): ProxyHeader {
  const m = /^PROXY TCP([46]) ([0-9A-Fa-f.:]+) ([0-9A-Fa-f.:]+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})\r\n$/.exec(line);
  if (m === null) throw new ProxyHeaderError(`PROXY header: got the line ${inspect(line)}, wanted "PROXY TCP4|TCP6 source destination port port"`);
  const [, family, from, to, fromPort, toPort] = m as unknown as readonly [string, string, string, string, string, string];
  for (const host of [from, to]) if (isIP(host) !== Number(family)) throw new ProxyHeaderError(`PROXY header: got the address "${host}", wanted one of TCP${family}`);
  for (const port of [fromPort, toPort]) if (Number(port) > 65_535) throw new ProxyHeaderError(`PROXY header: got port ${port}, wanted 0 to 65535`);
  return { version: 1, source: tcp(from, Number(fromPort)), destination: tcp(to, Number(toPort)), values: [] };
}

function tcp(host: string, port: number): Address {
  return { kind: 'tcp', host, port };
}

function nobody(version: 1 | 2, values: ProxyHeader['values'] = []): ProxyHeader {
  return { version, source: undefined, destination: undefined, values };
}

// ── version 2 ──────────────────────────────────────────────────────────────────────────────────────

function parseBinary(buf: Buffer, start: number, end: number, maxBytes: number): ProxyParse {
  const command = buf[start + 12]!;
  if (command !== 0x20 && command !== 0x21) throw new ProxyHeaderError(`PROXY header: got version and command 0x${command.toString(16)}, wanted 0x20 or 0x21`);
  const family = buf[start + 13]!;
  const size = FAMILIES[family];
  const length = FIXED + buf.readUInt16BE(start + 14);
  if (length > maxBytes) throw new ProxyHeaderError(`PROXY header: got ${length} bytes, wanted at most ${maxBytes} (maxHeaderBytes)`);
  const local = command === 0x20;
  // A proxy that speaks for itself may put anything there.
  if (!local && size === undefined) throw new ProxyHeaderError(`PROXY header: got family and transport 0x${family.toString(16)}, wanted one of ${Object.keys(FAMILIES).join(', ')}`);
  if (!local && length < FIXED + size!) throw new ProxyHeaderError(`PROXY header: got ${length - FIXED} bytes for addresses, wanted at least ${size}`);
  if (end - start < length) return more(length);
  if (local) return { length, header: nobody(2) };
  const at = start + FIXED;
  const values = readValues(buf, start, at + size!, start + length);
  if ((family & 0x0f) !== 1) return { length, header: nobody(2, values) };
  return { length, header: { version: 2, ...addresses(buf, at, family), values } };
}

function addresses(buf: Buffer, at: number, family: number): Pick<ProxyHeader, 'source' | 'destination'> {
  if (family === 0x31) return { source: unixAddress(buf, at), destination: unixAddress(buf, at + 108) };
  const [text, n] = family === 0x11 ? ([ipv4Text, 4] as const) : ([ipv6Text, 16] as const);
  return { source: tcp(text(buf, at), buf.readUInt16BE(at + 2 * n)), destination: tcp(text(buf, at + n), buf.readUInt16BE(at + 2 * n + 2)) };
}

/** 108 bytes: a path that ends with the first NUL, or an abstract name behind a NUL. */
function unixAddress(buf: Buffer, at: number): Address {
  const all = buf.toString('latin1', at, at + 108);
  const cut = all.indexOf('\0', 1);
  const path = cut < 0 ? all : all.slice(0, cut);
  return { kind: 'unix', path: path === '\0' ? '' : path };
}

function readValues(buf: Buffer, header: number, at: number, end: number): ProxyHeader['values'] {
  const values: { type: number; value: Uint8Array }[] = [];
  for (let p = at; p < end; ) {
    const from = p + 3;
    const to = from <= end ? from + buf.readUInt16BE(p + 1) : end + 1;
    if (to > end) throw new ProxyHeaderError(`PROXY header: a value begins ${end - p} bytes before the end and does not fit`);
    const type = buf[p]!;
    if (type === CRC32C) checkSum(buf, header, from, to, end);
    else if (type !== NOOP) values.push({ type, value: Uint8Array.prototype.slice.call(buf, from, to) });
    p = to;
  }
  return values;
}

/** The sum is over the whole header with zeros in its own place. */
function checkSum(buf: Buffer, start: number, from: number, to: number, end: number): void {
  if (to - from !== 4) throw new ProxyHeaderError(`PROXY header: got a checksum of ${to - from} bytes, wanted 4`);
  const copy = Buffer.from(buf.subarray(start, end)).fill(0, from - start, to - start);
  const sum = crc32c(copy);
  if (sum !== buf.readUInt32BE(from)) throw new ProxyHeaderError(`PROXY header: got the checksum 0x${buf.toString('hex', from, to)}, wanted 0x${sum.toString(16).padStart(8, '0')}`);
}
