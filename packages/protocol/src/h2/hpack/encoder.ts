// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';
import { DynamicTable, ENTRY_OVERHEAD, MAX_ROLLBACK } from './dynamic-table.js';
import { STATIC_COUNT, staticName, staticPair } from './static-table.js';

/** Fields whose value hardly comes twice: indexing them would push out what does. */
const FLEETING: ReadonlySet<string> = new Set([
  'content-length', 'date', 'etag', 'if-modified-since', 'if-none-match', 'last-modified', 'location', 'range', 'content-range',
  'grpc-timeout', 'grpc-message', 'traceparent', 'tracestate', 'x-request-id', 'grpc-status-details-bin', 'baggage',
]);
/** Fields that no intermediary may put into a table. Source: RFC 7541 section 7.1.3. */
const SECRET: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie']);

/** A list that was written without changing the table, and the table's version then: its bytes. */
interface Known {
  version: number;
  bytes: Uint8Array;
}

/**
 * Writes header lists. One per connection and direction. What a write section that is cancelled had put into the table is taken back: `begin()`, then either
 * `commit()` or `rollback()`. Strings go out as they are, without Huffman: on the links of RPC bytes are cheaper than time.
 * Source: RFC 7541.
 */
export class HpackEncoder {
  private readonly table: DynamicTable;
  private readonly found: Map<string, Map<string, number>> = new Map();
  private readonly names: Map<string, number> = new Map();
  private readonly known: WeakMap<readonly string[], Known> = new WeakMap();
  private readonly indexPath: boolean;
  private updates: number[] = [];
  private written = 0;
  private open = false;
  private inserts = 0;

  /** `indexPath`: paths come again (RPC), so they are worth an entry. */
  constructor(maxTableBytes: number, indexPath: boolean) {
    this.table = new DynamicTable(Math.min(4096, maxTableBytes));
    this.indexPath = indexPath;
  }

  /** The peer allows a table of another size. Takes effect, and is told, with the next block. */
  setLimit(bytes: number): void {
    const next = Math.min(4096, bytes);
    const last = this.updates[this.updates.length - 1] ?? this.table.maxSize;
    if (next !== last) this.updates = next < last || this.updates.length === 0 ? [...this.updates.filter((u) => u < next), next] : [this.updates[0]!, next];
  }

  /** From here on a rollback is possible. */
  begin(): void {
    this.table.mark();
    this.open = true;
    this.inserts = 0;
    this.written = 0;
  }

  commit(): void {
    this.open = false;
    if (this.written > 0) this.updates.splice(0, this.written);
    if (this.found.size > 256 || this.names.size > 256) this.forget();
  }

  rollback(): void {
    this.open = false;
    // A change of size cannot be taken back by numbers alone; it is told again, which is harmless.
    this.table.rollback();
  }

  /** Writes pairs of name and value, names in lower case. */
  encode(w: ByteWriter, fields: readonly string[]): void {
    const { table } = this;
    while (this.written < this.updates.length) {
      const n = this.updates[this.written++]!;
      table.resize(n);
      table.mark();
      writeInteger(w, 0x20, 5, n);
    }
    const k = this.known.get(fields);
    if (k !== undefined && k.version === table.version) {
      w.bytes(k.bytes);
      return;
    }
    const version = table.version;
    const mark = w.mark();
    for (let i = 0; i < fields.length; i += 2) this.field(w, fields[i]!, fields[i + 1]!);
    if (table.version === version) this.remember(w, mark, fields, version);
  }

  private remember(w: ByteWriter, mark: number, fields: readonly string[], version: number): void {
    if (!Object.isFrozen(fields)) return;
    const n = w.mark() - mark;
    this.known.set(fields, { version, bytes: Uint8Array.prototype.slice.call(w.buf, w.pos - n, w.pos) });
  }

  private field(w: ByteWriter, name: string, value: string): void {
    const s = staticPair(name, value);
    if (s > 0) {
      writeInteger(w, 0x80, 7, s);
      return;
    }
    const { table } = this;
    const oldest = table.inserted - table.count;
    const at = this.found.get(name)?.get(value) ?? 0;
    if (at > oldest && at <= table.inserted && table.name(table.inserted - at) === name && table.value(table.inserted - at) === value) {
      writeInteger(w, 0x80, 7, STATIC_COUNT + 1 + table.inserted - at);
      return;
    }
    const secret = SECRET.has(name);
    const index = !secret && this.worth(name, value);
    const prefix = index ? 0x40 : secret ? 0x10 : 0x00;
    const bits = index ? 6 : 4;
    let n = staticName(name);
    if (n === 0) {
      const known = this.names.get(name) ?? 0;
      if (known > oldest && known <= table.inserted && table.name(table.inserted - known) === name) n = STATIC_COUNT + 1 + table.inserted - known;
    }
    writeInteger(w, prefix, bits, n);
    if (n === 0) writeString(w, name);
    writeString(w, value);
    if (index) this.insert(name, value);
  }

  private worth(name: string, value: string): boolean {
    if (FLEETING.has(name) || (name === ':path' && !this.indexPath)) return false;
    if (this.open && this.inserts >= MAX_ROLLBACK) return false;
    return (name.length + value.length + ENTRY_OVERHEAD) * 2 <= this.table.maxSize;
  }

  private insert(name: string, value: string): void {
    this.inserts++;
    this.table.insert(name, value, name.length + value.length);
    let m = this.found.get(name);
    if (m === undefined) this.found.set(name, (m = new Map<string, number>()));
    else if (m.size > 64) m.clear();
    m.set(value, this.table.inserted);
    this.names.set(name, this.table.inserted);
  }

  /** The maps hold what the table evicted long ago; what it still has is found again when it is next inserted. */
  private forget(): void {
    this.found.clear();
    this.names.clear();
  }
}

/** An integer with a prefix of `bits` bits. Source: RFC 7541 section 5.1. */
function writeInteger(w: ByteWriter, flags: number, bits: number, v: number): void {
  const full = (1 << bits) - 1;
  if (v < full) {
    w.u8(flags | v);
    return;
  }
  w.u8(flags | full);
  v -= full;
  while (v >= 128) {
    w.u8((v & 127) | 128);
    v = Math.floor(v / 128);
  }
  w.u8(v);
}

/** Header strings are one character a byte. */
function writeString(w: ByteWriter, s: string): void {
  writeInteger(w, 0, 7, s.length);
  w.ensure(s.length);
  let p = w.pos;
  for (let i = 0; i < s.length; i++) w.buf[p++] = s.charCodeAt(i);
  w.pos = p;
}
