// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ResolvedField, ResolvedStruct, ResolvedType } from '../thrift/ast.js';
import { underlyingType } from '../thrift/types.js';

/** Structs that a value of the type may hold, containers looked through. */
function structsIn(type: ResolvedType, into: Set<ResolvedStruct>): void {
  const t = underlyingType(type);
  if (t.kind === 'struct') into.add(t.decl);
  else if (t.kind === 'list' || t.kind === 'set') structsIn(t.element, into);
  else if (t.kind === 'map') {
    structsIn(t.key, into);
    structsIn(t.value, into);
  }
}

/** Answers which structs can hold themselves. Results are kept. */
export class StructGraph {
  private readonly direct: Map<ResolvedStruct, readonly ResolvedStruct[]>;
  private readonly recursive: Map<ResolvedStruct, boolean>;
  private readonly fillable: Map<ResolvedStruct, boolean>;

  constructor() {
    this.direct = new Map();
    this.recursive = new Map();
    this.fillable = new Map();
  }

  private fields(s: ResolvedStruct): readonly ResolvedStruct[] {
    let list = this.direct.get(s);
    if (list === undefined) {
      const set = new Set<ResolvedStruct>();
      for (const f of s.fields) structsIn(f.type, set);
      list = [...set];
      this.direct.set(s, list);
    }
    return list;
  }

  /** Whether a value of `s` can hold another value of `s`: such code counts its depth. */
  isRecursive(s: ResolvedStruct): boolean {
    return cached(this.recursive, s, () => reaches(s, (x) => this.fields(x)));
  }

  /**
   * Whether an absent default-requiredness field of type `s` is filled with the struct's defaults: not a union, which has none, not a struct that requires
   * one, and not a struct whose defaults would need themselves.
   */
  isFillable(s: ResolvedStruct): boolean {
    if (s.structKind === 'union') return false;
    return cached(this.fillable, s, () => {
      if (reaches(s, defaulted)) return false;
      return s.fields.every((f) => {
        const d = f.requiredness === 'required' && f.defaultValue === undefined ? structOf(f) : undefined;
        return d === undefined || this.isFillable(d);
      });
    });
  }
}

/** Structs that are filled in when `s` is filled in. */
function defaulted(s: ResolvedStruct): readonly ResolvedStruct[] {
  if (s.structKind === 'union') return [];
  const out: ResolvedStruct[] = [];
  for (const f of s.fields) {
    const d = structOf(f);
    if (d !== undefined && f.requiredness !== 'optional' && f.defaultValue === undefined) out.push(d);
  }
  return out;
}

function structOf(f: ResolvedField): ResolvedStruct | undefined {
  const t = underlyingType(f.type);
  return t.kind === 'struct' ? t.decl : undefined;
}

function reaches(start: ResolvedStruct, next: (s: ResolvedStruct) => readonly ResolvedStruct[]): boolean {
  const seen = new Set<ResolvedStruct>();
  const open = [...next(start)];
  for (let s = open.pop(); s !== undefined; s = open.pop()) {
    if (s === start) return true;
    if (seen.has(s)) continue;
    seen.add(s);
    open.push(...next(s));
  }
  return false;
}

function cached(map: Map<ResolvedStruct, boolean>, s: ResolvedStruct, f: () => boolean): boolean {
  let v = map.get(s);
  if (v === undefined) {
    v = f();
    map.set(s, v);
  }
  return v;
}
