// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { underlyingType } from '@cloudwego/pilota-build';
import type { ResolvedField, ResolvedStruct, ResolvedType } from '@cloudwego/pilota-build';
import { propertyName } from '../src/generate/names.js';

/** Numbers from 0 to 1 that are the same for the same seed. Source: mulberry32, public domain. */
export function random(seed: number): () => number {
  let s = seed | 0;
  return () => {
    s = (s + 0x6d2b79f5) | 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const MOST = 4;

/** A random value of a type, as it would arrive: defaults filled, `Map`, `Set`, bigint. Optional fields are absent half of the time, and always in the depth. */
export class RandomValues {
  private readonly next: () => number;
  /** Makes exceptions of their fields; those of generated code are classes. */
  private readonly exception: (s: ResolvedStruct, fields: object) => unknown;

  constructor(seed: number, exception: (s: ResolvedStruct, fields: object) => unknown = (_, f) => f) {
    this.next = random(seed);
    this.exception = exception;
  }

  private below(n: number): number {
    return Math.floor(this.next() * n);
  }

  private bits(n: bigint): bigint {
    const all = (BigInt(this.below(2 ** 32)) << 32n) | BigInt(this.below(2 ** 32));
    return this.below(3) === 0 ? BigInt(this.below(200) - 100) : BigInt.asIntN(Number(n), all);
  }

  private text(): string {
    const alphabet = this.below(4) === 0 ? 'aé語😀\0"\\' : 'abcdefghijklmnopqrstuvwxyz-_ 0123456789';
    const letters = [...alphabet];
    return Array.from({ length: this.below(this.below(5) === 0 ? 60 : 12) }, () => letters[this.below(letters.length)]!).join('');
  }

  /** A struct's value, or undefined where one of its requirements cannot be met at that depth. */
  struct(s: ResolvedStruct, depth: number = 0): unknown {
    if (s.structKind === 'union') {
      const from = this.below(Math.max(1, s.fields.length));
      for (let k = 0; k < s.fields.length; k++) {
        const f = s.fields[(from + k) % s.fields.length]!;
        const v = this.value(f.type, depth + 1);
        if (v !== undefined) return { [propertyName(s, f)]: v };
      }
      return undefined;
    }
    const out: Record<string, unknown> = {};
    for (const f of s.fields) {
      const v = this.field(f, depth);
      if (v === undefined && f.requiredness !== 'optional') return undefined;
      out[propertyName(s, f)] = v;
    }
    return s.structKind === 'exception' ? this.exception(s, out) : out;
  }

  private field(f: ResolvedField, depth: number): unknown {
    // An absent field that has a default arrives with it.
    if (f.requiredness === 'optional' && f.defaultValue === undefined && (depth > 3 || this.below(2) === 0)) return undefined;
    return this.value(f.type, depth + 1);
  }

  value(type: ResolvedType, depth: number): unknown {
    const t = underlyingType(type);
    if (depth > 12) return undefined;
    switch (t.kind) {
      case 'bool':
        return this.below(2) === 1;
      case 'i8':
        return Number(this.bits(8n));
      case 'i16':
        return Number(this.bits(16n));
      case 'i32':
        return Number(this.bits(32n));
      case 'i64':
        return this.bits(64n);
      case 'double':
        // Not 10 ** n, whose last digit depends on the version of V8.
        return this.below(4) === 0 ? this.below(10) : (this.next() - 0.5) * Number(`1e${this.below(300)}`);
      case 'string':
        return this.text();
      case 'binary':
        return Uint8Array.from({ length: this.below(20) }, () => this.below(256));
      case 'enum':
        return t.decl.values.length === 0 || this.below(8) === 0 ? this.below(1000) : t.decl.values[this.below(t.decl.values.length)]!.value;
      case 'struct':
        return this.struct(t.decl, depth);
      case 'list':
        return this.many(t.element, depth);
      case 'set':
        return new Set(this.many(t.element, depth));
      case 'map': {
        const out = new Map<unknown, unknown>();
        for (let n = depth > 3 ? 0 : this.below(MOST); n > 0; n--) {
          const [k, v] = [this.value(t.key, depth + 1), this.value(t.value, depth + 1)];
          // Keys of the same bytes are two in a Map of ours and one elsewhere.
          const twice = k instanceof Uint8Array && [...out.keys()].some((x) => Buffer.compare(x as Uint8Array, k) === 0);
          if (k !== undefined && v !== undefined && !twice) out.set(k, v);
        }
        return out;
      }
    }
  }

  private many(type: ResolvedType, depth: number): unknown[] {
    return Array.from({ length: depth > 3 ? 0 : this.below(MOST) }, () => this.value(type, depth + 1)).filter((v) => v !== undefined);
  }
}
