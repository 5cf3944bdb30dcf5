// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteReader } from '@cloudwego/gopkg/io';
import { parse } from '@cloudwego/sonic';
import { readList, readMap } from '../../codegen/v1/read.js';
import { readCount, skip } from '../../codegen/v1/skip.js';
import type { LinkedField } from '../../descriptor/index.js';
import { DynamicError } from '../errors.js';
import type { PathStep } from '../errors.js';
import { JsonOut } from './out.js';
import { Code } from './plan.js';
import type { FieldPlan, Plans, StructPlan, TypePlan } from './plan.js';

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

/** Writes JSON while it walks over Thrift; nothing is made in between. */
export class JsonFromThrift {
  readonly out: JsonOut = new JsonOut();
  r: ByteReader;
  private readonly plans: Plans;
  private depth = 0;

  constructor(plans: Plans, r: ByteReader) {
    this.plans = plans;
    this.r = r;
  }

  begin(r: ByteReader): void {
    this.r = r;
    this.depth = 0;
  }

  value(t: TypePlan): void {
    const { out, r } = this;
    switch (t.code) {
      case Code.bool:
        out.bytes(r.u8() === 1 ? TRUE : FALSE);
        return;
      case Code.i8:
        this.integer(this.plans.o.i8 === 'unsigned' ? r.u8() : r.i8(), t.quoted);
        return;
      case Code.i16:
        this.integer(r.i16(), t.quoted);
        return;
      case Code.i32:
        this.integer(r.i32(), t.quoted);
        return;
      case Code.i64:
        this.i64(t.quoted);
        return;
      case Code.double:
        this.double(r.f64());
        return;
      case Code.string: {
        const n = readCount(r, 1);
        out.string(r.buf, r.pos, r.pos + n);
        r.pos += n;
        return;
      }
      case Code.base64: {
        const n = readCount(r, 1);
        out.byte(0x22);
        out.ascii(r.buf.toString('base64', r.pos, r.pos + n));
        out.byte(0x22);
        r.pos += n;
        return;
      }
      case Code.enum: {
        const n = r.i32();
        const name = this.plans.o.enums === 'name' ? t.names!.get(n) : undefined;
        if (name === undefined) this.integer(n, t.quoted);
        else out.ascii(`"${name}"`);
        return;
      }
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

  private integer(n: number, quoted: boolean): void {
    const { out } = this;
    if (quoted) out.byte(0x22);
    out.integer(n);
    if (quoted) out.byte(0x22);
  }

  private i64(quoted: boolean): void {
    const { out, r } = this;
    if (quoted) out.byte(0x22);
    const hi = r.i32();
    const lo = r.i32();
    // Up to 2^53 a number is exact.
    if (hi >= -0x200000 && hi < 0x200000) out.integer(hi * 4294967296 + (lo >>> 0));
    else {
      r.pos -= 8;
      out.ascii(r.i64().toString());
    }
    if (quoted) out.byte(0x22);
  }

  private double(v: number): void {
    const { out } = this;
    if (Object.is(v, v | 0)) out.integer(v);
    else if (Number.isFinite(v)) out.ascii(Object.is(v, -0) ? '-0' : String(v));
    else if (this.plans.o.nonFinite === 'null') out.bytes(NULL);
    else throw new DynamicError('PILOTA_DYNAMIC_VALUE_RANGE', `got ${v}, which JSON does not have (option nonFinite)`);
  }

  private down(): void {
    if (++this.depth > this.plans.o.maxDepth) throw new DynamicError('PILOTA_DYNAMIC_DEPTH_EXCEEDED', `nested deeper than ${this.plans.o.maxDepth} levels`);
  }

  private list(t: TypePlan): void {
    const { out } = this;
    this.down();
    const element = t.element!;
    const n = readList(this.r, element.ttype, 'list');
    out.byte(0x5b);
    let i = 0;
    try {
      for (; i < n; i++) {
        if (i > 0) out.byte(0x2c);
        this.value(element);
      }
    } catch (e) {
      throw DynamicError.at(e, i);
    }
    out.byte(0x5d);
    this.depth--;
  }

  private map(t: TypePlan): void {
    const { out, r } = this;
    this.down();
    const [key, element] = [t.key!, t.element!];
    const n = readMap(r, key.ttype, element.ttype, 'map');
    out.byte(0x7b);
    for (let i = 0; i < n; i++) {
      if (i > 0) out.byte(0x2c);
      const at = out.pos;
      let step: PathStep = i;
      try {
        this.key(key);
        const end = out.pos;
        out.byte(0x3a);
        step = -1;
        this.value(element);
        step = end;
      } catch (e) {
        throw DynamicError.at(e, step === -1 ? keyOf(out, at) : i);
      }
    }
    out.byte(0x7d);
    this.depth--;
  }

  /** A key of a map as a key of an object. */
  private key(t: TypePlan): void {
    const { out } = this;
    if (t.code === Code.string || t.code === Code.base64) {
      this.value(t);
      return;
    }
    if (t.code === Code.list || t.code === Code.map || t.code === Code.struct) throw new DynamicError('PILOTA_DYNAMIC_TYPE_MISMATCH', 'wanted a map whose keys are text, numbers or booleans');
    const start = out.pos;
    this.value(t);
    if (out.buf[start] === 0x22) return;
    const text = out.buf.toString('latin1', start, out.pos);
    out.pos = start;
    out.ascii(`"${text}"`);
  }

  /** `take` may pass over the value of a field, which is not written then. */
  object(s: StructPlan, take?: (f: LinkedField, r: ByteReader) => boolean): void {
    const { out, r } = this;
    if (!s.ready) this.plans.fill(s);
    this.down();
    const n = s.tracked.length;
    const many = n > 31 ? new Uint8Array(n) : undefined;
    let seen = 0;
    let first = true;
    out.byte(0x7b);
    for (;;) {
      const ttype = r.u8();
      if (ttype === 0) break;
      const id = r.i16();
      const f: FieldPlan | undefined = id >= 0 && id < 256 ? s.byId[id] : s.more?.get(id);
      // Differs: dynamicgo does not compare the type of the wire; a field of another type is a stranger.
      if (f?.ttype !== ttype) {
        if (f === undefined && this.plans.o.unknown === 'error') throw new DynamicError('PILOTA_DYNAMIC_FIELD_UNKNOWN', `${s.name} has no field ${id}`);
        skip(r, ttype);
        continue;
      }
      if (f.bit >= 0) {
        if (many === undefined) seen |= 1 << f.bit;
        else many[f.bit] = 1;
      }
      if (take?.(f.field, r) === true) continue;
      if (first) first = false;
      else out.byte(0x2c);
      out.bytes(f.keyJson);
      try {
        this.value(f.type);
      } catch (e) {
        throw DynamicError.at(e, f.field.name);
      }
    }
    if (n > 0 && (many !== undefined || seen !== (n === 31 ? 0x7fffffff : (1 << n) - 1))) this.absent(s, seen, many, first, take);
    out.byte(0x7d);
    this.depth--;
  }

  private absent(s: StructPlan, seen: number, many: Uint8Array | undefined, empty: boolean, take?: (f: LinkedField, r: ByteReader) => boolean): void {
    const { out } = this;
    let first = empty;
    for (const f of s.tracked) {
      if (many === undefined ? (seen & (1 << f.bit)) !== 0 : many[f.bit] === 1) continue;
      if (this.plans.absence(f.field) === 'error') throw new DynamicError('PILOTA_DYNAMIC_FIELD_REQUIRED', `required field (${f.id}/${f.field.name}) of ${s.name} is missing`);
      if (take?.(f.field, new ByteReader(this.plans.standIn(f))) === true) continue;
      if (first) first = false;
      else out.byte(0x2c);
      // Differs: dynamicgo takes the name of the IDL here, where it takes the alias for fields that are there.
      out.bytes(f.keyJson);
      if (f.type.code === Code.struct && this.plans.absence(f.field) === 'zero') out.bytes(EMPTY);
      else this.standIn(f);
    }
  }

  /** What stands for an absent field is kept as Thrift, and read like what arrived. */
  private standIn(f: FieldPlan): void {
    const { r, depth } = this;
    this.r = new ByteReader(this.plans.standIn(f));
    this.value(f.type);
    this.r = r;
    this.depth = depth;
  }
}

const EMPTY = Buffer.from('{}');

function keyOf(out: JsonOut, at: number): PathStep {
  try {
    const text = out.buf.toString('utf8', at, out.buf.indexOf(0x3a, at));
    return parse<string>(text);
  } catch {
    return 'key';
  }
}
