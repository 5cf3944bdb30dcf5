// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { inherits, literalOf, range } from './common.js';
import type { FieldSchema, IntegerSchema, Schema } from './schema.js';

/*
 * Lists of integers and of flat objects, written unit by unit into memory that is kept, and made a string once. Putting strings together makes a piece of garbage
 * for every value; this makes none, and passes JSON.stringify. A list is written in bytes; where a string does not fit in them, all of it in UTF-16.
 */

/** Writes a list; undefined = something in it is not as plain as this needs. */
export type UnitList = (a: readonly unknown[]) => string | undefined;

interface Slices {
  latin1Slice(start: number, end: number): string;
  ucs2Slice(start: number, end: number): string;
}
type Units = Uint8Array | Uint16Array;

/** From this length on, a list is written faster this way than by putting strings together. */
export const UNITS_FROM = 8;
/** Memory that is kept between calls. Unit bytes. */
const KEPT = 1 << 20;
/** Longest text of a number. */
const NUMBER = 26;

/** Memory by the width of its units; its owner's alone until it is given back, as a getter may write another list meanwhile. */
class Memory<T extends Units> {
  private readonly make: (length: number) => T;
  private readonly text: (b: T, end: number) => string;
  /** Greatest unit that fits. */
  private readonly most: number;
  private kept: T | undefined = undefined;

  constructor(most: number, make: (length: number) => T, text: (b: T, end: number) => string) {
    this.most = most;
    this.make = make;
    this.text = text;
  }

  /** What generated writers call. */
  helpers(): Readonly<Record<string, unknown>> {
    return {
      take: (): T => {
        const b = this.kept ?? this.make(4096);
        this.kept = undefined;
        return b;
      },
      larger: (b: T, used: number, more: number): T => {
        const next = this.make(Math.max(b.length * 2, used + more));
        next.set(b.subarray(0, used));
        return next;
      },
      done: (b: T, end: number): string => {
        const text = this.text(b, end);
        this.giveBack(b);
        return text;
      },
      giveBack: (b: T): void => {
        this.giveBack(b);
      },
      putInteger,
      putNumber,
      putString: this.putString(),
      WIDE,
    };
  }

  private giveBack(b: T): void {
    if (b.byteLength <= KEPT) this.kept = b;
  }

  /** Writes a string with its quotes, for which there is room; -1 where it does not fit. */
  private putString(): (b: T, p: number, text: string) => number {
    const { most } = this;
    const escaped = (b: T, p: number, text: string): number => {
      for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > most) return -1;
      return putPlain(b, p, JSON.stringify(text));
    };
    return (b, p, text) => {
      const start = p;
      b[p++] = 0x22;
      for (let i = 0; i < text.length; i++) {
        const c = text.charCodeAt(i);
        // Halves of pairs too: JSON.stringify escapes those that are alone.
        if (c < 0x20 || c === 0x22 || c === 0x5c || (c > 0xff && (c > most || (c & 0xf800) === 0xd800))) return escaped(b, start, text);
        b[p++] = c;
      }
      b[p++] = 0x22;
      return p;
    };
  }
}

/** An integer of 32 bits. Where it ends. */
function putInteger(b: Units, p: number, v: number): number {
  if (v < 0) {
    b[p++] = 0x2d;
    v = -v;
  }
  const digits = v < 1e5 ? (v < 100 ? (v < 10 ? 1 : 2) : v < 1000 ? 3 : v < 1e4 ? 4 : 5) : v < 1e7 ? (v < 1e6 ? 6 : 7) : v < 1e9 ? (v < 1e8 ? 8 : 9) : 10;
  const end = p + digits;
  let q = end;
  do {
    const rest = (v / 10) | 0;
    b[--q] = 0x30 + v - rest * 10;
    v = rest;
  } while (v > 0);
  return end;
}

function putNumber(b: Units, p: number, v: number): number {
  return putPlain(b, p, v - v === 0 ? String(v) : 'null');
}

function putPlain(b: Units, p: number, text: string): number {
  for (let i = 0; i < text.length; i++) b[p++] = text.charCodeAt(i);
  return p;
}

/** What a writer in bytes answers to text that does not fit in them. */
const WIDE: unique symbol = Symbol('wide');

let memories: { readonly bytes: Memory<Uint8Array>; readonly units: Memory<Uint16Array> } | undefined;

function memory(): NonNullable<typeof memories> {
  return (memories ??= {
    bytes: new Memory<Uint8Array>(
      0xff,
      (n) => Buffer.allocUnsafeSlow(n),
      (b, end) => (b as unknown as Slices).latin1Slice(0, end),
    ),
    units: new Memory<Uint16Array>(
      0xffff,
      (n) => new Uint16Array(n),
      (b, end) => (Buffer.from(b.buffer) as unknown as Slices).ucs2Slice(0, 2 * end),
    ),
  });
}

/** Undefined: lists of `items` are not written this way. */
export function unitList(items: Schema): UnitList | undefined {
  const item = items.kind === 'object' && items.unknown !== 'keep' ? flat(items.fields) : items.kind === 'integer' ? value(items, 'x') : undefined;
  if (item === undefined) return undefined;
  const body = `"use strict"; return function (a) {
    const n = a.length;
    let b = take(), p = 0, x, s;
    b[p++] = 0x5b;
    for (let i = 0; i < n; i++) {
      if (p + ${item.room} > b.length) b = larger(b, p, ${item.room});
      if (i > 0) b[p++] = 0x2c;
      x = a[i];
      ${item.code}
    }
    b[p++] = 0x5d;
    return done(b, p);
  };`;
  const make = (helpers: Readonly<Record<string, unknown>>): ((a: readonly unknown[]) => string | typeof WIDE | undefined) =>
    // eslint-disable-next-line no-new-func, @typescript-eslint/no-implied-eval
    (new Function(...Object.keys(helpers), body) as (...h: unknown[]) => UnitList)(...Object.values(helpers));
  const bytes = make(memory().bytes.helpers());
  let units: ReturnType<typeof make> | undefined;
  return (a) => {
    const text = bytes(a);
    return text === WIDE ? ((units ??= make(memory().units.helpers()))(a) as string | undefined) : text;
  };
}

/** Statements that write something, and the most units that they write besides strings. */
interface Code {
  readonly code: string;
  readonly room: number;
}

const LEAVE = '{ giveBack(b); return; }';

function constant(text: string): string {
  return [...text].map((c) => `b[p++] = ${c.charCodeAt(0)};`).join(' ');
}

/** What writes `x`; undefined for kinds that are not primitive. */
function value(s: Schema, x: string, room = 0): Code | undefined {
  switch (s.kind) {
    case 'string':
      // All of them might be escapes.
      return { room: 2, code: `if (typeof ${x} !== "string") ${LEAVE} if (p + 6 * ${x}.length + ${room} > b.length) b = larger(b, p, 6 * ${x}.length + ${room}); p = putString(b, p, ${x}); if (p < 0) { giveBack(b); return WIDE; }` };
    case 'number':
      return { room: NUMBER, code: `if (typeof ${x} !== "number") ${LEAVE} p = (${x} | 0) === ${x} ? putInteger(b, p, ${x}) : putNumber(b, p, ${x});` };
    case 'boolean':
      return { room: 5, code: `if (${x} === true) { ${constant('true')} } else if (${x} === false) { ${constant('false')} } else ${LEAVE}` };
    case 'integer':
      return s.text === 'number' && s.bits <= 53 ? { room: NUMBER, code: integer(s, x) } : undefined;
    default:
      return undefined;
  }
}

function integer(s: IntegerSchema, x: string): string {
  const { min, max } = range(s);
  const outside = [...(min > -(2n ** 31n) ? [`${x} < ${min}`] : []), ...(max < 2n ** 31n - 1n ? [`${x} > ${max}`] : [])];
  const small = `{ ${outside.length === 0 ? '' : `if (${outside.join(' || ')}) ${LEAVE}`} p = putInteger(b, p, ${x}); }`;
  // Beyond 32 bits they are fewer, and the double says it.
  const large = max > 2n ** 31n - 1n ? `else if (Number.isSafeInteger(${x}) && ${x} >= ${min} && ${x} <= ${max}) p = putNumber(b, p, ${x});` : '';
  return `if ((${x} | 0) === ${x}) ${small} ${large} else ${LEAVE}`;
}

/** An object whose fields are primitives. */
function flat(fields: readonly FieldSchema[]): Code | undefined {
  const heads = fields.map((f) => JSON.stringify(f.key) + ':');
  let room = fields.reduce((sum, f, i) => sum + heads[i]!.length + 1 + (value(f.schema, 's')?.room ?? 0), 4);
  // A comma before the item, a bracket behind the list.
  room += 2;
  const lines = ['if (typeof x !== "object" || x === null)', LEAVE, constant('{')];
  // Whether a member surely precedes.
  let sure = false;
  for (const [i, f] of fields.entries()) {
    const put = value(f.schema, 's', room);
    if (put === undefined || inherits(f.name) || /[^\u0020-\u00ff]/.test(heads[i]!)) return undefined;
    const comma = sure ? constant(',') : i === 0 ? '' : `if (b[p - 1] !== 0x7b) { ${constant(',')} }`;
    const member = `${comma} ${constant(heads[i]!)} ${put.code}`;
    lines.push(`s = x[${literalOf(f.name)}];`, f.optional ? `if (s !== undefined) { ${member} }` : member);
    sure ||= !f.optional;
  }
  lines.push(constant('}'));
  return { code: lines.join(' '), room };
}
