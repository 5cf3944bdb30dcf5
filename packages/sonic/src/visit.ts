// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { guarded, blanks, Fault, skipColon, skipNumber, skipString, skipValue } from './scan/skip.js';
import { Document, keyEnd, nextItem, nextMember, readKey, stringAt, typeAt } from './lazy/document.js';
import { ascii } from './text.js';
import type { Source } from './types.js';

/** Told of each part of a document in its order; what is not there is not called. False from a `begin` passes over that container. */
export interface Visitor {
  null?(): void;
  boolean?(v: boolean): void;
  string?(v: string): void;
  /** `text` is the number as it stands. */
  number?(v: number, text: string): void;
  beginObject?(): boolean | undefined;
  key?(name: string): void;
  endObject?(): void;
  beginArray?(): boolean | undefined;
  endArray?(): void;
}

/**
 * Walks a document without making it. What a visitor throws ends the walk and reaches the caller. UTF-8 is checked before the first call, the grammar on the way.
 * Errors: SonicSyntaxError. Source: bytedance/sonic ast.Preorder, Visitor.
 */
export function visit(source: Source, v: Visitor): void {
  const d = new Document(source, {});
  guarded(source, d.bytes, () => {
    d.checkUtf8(0, d.end);
    const end = new Walk(d, v).run(blanks(d.bytes, 0, d.end));
    const tail = blanks(d.bytes, end, d.end);
    if (tail < d.end) throw new Fault('SONIC_CHAR_INVALID', tail);
  });
}

class Walk {
  private readonly d: Document;
  private readonly v: Visitor;

  constructor(d: Document, v: Visitor) {
    this.d = d;
    this.v = v;
  }

  /** Iterative: what is open lies in a list. */
  run(p: number): number {
    const { d, v } = this;
    const b = d.bytes;
    const { end } = d;
    const open: boolean[] = [];
    let first = false;
    for (;;) {
      const type = typeAt(b, p, end);
      let entered = false;
      if (type === 'object' || type === 'array') {
        if (open.length >= d.maxDepth) throw new Fault('SONIC_DEPTH_EXCEEDED', p);
        const wanted = type === 'object' ? v.beginObject?.() : v.beginArray?.();
        if (wanted === false) {
          p = skipValue(b, p, end, d.maxDepth - open.length);
        } else {
          open.push(type === 'object');
          entered = true;
          p++;
        }
      } else {
        p = this.scalar(type, p);
      }
      first = entered;
      // To the next value, closing what ends.
      for (;;) {
        const object = open[open.length - 1];
        if (object === undefined) return p;
        const at = object ? nextMember(b, p, end, first) : nextItem(b, p, end, first);
        if (at >= 0) {
          p = at;
          if (object) {
            const name = readKey(b, p, end);
            p = skipColon(b, keyEnd, end);
            v.key?.(name);
          }
          break;
        }
        p = blanks(b, p, end) + 1;
        open.pop();
        if (object) v.endObject?.();
        else v.endArray?.();
        first = false;
      }
    }
  }

  private scalar(type: string, p: number): number {
    const { d, v } = this;
    const b = d.bytes;
    let stop: number;
    switch (type) {
      case 'string':
        stop = skipString(b, p + 1, d.end);
        v.string?.(stringAt(b, p, stop));
        return stop;
      case 'number': {
        stop = skipNumber(b, p, d.end);
        const text = ascii(b, p, stop);
        v.number?.(Number(text), text);
        return stop;
      }
      default:
        stop = skipValue(b, p, d.end, 1);
        if (type === 'null') v.null?.();
        else v.boolean?.(b[p] === 0x74);
        return stop;
    }
  }
}
