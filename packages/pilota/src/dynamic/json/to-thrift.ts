// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';
import type { LinkedField } from '../../descriptor/index.js';
import { DynamicError, show } from '../errors.js';
import type { PathStep } from '../errors.js';
import { Code } from './plan.js';
import type { FieldPlan, Plans, StructPlan, TypePlan } from './plan.js';
import { JsonScanner } from './scan.js';

const MIN_I64 = -(2n ** 63n);
const MAX_I64 = 2n ** 63n - 1n;
/** From this length on a string is copied by the runtime. */
const NATIVE_COPY = 48;

/** What is known of the root's fields before the walk. */
export interface RootState {
  /** Written already, or not to be. */
  readonly taken: ReadonlySet<LinkedField>;
  /** May write a field that is nowhere in the text. */
  readonly search: ((f: LinkedField) => boolean) | undefined;
}

/** Writes Thrift while it walks over JSON; nothing is made in between. */
export class ThriftFromJson extends JsonScanner {
  w: ByteWriter;
  private readonly plans: Plans;
  private readonly strict: boolean;
  private readonly quotedNumbers: boolean;
  private readonly maxI8: number;

  constructor(plans: Plans, w: ByteWriter) {
    super(plans.o.maxDepth);
    this.w = w;
    this.plans = plans;
    this.strict = plans.o.unknown === 'error';
    this.quotedNumbers = plans.o.quotedNumbers;
    this.maxI8 = plans.o.i8 === 'unsigned' ? 0xff : 0x7f;
  }

  /** One whole text. */
  document(type: TypePlan): void {
    this.ws();
    this.value(type);
    this.ws();
    if (this.p < this.b.length) this.fail('the end');
  }

  /** One whole text: an object of which some fields are written already. */
  root(s: StructPlan, state: RootState): void {
    this.ws();
    this.object(s, state);
    this.ws();
    if (this.p < this.b.length) this.fail('the end');
  }

  private value(t: TypePlan): void {
    switch (t.code) {
      case Code.bool:
        this.bool();
        return;
      case Code.i8:
        this.w.u8(this.int(t, -0x80, this.maxI8));
        return;
      case Code.i16:
        this.w.i16(this.int(t, -0x8000, 0x7fff));
        return;
      case Code.i32:
        this.w.i32(this.int(t, -0x80000000, 0x7fffffff));
        return;
      case Code.i64:
        this.i64(t);
        return;
      case Code.double:
        this.w.f64(this.real(t));
        return;
      case Code.string:
        this.text();
        return;
      case Code.base64:
        this.base64();
        return;
      case Code.enum:
        this.enum(t);
        return;
      case Code.list:
        this.list(t);
        return;
      case Code.map:
        this.map(t);
        return;
      default:
        this.object(t.struct!);
    }
  }

  private wrong(wanted: string): never {
    const c = this.b[this.p];
    const got = c === 0x7b ? 'an object' : c === 0x5b ? 'an array' : c === 0x22 ? show(this.string()) : c === 0x74 || c === 0x66 ? 'a boolean' : undefined;
    if (got === undefined) this.fail(wanted);
    throw new DynamicError('PILOTA_DYNAMIC_TYPE_MISMATCH', `got ${got}, wanted ${wanted}`);
  }

  private bool(): void {
    const c = this.b[this.p];
    if (c === 0x74) {
      this.word('true');
      this.w.u8(1);
    } else if (c === 0x66) {
      this.word('false');
      this.w.u8(0);
    } else this.wrong('true or false');
  }

  /** The text inside quotes as a value of its own, where numbers may stand so. */
  private unquoted(t: TypePlan, wanted: string): string {
    if (!t.quoted && !this.quotedNumbers) this.wrong(wanted);
    const text = this.string();
    if (text === '') return '0';
    if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) throw new DynamicError('PILOTA_DYNAMIC_TYPE_MISMATCH', `got ${show(text)}, wanted ${wanted}, in quotes`);
    return text;
  }

  private int(t: TypePlan, min: number, max: number): number {
    let n = this.shortInt();
    if (Number.isNaN(n)) {
      const c = this.b[this.p]!;
      if (c === 0x22) n = Number(this.unquoted(t, 'an integer'));
      else if (c === 0x2d || (c >= 0x30 && c <= 0x39)) n = Number(this.numberText());
      else this.wrong('an integer');
    }
    if (n < min || n > max || !Number.isInteger(n)) throw new DynamicError('PILOTA_DYNAMIC_VALUE_RANGE', `got ${n}, wanted an integer from ${min} to ${max}`);
    return n;
  }

  private i64(t: TypePlan): void {
    let n = this.shortInt();
    if (Number.isNaN(n)) {
      const c = this.b[this.p]!;
      const text = c === 0x22 ? this.unquoted(t, 'an integer') : c === 0x2d || (c >= 0x30 && c <= 0x39) ? this.numberText() : this.wrong('an integer');
      if (/^-?\d+$/.test(text)) {
        const big = BigInt(text);
        if (big < MIN_I64 || big > MAX_I64) throw new DynamicError('PILOTA_DYNAMIC_VALUE_RANGE', `got ${text.slice(0, 40)}, wanted an integer of 64 bits`);
        this.w.i64(big);
        return;
      }
      n = Number(text);
      if (!Number.isSafeInteger(n)) throw new DynamicError('PILOTA_DYNAMIC_VALUE_RANGE', `got ${text.slice(0, 40)}, wanted an integer`);
    }
    const { w } = this;
    w.i32(Math.floor(n / 4294967296));
    w.i32(n | 0);
  }

  private real(t: TypePlan): number {
    const c = this.b[this.p]!;
    if (c === 0x2d || (c >= 0x30 && c <= 0x39)) return this.double();
    return Number(c === 0x22 ? this.unquoted(t, 'a number') : this.wrong('a number'));
  }

  /** A string as it stands, unless something in it is escaped. */
  private text(): void {
    const { b, w } = this;
    if (b[this.p] !== 0x22) this.wrong('a string');
    const start = this.p + 1;
    const end = this.stringEnd(start);
    if (end < 0) {
      this.p = 1 - end;
      w.string32(this.unescape(start - 1, this.p));
      return;
    }
    this.p = end + 1;
    const n = end - start;
    w.ensure(4 + n);
    const out = w.buf;
    let o = w.pos;
    out[o] = n >>> 24;
    out[o + 1] = n >>> 16;
    out[o + 2] = n >>> 8;
    out[o + 3] = n;
    o += 4;
    if (n < NATIVE_COPY) for (let i = start; i < end; i++) out[o++] = b[i]!;
    else {
      b.copy(out, o, start, end);
      o += n;
    }
    w.pos = o;
  }

  private base64(): void {
    if (this.b[this.p] !== 0x22) this.wrong('base64, in quotes');
    const text = this.string();
    if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new DynamicError('PILOTA_DYNAMIC_TYPE_MISMATCH', `got ${show(text)}, wanted base64`);
    this.w.bytes32(Buffer.from(text, 'base64'));
  }

  private enum(t: TypePlan): void {
    if (this.b[this.p] !== 0x22) {
      this.w.i32(this.int(t, -0x80000000, 0x7fffffff));
      return;
    }
    const name = this.string();
    if (Object.hasOwn(t.values!, name)) this.w.i32(t.values![name]!);
    else if ((this.quotedNumbers || t.quoted) && /^-?\d{1,10}$/.test(name) && Number(name) === (Number(name) | 0)) this.w.i32(Number(name));
    else throw new DynamicError('PILOTA_DYNAMIC_TYPE_MISMATCH', `got ${show(name)}, wanted a number or one of ${Object.keys(t.values!).slice(0, 20).join(', ')}`);
  }

  private list(t: TypePlan): void {
    const { b, w } = this;
    if (b[this.p] !== 0x5b) this.wrong('an array');
    this.enter();
    this.p++;
    const element = t.element!;
    w.u8(element.ttype);
    const mark = w.mark();
    w.i32(0);
    let n = 0;
    let i = 0;
    if (this.ws() === 0x5d) this.p++;
    else {
      try {
        for (;; i++) {
          // Differs from a walk over values: as in dynamicgo, null is left out of a list.
          if (this.ws() === 0x6e) this.word('null');
          else {
            this.value(element);
            n++;
          }
          const c = this.ws();
          this.p++;
          if (c === 0x5d) break;
          if (c !== 0x2c) this.fail('"," or "]"', this.p - 1);
        }
      } catch (e) {
        throw DynamicError.at(e, i);
      }
      w.patchU32(mark, n);
    }
    this.depth--;
  }

  private map(t: TypePlan): void {
    const { b, w } = this;
    if (b[this.p] !== 0x7b) this.wrong('an object');
    this.enter();
    this.p++;
    const [key, element] = [t.key!, t.element!];
    w.u8(key.ttype);
    w.u8(element.ttype);
    const mark = w.mark();
    w.i32(0);
    let n = 0;
    if (this.ws() === 0x7d) this.p++;
    else {
      let at = this.p;
      try {
        for (;;) {
          if (this.ws() !== 0x22) this.fail('a key');
          at = this.p;
          const before = w.mark();
          this.key(key);
          if (this.ws() !== 0x3a) this.fail('":"');
          this.p++;
          if (this.ws() === 0x6e) {
            this.word('null');
            w.rewind(before);
          } else {
            this.value(element);
            n++;
          }
          const c = this.ws();
          this.p++;
          if (c === 0x7d) break;
          if (c !== 0x2c) this.fail('"," or "}"', this.p - 1);
        }
      } catch (e) {
        throw DynamicError.at(e, this.stepAt(at));
      }
      w.patchU32(mark, n);
    }
    this.depth--;
  }

  /** The key at a place, for the path of an error. */
  private stepAt(at: number): PathStep {
    try {
      this.p = at;
      return this.b[at] === 0x22 ? this.string() : 'key';
    } catch {
      return 'key';
    }
  }

  /** A key of an object as a key of a map. */
  private key(t: TypePlan): void {
    if (t.code === Code.string) {
      this.text();
      return;
    }
    if (t.code === Code.base64) {
      this.base64();
      return;
    }
    if (t.code === Code.enum) {
      const name = this.string();
      const n = Object.hasOwn(t.values!, name) ? t.values![name]! : integerOf(name);
      if (n !== (n | 0)) throw new DynamicError('PILOTA_DYNAMIC_TYPE_MISMATCH', `got the key ${show(name)}, wanted a number or the name of one`);
      this.w.i32(n);
      return;
    }
    if (t.code === Code.list || t.code === Code.map || t.code === Code.struct) throw new DynamicError('PILOTA_DYNAMIC_TYPE_MISMATCH', 'wanted a map whose keys are text, numbers or booleans');
    // What is between the quotes is a value of its own.
    const quote = this.p;
    this.p++;
    this.value(t);
    if (this.b[this.p] !== 0x22) this.fail('the quote behind a key', Math.max(this.p, quote));
    this.p++;
  }

  private object(s: StructPlan, root?: RootState): void {
    const { b, w } = this;
    if (b[this.p] !== 0x7b) this.wrong(`an object of the fields of ${s.name}`);
    if (!s.ready) this.plans.fill(s);
    this.enter();
    this.p++;
    const n = s.tracked.length;
    const many = n > 31 ? new Uint8Array(n) : undefined;
    let seen = 0;
    let set = 0;
    if (root !== undefined) {
      set = root.taken.size;
      for (const f of s.tracked) {
        if (!root.taken.has(f.field)) continue;
        if (many === undefined) seen |= 1 << f.bit;
        else many[f.bit] = 1;
      }
    }
    let previous: FieldPlan | undefined;
    let f: FieldPlan | undefined;
    if (this.ws() === 0x7d) this.p++;
    else {
      try {
        for (;;) {
          if (b[this.p] !== 0x22) this.fail('a key');
          f = this.field(s, previous);
          if (b[this.p] !== 0x3a && this.ws() !== 0x3a) this.fail('":"');
          this.p++;
          const c = this.ws();
          if (f === undefined || root?.taken.has(f.field) === true) this.skip();
          else {
            if (f.bit >= 0) {
              if (many === undefined) seen |= 1 << f.bit;
              else many[f.bit] = 1;
            }
            // As in dynamicgo: null counts as present, and is not written.
            if (c === 0x6e) this.word('null');
            else {
              set++;
              w.ensure(3);
              const out = w.buf;
              const o = w.pos;
              out[o] = f.ttype;
              out[o + 1] = f.id >> 8;
              out[o + 2] = f.id;
              w.pos = o + 3;
              this.value(f.type);
            }
            previous = f;
          }
          const d = this.ws();
          this.p++;
          if (d === 0x2c) {
            f = undefined;
            this.ws();
          } else if (d === 0x7d) break;
          else this.fail('"," or "}"', this.p - 1);
        }
      } catch (e) {
        if (f === undefined) throw e;
        throw DynamicError.at(e, f.field.name);
      }
    }
    if (s.union && set !== 1) throw new DynamicError('PILOTA_DYNAMIC_UNION_INVALID', `union ${s.name}: got ${set} fields set, wanted exactly one`);
    if (n > 0 && (many !== undefined || seen !== (n === 31 ? 0x7fffffff : (1 << n) - 1))) this.absent(s, seen, many, root?.search);
    w.u8(0);
    this.depth--;
  }

  private absent(s: StructPlan, seen: number, many: Uint8Array | undefined, search: RootState['search']): void {
    const { w } = this;
    for (const f of s.tracked) {
      if (many === undefined ? (seen & (1 << f.bit)) !== 0 : many[f.bit] === 1) continue;
      if (search?.(f.field) === true) continue;
      if (this.plans.absence(f.field) === 'error') throw new DynamicError('PILOTA_DYNAMIC_FIELD_REQUIRED', `required field (${f.id}/${f.field.name}) of ${s.name} is missing`);
      const bytes = this.plans.standIn(f);
      w.u8(f.ttype);
      w.i16(f.id);
      w.bytes(bytes);
    }
  }

  /** The field whose key is here; stands behind its closing quote afterwards. The one that came the last time is tried first. */
  private field(s: StructPlan, previous: FieldPlan | undefined): FieldPlan | undefined {
    const { b } = this;
    const guess = previous === undefined ? s.first : previous.next;
    const start = this.p + 1;
    if (guess !== undefined) {
      const key = guess.keyBytes;
      let i = 0;
      while (i < key.length && key[i] === b[start + i]) i++;
      if (i === key.length) {
        this.p = start + i;
        return guess;
      }
    }
    const name = this.string();
    const f = s.byKey.get(name);
    if (f === undefined) {
      if (this.strict) throw new DynamicError('PILOTA_DYNAMIC_FIELD_UNKNOWN', `${s.name} has no field ${show(name)}`);
      return undefined;
    }
    if (previous === undefined) s.first = f;
    else previous.next = f;
    return f;
  }
}

function integerOf(text: string): number {
  return /^-?\d{1,10}$/.test(text) ? Number(text) : NaN;
}
