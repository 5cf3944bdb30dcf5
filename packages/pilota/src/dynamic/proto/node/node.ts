// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import type { LinkedMessage, LinkedProtoField } from '../../../descriptor/index.js';
import { DynamicError, show } from '../../errors.js';
import type { PathStep } from '../../errors.js';
import { writeVarint } from '../../../protobuf/write.js';
import { ProtoValueCodec } from '../value/codec.js';
import { zeroOfField } from '../value/scalars.js';
import { fromProtobuf } from '../value/write.js';
import { belongs, eachRecord, itemsOf, partsOf } from './records.js';
import type { Span } from './records.js';
import { absent, fieldOf, framed, indexOf, keyOf, record, same, UNSET } from './steps.js';

type Part = 'message' | 'list' | 'map' | 'value';

interface Entry {
  readonly key: PathStep;
  readonly value: Span;
}

const codec = new ProtoValueCodec();

/**
 * A message or a part of one, as bytes: parts are found by skipping what is before them, edits copy what is around them, and nothing is decoded but what is asked
 * for. Values are those of {@link ProtoValueCodec}.
 * Owns:   nothing; it looks at the bytes that it was given, and what it gives looks at them too. `set` and its like give nodes of bytes of their own.
 * Errors: {@link DynamicError} with the path of the place.
 * Source: cloudwego/dynamicgo proto/generic Value, Node. Differs: nodes do not change, `set` gives another; setting a field of a oneof takes the others away.
 */
export class ProtoNode {
  readonly part: Part;
  /** Of a message: what it is. */
  readonly message: LinkedMessage | undefined;
  /** The field that it is the value of, or an item; undefined at the root. */
  readonly field: LinkedProtoField | undefined;
  private readonly buf: Buffer;
  private readonly at: Span;

  /** @internal Use {@link ProtoNode.of}. */
  constructor(buf: Buffer, at: Span, part: Part, field: LinkedProtoField | undefined, message: LinkedMessage | undefined) {
    this.buf = buf;
    this.at = { start: at.start, end: at.end };
    this.part = part;
    this.field = field;
    this.message = message;
  }

  /** A node of the bytes of a message. They are looked at when something is asked for. */
  static of(bytes: Uint8Array, message: LinkedMessage): ProtoNode {
    const buf = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    return new ProtoNode(buf, { start: 0, end: buf.length }, 'message', undefined, message);
  }

  /** A node of a plain value. */
  static from(value: unknown, message: LinkedMessage): ProtoNode {
    const w = new ByteWriter(256);
    codec.write(w, message, value);
    return ProtoNode.of(w.toBytes(), message);
  }

  /** Its bytes, borrowed where they lie together: of a message or a value without tag and length, of a list or map its fields with their tags. */
  get bytes(): Uint8Array {
    if (this.part === 'message' || this.part === 'value') return this.buf.subarray(this.at.start, this.at.end);
    const out: Buffer[] = [];
    eachRecord(this.buf, this.at.start, this.at.end, (r) => {
      if (belongs(r.tag, this.field!)) out.push(this.buf.subarray(r.head, r.tail));
    });
    return Buffer.concat(out);
  }

  /** What is at the end of a path: names or numbers of fields, indexes, keys of maps. Undefined = nothing is there. */
  get(...path: readonly PathStep[]): ProtoNode | undefined {
    let at: ProtoNode | undefined = this;
    for (let i = 0; i < path.length && at !== undefined; i++) at = guard(path.slice(0, i), () => at!.step(path[i]!));
    return at;
  }

  /** Items, entries, or fields that are there; 0 for what has no parts. */
  get length(): number {
    return this.children().length;
  }

  /** Its parts, with the steps that lead to them: fields in the order of the descriptor, those that are there. */
  children(): readonly (readonly [PathStep, ProtoNode])[] {
    return guard([], () => {
      switch (this.part) {
        case 'message':
          return this.message!.fields.flatMap((f) => {
            const child = this.step(f.name);
            return child === undefined ? [] : [[f.name, child] as const];
          });
        case 'list':
          return itemsOf(this.buf, this.at.start, this.at.end, this.field!).map((s, i) => [i, this.item(s)] as const);
        case 'map':
          return this.entries().map((e) => [e.key, valueNode(this.buf, e.value, this.field!.mapValue!)] as const);
        default:
          return [];
      }
    });
  }

  /** The message with another value at the end of a path: plain, or a node of the same kind. A field, item or entry that was not there is added. */
  set(path: readonly PathStep[], value: unknown): ProtoNode {
    return this.edit(path, value);
  }

  /** Many, one after the other. */
  setMany(edits: readonly (readonly [path: readonly PathStep[], value: unknown])[]): ProtoNode {
    return edits.reduce<ProtoNode>((n, [path, value]) => n.edit(path, value), this);
  }

  /** The message without what is at the end of these paths; what is not there is no error. */
  unset(...paths: readonly (readonly PathStep[])[]): ProtoNode {
    return paths.reduce<ProtoNode>((n, path) => n.edit(path, UNSET), this);
  }

  /** Decodes it. */
  toJS(): unknown {
    return guard([], () => {
      if (this.part === 'list') return this.children().map(([, n]) => n.toJS());
      if (this.part === 'map') return new Map(this.children().map(([k, n]) => [k, n.toJS()]));
      const r = new ByteReader(this.buf, this.at.start, this.at.end);
      if (this.part === 'message') return codec.read(r, this.message!);
      const f = this.field!;
      if (f.kind === 'string' || f.kind === 'bytes') {
        // Readers of texts begin at their length, which lies before the value.
        const w = new ByteWriter(this.at.end - this.at.start + 5);
        writeVarint(w, this.at.end - this.at.start);
        w.bytes(this.bytes);
        return codec.readValue(ByteReader.from(w.toBytes()), f);
      }
      return this.at.start === this.at.end ? zeroOfField(f, 'bigint') : codec.readValue(r, f);
    });
  }

  private step(step: PathStep): ProtoNode | undefined {
    switch (this.part) {
      case 'message': {
        const f = fieldOf(this.message!, step);
        if (f.presence === 'repeated' || f.presence === 'map') {
          let there = false;
          eachRecord(this.buf, this.at.start, this.at.end, (r) => {
            there ||= belongs(r.tag, f);
          });
          return there ? new ProtoNode(this.buf, this.at, f.presence === 'map' ? 'map' : 'list', f, undefined) : undefined;
        }
        const parts = partsOf(this.buf, this.at.start, this.at.end, f);
        if (parts.length < 2) return parts.length === 0 ? undefined : valueNode(this.buf, parts[0]!, f);
        const whole = Buffer.concat(parts.map((p) => this.buf.subarray(p.start, p.end)));
        return valueNode(whole, { start: 0, end: whole.length }, f);
      }
      case 'list': {
        const span = itemsOf(this.buf, this.at.start, this.at.end, this.field!)[indexOf(step)];
        return span === undefined ? undefined : this.item(span);
      }
      case 'map': {
        const e = this.entries().find((x) => same(x.key, step));
        return e === undefined ? undefined : valueNode(this.buf, e.value, this.field!.mapValue!);
      }
      default:
        throw this.noParts(step);
    }
  }

  private item(s: Span): ProtoNode {
    return valueNode(this.buf, s, this.field!);
  }

  /** Of a key that is there twice the last counts. */
  private entries(): readonly Entry[] {
    const f = this.field!;
    const out = new Map<string, Entry>();
    for (const s of itemsOf(this.buf, this.at.start, this.at.end, f)) {
      const entry = new ProtoNode(this.buf, s, 'message', f, f.message);
      const key = (entry.step(1)?.toJS() ?? zeroOfField(f.mapKey!, 'bigint')) as PathStep;
      const parts = partsOf(this.buf, s.start, s.end, f.mapValue!);
      out.set(String(key), { key, value: parts.at(-1) ?? { start: s.end, end: s.end } });
    }
    return [...out.values()];
  }

  private edit(path: readonly PathStep[], value: unknown): ProtoNode {
    if (this.part !== 'message') throw new DynamicError('PILOTA_DYNAMIC_PATH_INVALID', 'only messages are edited, wanted a path from one');
    if (path.length === 0) throw new DynamicError('PILOTA_DYNAMIC_PATH_INVALID', 'the root cannot be set or unset');
    const bytes = this.edited(path, 0, value);
    return new ProtoNode(bytes, { start: 0, end: bytes.length }, 'message', this.field, this.message);
  }

  /** The bytes of this message after an edit of what `path` leads to from its step `at` on. */
  private edited(path: readonly PathStep[], at: number, value: unknown): Buffer {
    if (this.part !== 'message') throw this.noParts(path[at]);
    return guard(path.slice(0, at), () => {
      const f = fieldOf(this.message!, path[at]!);
      const records = this.recordsFor(f, path, at + 1, value);
      if (records === undefined) return this.buf.subarray(this.at.start, this.at.end);
      const gone = value === UNSET ? [f] : (f.oneof?.fields ?? [f]);
      const out: Buffer[] = [];
      let placed = false;
      eachRecord(this.buf, this.at.start, this.at.end, (r) => {
        if (!gone.some((g) => belongs(r.tag, g))) out.push(this.buf.subarray(r.head, r.tail));
        else if (!placed) {
          placed = true;
          out.push(records);
        }
      });
      if (!placed) out.push(records);
      return Buffer.concat(out);
    });
  }

  /** What a field is after an edit, with its tags; undefined = as it was. */
  private recordsFor(f: LinkedProtoField, path: readonly PathStep[], at: number, value: unknown): Buffer | undefined {
    if (at === path.length) return value === UNSET ? Buffer.alloc(0) : encoded(f, value, path);
    if (f.presence === 'repeated') return this.listEdited(f, path, at, value);
    if (f.presence === 'map') return this.mapEdited(f, path, at, value);
    const child = this.step(f.number);
    if (child === undefined) return absent(path, at, value);
    return record(f, child.edited(path, at, value));
  }

  private listEdited(f: LinkedProtoField, path: readonly PathStep[], at: number, value: unknown): Buffer | undefined {
    const i = indexOf(path[at]!);
    const items = itemsOf(this.buf, this.at.start, this.at.end, f);
    const payloads = items.map((s) => this.buf.subarray(s.start, s.end));
    const last = at + 1 === path.length;
    if (i > items.length || (i === items.length && !(last && value !== UNSET))) return absent(path, at + 1, value);
    if (!last) payloads[i] = valueNode(this.buf, items[i]!, f).edited(path, at + 1, value);
    else if (value === UNSET) payloads.splice(i, 1);
    else payloads[i] = payload(f, value, path);
    if (!f.packed) return Buffer.concat(payloads.map((p) => record(f, p)));
    return payloads.length === 0 ? Buffer.alloc(0) : framed(f.number * 8 + 2, Buffer.concat(payloads));
  }

  private mapEdited(f: LinkedProtoField, path: readonly PathStep[], at: number, value: unknown): Buffer | undefined {
    const node = new ProtoNode(this.buf, this.at, 'map', f, undefined);
    const step = path[at]!;
    const last = at + 1 === path.length;
    const out: Buffer[] = [];
    const entry = (key: unknown, content: Uint8Array): Buffer => framed(f.tag, Buffer.concat([encoded(f.mapKey!, key, path), record(f.mapValue!, content)]));
    const placed = (key: PathStep): Buffer => entry(key, payload(f.mapValue!, value, path));
    let found = false;
    for (const e of node.entries()) {
      const child = valueNode(this.buf, e.value, f.mapValue!);
      if (!same(e.key, step)) {
        out.push(entry(e.key, child.content()));
        continue;
      }
      found = true;
      if (!last) out.push(entry(e.key, child.edited(path, at + 1, value)));
      else if (value !== UNSET) out.push(placed(e.key));
    }
    if (!found) {
      if (!last || value === UNSET) return absent(path, at + 1, value);
      out.push(placed(keyOf(f.mapKey!, step)));
    }
    return Buffer.concat(out);
  }

  private noParts(step: unknown): DynamicError {
    return new DynamicError('PILOTA_DYNAMIC_PATH_INVALID', `a ${this.field!.kind} has no parts, got the step ${show(step)}`);
  }

  /** Its bytes; of a value of a map that was left out those of zero. */
  private content(): Uint8Array {
    if (this.at.start < this.at.end || this.part === 'message' || this.field!.kind === 'string' || this.field!.kind === 'bytes') return this.bytes;
    return payload(this.field!, this.toJS(), []);
  }
}

function valueNode(buf: Buffer, s: Span, f: LinkedProtoField): ProtoNode {
  return new ProtoNode(buf, s, f.message === undefined ? 'value' : 'message', f, f.message);
}

/** A field of a plain value or a node, with its tags. */
function encoded(f: LinkedProtoField, value: unknown, path: readonly PathStep[]): Buffer {
  if (value instanceof ProtoNode) {
    if (value.part === 'list' || value.part === 'map') {
      if (value.field!.tag !== f.tag || value.field!.message !== f.message || value.field!.kind !== f.kind) throw new DynamicError('PILOTA_DYNAMIC_TYPE_MISMATCH', `got the ${value.part} ${value.field!.name}, wanted a value of ${f.name}`, path);
      return Buffer.from(value.bytes);
    }
    return record(f, payload(f, value, path));
  }
  const w = new ByteWriter(64);
  try {
    codec.writeField(w, f, value);
  } catch (e) {
    const x = fromProtobuf(e);
    throw new DynamicError(x.code, x.detail, [...path, ...x.path], { cause: e });
  }
  return Buffer.from(w.toBytes());
}

/** One value without tag and length. */
function payload(f: LinkedProtoField, value: unknown, path: readonly PathStep[]): Buffer {
  if (value instanceof ProtoNode) {
    const message = value.part === 'message';
    if (message ? value.message !== f.message : value.part !== 'value' || value.field!.kind !== f.kind || value.field!.enum !== f.enum) {
      throw new DynamicError('PILOTA_DYNAMIC_TYPE_MISMATCH', `got a ${message ? value.message!.name : (value.field?.kind ?? value.part)}, wanted a ${f.message?.name ?? f.kind}`, path);
    }
    return Buffer.from(value.bytes);
  }
  const bytes = encoded(f, f.presence === 'repeated' ? [value] : value, path);
  const s = itemsOf(bytes, 0, bytes.length, f)[0]!;
  return bytes.subarray(s.start, s.end);
}

function guard<T>(path: readonly PathStep[], f: () => T): T {
  try {
    return f();
  } catch (e) {
    const x = fromProtobuf(e);
    if (x === e && (x.path.length > 0 || path.length === 0)) throw x;
    throw new DynamicError(x.code, x.detail, [...path, ...x.path], { cause: x.cause });
  }
}
