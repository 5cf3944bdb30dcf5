// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteWriter } from '@cloudwego/gopkg/io';
import { stringify } from '@cloudwego/sonic';
import type { LinkedField, LinkedKind, LinkedStruct, LinkedType } from '../../descriptor/index.js';
import { ValueCodec } from '../value/codec.js';
import { enumNames } from '../value/plain.js';
import { writeZero } from '../value/write.js';
import type { ResolvedJsonOptions } from './options.js';

/** What the transcoders switch on; small integers make a jump table. */
export const Code = {
  bool: 0,
  i8: 1,
  i16: 2,
  i32: 3,
  i64: 4,
  double: 5,
  string: 6,
  base64: 7,
  enum: 8,
  list: 9,
  map: 10,
  struct: 11,
} as const;

/** A type as the transcoders see it. One shape for all. */
export interface TypePlan {
  readonly code: number;
  readonly ttype: number;
  /** Whether its integers stand in quotes. */
  readonly quoted: boolean;
  readonly element: TypePlan | undefined;
  readonly key: TypePlan | undefined;
  readonly struct: StructPlan | undefined;
  readonly values: Readonly<Record<string, number>> | undefined;
  readonly names: ReadonlyMap<number, string> | undefined;
}

export interface FieldPlan {
  readonly field: LinkedField;
  readonly id: number;
  readonly ttype: number;
  type: TypePlan;
  /** The key and the quote behind it, as they stand in JSON when nothing in it is escaped. */
  readonly keyBytes: Buffer;
  /** Quote, key, quote, colon. */
  readonly keyJson: Buffer;
  /** Place of its bit among the fields whose absence matters; -1 = it does not matter. */
  readonly bit: number;
  /** Which field came after this one the last time: objects of one kind are mostly written in one order. */
  next: FieldPlan | undefined;
}

/** A struct as the transcoders see it. Its fields are planned on first use. */
export class StructPlan {
  readonly name: string;
  readonly union: boolean;
  /** Which field came first the last time. */
  first: FieldPlan | undefined;
  fields: readonly FieldPlan[];
  byKey: ReadonlyMap<string, FieldPlan>;
  /** Fields by id, for ids up to 255. */
  byId: readonly (FieldPlan | undefined)[];
  more: ReadonlyMap<number, FieldPlan> | undefined;
  /** Fields whose absence matters, by their bit. */
  tracked: readonly FieldPlan[];
  ready: boolean;
  readonly struct: LinkedStruct;

  constructor(struct: LinkedStruct) {
    this.name = struct.name;
    this.union = struct.structKind === 'union';
    this.first = undefined;
    this.fields = [];
    this.byKey = new Map();
    this.byId = [];
    this.more = undefined;
    this.tracked = [];
    this.ready = false;
    this.struct = struct;
  }
}

/** Makes and keeps plans for one set of options. */
export class Plans {
  readonly o: ResolvedJsonOptions;
  private readonly structs = new WeakMap<LinkedStruct, StructPlan>();
  private readonly plain = new WeakMap<LinkedType, TypePlan>();
  private readonly quoted = new WeakMap<LinkedType, TypePlan>();
  private codec: ValueCodec | undefined = undefined;

  constructor(o: ResolvedJsonOptions) {
    this.o = o;
  }

  struct(s: LinkedStruct): StructPlan {
    let plan = this.structs.get(s);
    if (plan === undefined) this.structs.set(s, (plan = new StructPlan(s)));
    if (!plan.ready) this.fill(plan);
    return plan;
  }

  type(t: LinkedType, quoted = false): TypePlan {
    const cache = quoted ? this.quoted : this.plain;
    let plan = cache.get(t);
    if (plan === undefined) cache.set(t, (plan = this.make(t, quoted)));
    return plan;
  }

  private make(t: LinkedType, quoted: boolean): TypePlan {
    let struct: StructPlan | undefined;
    if (t.struct !== undefined) {
      struct = this.structs.get(t.struct);
      // Not filled yet: a struct may hold itself.
      if (struct === undefined) this.structs.set(t.struct, (struct = new StructPlan(t.struct)));
    }
    return {
      code: codeOf(t.kind, this.o),
      ttype: t.ttype,
      quoted: quoted || (t.kind === 'i64' && this.o.i64 === 'string'),
      element: t.element === undefined ? undefined : this.type(t.element, quoted),
      // Keys of objects are text as they are.
      key: t.key === undefined ? undefined : this.type(t.key),
      struct,
      values: t.values,
      names: t.values === undefined ? undefined : enumNames(t.values),
    };
  }

  /** Plans the fields of a struct. */
  fill(plan: StructPlan): void {
    plan.ready = true;
    let bits = 0;
    const fields = plan.struct.fields.map((f): FieldPlan => {
      const key = this.o.keys === 'alias' ? f.alias : f.name;
      const text = stringify(key);
      const type = this.type(f.type, this.o.jsConv && Object.hasOwn(f.annotations, 'api.js_conv'));
      const bit = this.matters(f) && !plan.union ? bits++ : -1;
      return { field: f, id: f.id, ttype: f.type.ttype, type, keyBytes: Buffer.from(text.slice(1)), keyJson: Buffer.from(`${text}:`), bit, next: undefined };
    });
    fields.forEach((f, i) => (f.next = fields[i + 1]));
    plan.fields = fields;
    plan.first = fields[0];
    plan.byKey = new Map(fields.map((f) => [this.o.keys === 'alias' ? f.field.alias : f.field.name, f]));
    const byId = new Array<FieldPlan | undefined>(256).fill(undefined);
    const more = new Map<number, FieldPlan>();
    for (const f of fields) {
      if (f.id >= 0 && f.id < 256) byId[f.id] = f;
      else more.set(f.id, f);
    }
    plan.byId = byId;
    plan.more = more.size === 0 ? undefined : more;
    plan.tracked = fields.filter((f) => f.bit >= 0);
  }

  absence(f: LinkedField): 'zero' | 'default' | 'omit' | 'error' {
    if (f.requiredness === 'required') return this.o.absentRequired;
    return f.requiredness === 'optional' ? this.o.absentOptional : this.o.absentDefault;
  }

  /** What stands for an absent field, as Thrift. */
  standIn(f: FieldPlan): Buffer {
    const known = this.standIns.get(f);
    if (known !== undefined) return known;
    const bytes = this.valueOf(f.field, this.absence(f.field) === 'default');
    this.standIns.set(f, bytes);
    return bytes;
  }

  /** The default of a field, where it is wanted and has one, else its zero value. */
  valueOf(f: LinkedField, byDefault: boolean): Buffer {
    const w = new ByteWriter(64);
    const v = byDefault ? f.defaultValue : undefined;
    if (v === undefined) writeZero(w, f.type);
    // Defaults of structs go by the names of the IDL.
    else (this.codec ??= new ValueCodec({ keys: 'name', absentDefault: 'default', absentRequired: 'default', absentOptional: 'default' })).write(w, f.type, v);
    return Buffer.from(w.toBytes());
  }

  /** Whether anything stands for an absent field. */
  matters(f: LinkedField): boolean {
    const a = this.absence(f);
    return a === 'error' || a === 'zero' || (a === 'default' && (f.requiredness !== 'optional' || f.defaultValue !== undefined));
  }

  private readonly standIns = new WeakMap<FieldPlan, Buffer>();
}

function codeOf(kind: LinkedKind, o: ResolvedJsonOptions): number {
  if (kind === 'set') return Code.list;
  if (kind === 'binary') return o.binary === 'base64' ? Code.base64 : Code.string;
  return Code[kind];
}
