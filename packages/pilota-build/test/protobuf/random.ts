// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ProtoField, ProtoMessage } from '@cloudwego/pilota-build';
import { random } from '../random.js';

/** Random values of messages, as they would arrive: absent fields are there as undefined, lists and maps always. */
export class RandomMessages {
  private readonly next: () => number;

  constructor(seed: number) {
    this.next = random(seed);
  }

  private below(n: number): number {
    return Math.floor(this.next() * n);
  }

  private bits(): bigint {
    return this.below(3) === 0 ? BigInt(this.below(200) - 100) : (BigInt(this.below(2 ** 32)) << 32n) | BigInt(this.below(2 ** 32));
  }

  message(m: ProtoMessage, depth = 0): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    for (const f of m.fields) {
      if (f.oneof === undefined || f.oneof.synthetic) out[f.key] = this.field(f, depth);
      else out[f.oneof.key] = undefined;
    }
    for (const o of m.oneofs) {
      if (o.synthetic || this.below(3) === 0) continue;
      const f = o.fields[this.below(o.fields.length)]!;
      const v = this.one(f, depth);
      if (v !== undefined) out[o.key] = { [f.key]: v };
    }
    return out;
  }

  private field(f: ProtoField, depth: number): unknown {
    switch (f.presence) {
      case 'explicit':
        return this.below(2) === 0 ? undefined : this.one(f, depth);
      case 'map': {
        const out = new Map<unknown, unknown>();
        if (f.type.kind !== 'message') return out;
        const [key, value] = f.type.decl.fields as [ProtoField, ProtoField];
        for (let n = depth > 3 ? 0 : this.below(3); n > 0; n--) {
          const v = this.one(value, depth);
          if (v !== undefined) out.set(this.one(key, depth), v);
        }
        return out;
      }
      case 'repeated':
        return Array.from({ length: depth > 3 ? 0 : this.below(4) }, () => this.one(f, depth)).filter((v) => v !== undefined);
      default:
        return this.one(f, f.type.kind === 'message' && depth > 20 ? 99 : depth);
    }
  }

  /** undefined: too deep. */
  private one(f: ProtoField, depth: number): unknown {
    const { type } = f;
    if (type.kind === 'message') return depth > 5 ? undefined : this.message(type.decl, depth + 1);
    if (type.kind === 'enum') return type.decl.values[this.below(type.decl.values.length)]!.number;
    switch (type.name) {
      case 'bool':
        return this.below(2) === 1;
      case 'double':
        return this.below(4) === 0 ? this.below(9) : (this.next() - 0.5) * Number(`1e${this.below(300)}`);
      case 'float':
        return Math.fround((this.next() - 0.5) * Number(`1e${this.below(30)}`));
      case 'string': {
        const letters = this.below(4) === 0 ? [...'aé語😀\0"\\'] : [...'abcdefghijklmnopqrstuvwxyz-_ 0123456789'];
        return Array.from({ length: this.below(this.below(6) === 0 ? 200 : 12) }, () => letters[this.below(letters.length)]!).join('');
      }
      case 'bytes':
        return Uint8Array.from({ length: this.below(20) }, () => this.below(256));
      case 'int64':
      case 'sint64':
      case 'sfixed64':
        return BigInt.asIntN(64, this.bits());
      case 'uint64':
      case 'fixed64':
        return BigInt.asUintN(64, this.bits());
      case 'uint32':
      case 'fixed32':
        return Number(BigInt.asUintN(32, this.bits()));
      default:
        return Number(BigInt.asIntN(32, this.bits()));
    }
  }
}
