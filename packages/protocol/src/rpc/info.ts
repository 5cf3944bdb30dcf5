// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { RpcFrameError } from './errors.js';
import { InfoID, IntKey } from './keys.js';

/** What one pass over the info blocks finds without making a string. */
export interface InfoScan {
  /** Value of the string key `isn`; `serviceStart` -1 = not there. */
  serviceStart: number;
  serviceEnd: number;
  /** Value of int key 12; -1 = not there or not a number. Unit ms. */
  timeoutMs: number;
}

/**
 * Checks that every block, key and value lies inside `buf[start, end)` and picks out what routing needs.
 * Shape:  block id u8 (0x00 padding | 0x01 u16 n, n × (u16 len, key, u16 len, value) | 0x10 u16 n, n × (u16 key, u16 len, value) | 0x11 u16 len, token)*
 * Errors: {@link RpcFrameError} for a block that ends outside, and for an unknown block id.
 * Source: cloudwego/gopkg protocol/ttheader/decode.go readKVInfo.
 */
export function scanInfo(buf: Buffer, start: number, end: number, out: InfoScan): void {
  let p = start;
  while (p < end) {
    const id = buf[p++]!;
    if (id === InfoID.Padding) continue;
    if (id === InfoID.KeyValue) p = scanStrings(buf, p, end, out);
    else if (id === InfoID.IntKeyValue) p = scanInts(buf, p, end, out);
    else if (id === InfoID.ACLToken) p = sized(buf, p, end, 'ACL token', 'TTHeader');
    else throw new RpcFrameError(`TTHeader: got info block id 0x${id.toString(16).padStart(2, '0')}, wanted 0x00, 0x01, 0x10 or 0x11`);
  }
}

/** Pairs of strings; shared by TTHeader's string block and MeshHeader. Returns the position after them. */
export function scanStrings(buf: Buffer, start: number, end: number, out: InfoScan, header: string = 'TTHeader'): number {
  let p = start;
  let n = count(buf, p, end, 'string', header);
  p += 2;
  for (; n > 0; n--) {
    const k = sized(buf, p, end, 'key', header);
    const v = sized(buf, k, end, 'value', header);
    if (k - p === 5 && buf[p + 2] === 0x69 && buf[p + 3] === 0x73 && buf[p + 4] === 0x6e) {
      out.serviceStart = k + 2;
      out.serviceEnd = v;
    }
    p = v;
  }
  return p;
}

function scanInts(buf: Buffer, start: number, end: number, out: InfoScan): number {
  let p = start;
  let n = count(buf, p, end, 'int', 'TTHeader');
  p += 2;
  for (; n > 0; n--) {
    if (p + 4 > end) throw outside('int key', 'TTHeader');
    const v = sized(buf, p + 2, end, 'value', 'TTHeader');
    if (buf[p] === 0 && buf[p + 1] === IntKey.RPCTimeout) out.timeoutMs = decimal(buf, p + 4, v);
    p = v;
  }
  return p;
}

function count(buf: Buffer, p: number, end: number, what: string, header: string): number {
  if (p + 2 > end) throw outside(`${what} block`, header);
  return (buf[p]! << 8) | buf[p + 1]!;
}

/** Steps over a u16 length and its bytes. */
function sized(buf: Buffer, p: number, end: number, what: string, header: string): number {
  if (p + 2 > end) throw outside(what, header);
  const q = p + 2 + ((buf[p]! << 8) | buf[p + 1]!);
  if (q > end) throw outside(what, header);
  return q;
}

function outside(what: string, header: string): RpcFrameError {
  return new RpcFrameError(`${header}: a ${what} ends outside its header`);
}

function decimal(buf: Buffer, start: number, end: number): number {
  if (end === start || end - start > 15) return -1;
  let v = 0;
  for (let i = start; i < end; i++) {
    const d = buf[i]! - 0x30;
    if (d < 0 || d > 9) return -1;
    v = v * 10 + d;
  }
  return v;
}
