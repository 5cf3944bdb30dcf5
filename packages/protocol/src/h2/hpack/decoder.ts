// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { H2Error } from '../errors.js';
import { ErrorCode } from '../frame.js';
import { DynamicTable, ENTRY_OVERHEAD } from './dynamic-table.js';
import { huffmanDecode } from './huffman.js';
import { STATIC_COUNT, staticNames, staticValues } from './static-table.js';

/** A header list that was read; equal blocks under one state of the table give the same object, so that what is found out about it can be kept with it. */
export class HeaderBlock {
  /** Name and value in turn, pseudo fields included; one character a byte. */
  readonly fields: readonly string[];
  /** Size as SETTINGS_MAX_HEADER_LIST_SIZE counts it. */
  readonly size: number;
  /** The list was larger than allowed; `fields` has what fits. */
  readonly tooLarge: boolean;
  /** For whoever reads it: what was found out about this list. */
  known: unknown = undefined;

  constructor(fields: readonly string[], size: number, tooLarge: boolean) {
    this.fields = fields;
    this.size = size;
    this.tooLarge = tooLarge;
  }
}

interface Memo {
  readonly bytes: Buffer;
  readonly version: number;
  readonly block: HeaderBlock;
}

/** What a peer may use before it has read other settings. */
const INITIAL_TABLE = 4096;
const MEMOS = 8;
const MAX_MEMO_BYTES = 128;
const MAX_INTEGER = 0x0fffffff;

/** Reads header blocks. One per connection and direction. Source: RFC 7541. */
export class HpackDecoder {
  private readonly table: DynamicTable;
  /** The largest table that the peer may use, as it was told. */
  private limit: number;
  private readonly maxListBytes: number;
  private readonly memos: (Memo | undefined)[] = new Array<Memo | undefined>(MEMOS).fill(undefined);
  private memoAt = 0;
  private pos = 0;

  constructor(maxListBytes: number) {
    this.table = new DynamicTable(INITIAL_TABLE);
    this.limit = INITIAL_TABLE;
    this.maxListBytes = maxListBytes;
  }

  /** The peer has acknowledged a table of another size. */
  setLimit(bytes: number): void {
    this.limit = bytes;
  }

  /** Reads a whole block. Errors: {@link H2Error} COMPRESSION_ERROR, after which the connection is lost. */
  decode(buf: Buffer, start: number, end: number): HeaderBlock {
    const n = end - start;
    if (n <= MAX_MEMO_BYTES) {
      for (let k = 0; k < MEMOS; k++) {
        const m = this.memos[(this.memoAt - k) & (MEMOS - 1)];
        if (m === undefined) break;
        if (m.version !== this.table.version || m.bytes.length !== n) continue;
        let i = 0;
        while (i < n && m.bytes[i] === buf[start + i]) i++;
        if (i === n) return m.block;
      }
    }
    const before = this.table.version;
    const block = this.read(buf, start, end);
    if (n <= MAX_MEMO_BYTES && this.table.version === before) {
      this.memoAt = (this.memoAt + 1) & (MEMOS - 1);
      this.memos[this.memoAt] = { bytes: Buffer.from(buf.subarray(start, end)), version: before, block };
    }
    return block;
  }

  private read(buf: Buffer, start: number, end: number): HeaderBlock {
    const { table } = this;
    const fields: string[] = [];
    let size = 0;
    let tooLarge = false;
    let first = true;
    this.pos = start;
    while (this.pos < end) {
      const b = buf[this.pos]!;
      let name: string;
      let value: string;
      if (b >= 0x80) {
        const i = this.integer(buf, end, 7);
        name = this.nameAt(i);
        value = i <= STATIC_COUNT ? staticValues[i - 1]! : table.value(i - STATIC_COUNT - 1);
      } else if ((b & 0xe0) === 0x20) {
        // A change of size comes first in a block or not at all.
        if (!first) throw bad('a table size update behind a field');
        const n = this.integer(buf, end, 5);
        if (n > this.limit) throw bad(`a table size update to ${n}, wanted at most ${this.limit}`);
        table.resize(n);
        continue;
      } else {
        const indexed = b >= 0x40;
        const i = this.integer(buf, end, indexed ? 6 : 4);
        name = i === 0 ? this.string(buf, end) : this.nameAt(i);
        value = this.string(buf, end);
        if (indexed) table.insert(name, value, name.length + value.length);
      }
      first = false;
      size += name.length + value.length + ENTRY_OVERHEAD;
      // The table has to follow the peer's to the end of the block; what is too large is only not kept.
      if (size > this.maxListBytes) tooLarge = true;
      else fields.push(name, value);
    }
    return new HeaderBlock(fields, size, tooLarge);
  }

  private nameAt(i: number): string {
    if (i === 0) throw bad('index 0');
    if (i <= STATIC_COUNT) return staticNames[i - 1]!;
    if (i - STATIC_COUNT > this.table.count) throw bad(`index ${i}, the tables have ${STATIC_COUNT + this.table.count} entries`);
    return this.table.name(i - STATIC_COUNT - 1);
  }

  private integer(buf: Buffer, end: number, bits: number): number {
    const full = (1 << bits) - 1;
    let v = buf[this.pos++]! & full;
    if (v < full) return v;
    for (let shift = 0; ; shift += 7) {
      if (this.pos >= end) throw bad('an integer that does not end');
      const b = buf[this.pos++]!;
      v += (b & 0x7f) * 2 ** shift;
      if (v > MAX_INTEGER || shift > 28) throw bad('an integer beyond 28 bits');
      if (b < 0x80) return v;
    }
  }

  private string(buf: Buffer, end: number): string {
    if (this.pos >= end) throw bad('a string that does not begin');
    const huffman = buf[this.pos]! >= 0x80;
    const n = this.integer(buf, end, 7);
    const from = this.pos;
    if (n > end - from) throw bad(`a string of ${n} bytes, ${end - from} are left`);
    this.pos = from + n;
    if (n === 0) return '';
    if (!huffman) return (buf as unknown as { latin1Slice(a: number, b: number): string }).latin1Slice(from, from + n);
    const s = huffmanDecode(buf, from, from + n);
    if (s === undefined) throw bad('a Huffman code that is none');
    return s;
  }
}

function bad(what: string): H2Error {
  return new H2Error('H2_COMPRESSION_INVALID', ErrorCode.COMPRESSION_ERROR, `header block: got ${what}`);
}

