// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { show, SonicOptionError, SonicTypeError } from '../errors.js';
import type { ResolvedParse } from '../options.js';
import { resolveParse } from '../options.js';
import { parseText, textOf } from '../parse/parse.js';
import { mayReachPrototype } from '../parse/probe.js';
import { blanks, Fault, guarded } from '../scan/skip.js';
import { encodeText } from '../text.js';
import type { Source } from '../types.js';
import { ReaderCompiler, Reading } from './read.js';
import type { Read } from './read.js';
import type { Schema } from './schema.js';
import { MISFIT, MISS } from './common.js';
import { ShapeCompiler } from './shape.js';
import { WriterCompiler } from './write.js';
import type { Write, WriterOptions } from './write.js';

/** Options of {@link compile}. */
export interface CompileOptions {
  /**
   * How writers are made: `'codegen'` from source, `'closure'` without (where `new Function` is forbidden). `'auto'` takes codegen where it is allowed.
   * @defaultValue 'auto'
   */
  readonly strategy?: 'auto' | 'codegen' | 'closure' | undefined;
  /** Levels of arrays and objects: of a text, and of a value whose schema contains itself. Integer from 1 to 1024. @defaultValue 512 */
  readonly maxDepth?: number | undefined;
  /** Length of a text: bytes, or UTF-16 units of a string. Integer >= 1. @defaultValue 67108864 */
  readonly maxBytes?: number | undefined;
  /**
   * Writes null and undefined as `[]` or `{}` where the schema has a list, a set or a map, nullable or not. Optional fields that are undefined stay out.
   * Source: Config.NoNullSliceOrMap.
   * @defaultValue false
   */
  readonly emptyForNull?: boolean | undefined;
}

/** Readers and writers call one another, and the stack has an end. */
const MAX_DEPTH = 1024;

const OPTIONS: readonly string[] = ['strategy', 'maxDepth', 'maxBytes', 'emptyForNull'] satisfies (keyof CompileOptions)[];

/** A schema made into functions. */
export interface Codec<T> {
  readonly strategy: 'codegen' | 'closure';
  /** The value's text; properties that the schema lacks are left out. Errors: SonicTypeError names the field, what came and what is allowed. */
  stringify(v: T): string;
  /** The value's UTF-8 bytes, owned by the caller. */
  encode(v: T): Uint8Array;
  /**
   * Text or bytes to a value. Errors: SonicSyntaxError; {@link MismatchError} with the values that did not match, when the text was read to its end.
   * Source: decoder.MismatchTypeError (which gives the last alone).
   */
  decode(source: Source): T;
}

/**
 * Values of a text are not what the schema says. `mismatches` are the first 100 of them, `count` is their number, `value` is what could be read. Code, path and
 * index are those of the first.
 */
export class MismatchError extends SonicTypeError {
  static override readonly type: string = 'sonic/MismatchError';
  readonly mismatches: readonly SonicTypeError[];
  readonly count: number;
  readonly value: unknown;

  constructor(mismatches: readonly SonicTypeError[], count: number, value: unknown) {
    const first = mismatches[0]!;
    super(first.code, first.reason + (count > 1 ? ` (and ${count - 1} more)` : ''), first.path, first.index);
    this.name = 'MismatchError';
    this.mismatches = mismatches;
    this.count = count;
    this.value = value;
  }
}

let allowed: boolean | undefined;

/** Whether the process lets functions be made from source. */
function mayGenerate(): boolean {
  if (allowed === undefined) {
    try {
      // eslint-disable-next-line no-new-func, @typescript-eslint/no-implied-eval
      new Function('');
      allowed = true;
    } catch {
      allowed = false;
    }
  }
  return allowed;
}

/**
 * Makes a schema's reader and writer, once; they are several times as fast as finding out anew what each value is. Source: bytedance/sonic Pretouch.
 * Errors: {@link SonicOptionError} for a bad option, a field named `__proto__`, an unknown kind of schema.
 */
export function compile<T>(schema: Schema<T>, o: CompileOptions = {}): Codec<T> {
  const { strategy = 'auto', maxDepth = 512, maxBytes = 64 * 1024 * 1024, emptyForNull = false } = o;
  for (const k of Object.keys(o)) if (!OPTIONS.includes(k)) throw new SonicOptionError(`compile: unknown option "${k}", known: ${OPTIONS.join(', ')}`);
  if (!['auto', 'codegen', 'closure'].includes(strategy)) throw new SonicOptionError(`compile.strategy: got ${show(strategy)}, wanted one of "auto", "codegen", "closure"`);
  if (!Number.isSafeInteger(maxDepth) || maxDepth < 1 || maxDepth > MAX_DEPTH) throw new SonicOptionError(`compile.maxDepth: got ${show(maxDepth)}, wanted an integer from 1 to ${MAX_DEPTH}`);
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1) throw new SonicOptionError(`compile.maxBytes: got ${show(maxBytes)}, wanted an integer >= 1`);
  if (typeof emptyForNull !== 'boolean') throw new SonicOptionError(`compile.emptyForNull: got ${show(emptyForNull)}, wanted true or false`);
  if (strategy === 'codegen' && !mayGenerate()) throw new SonicOptionError("compile.strategy: 'codegen' is not allowed in this process, wanted 'closure' or 'auto'");
  const codegen = strategy === 'codegen' || (strategy === 'auto' && mayGenerate());
  const stringify = writer<T>(schema, { codegen, maxDepth, emptyForNull });
  return {
    strategy: codegen ? 'codegen' : 'closure',
    stringify,
    encode: (v) => Buffer.from(stringify(v), 'utf8'),
    decode: reader(schema, codegen, resolveParse({ maxDepth, maxBytes })),
  };
}

function writer<T>(schema: Schema, o: Omit<WriterOptions, 'explain'>): (v: T) => string {
  const fast = new WriterCompiler({ ...o, explain: false }).whole(schema);
  let slow: Write | undefined;
  return (v) => {
    try {
      return fast(v);
    } catch (e) {
      if (e !== MISFIT) throw e;
    }
    // Says what is wrong and where; or writes it after all, where a getter gives something else each time.
    return (slow ??= new WriterCompiler({ ...o, codegen: false, explain: true }).whole(schema))(v);
  };
}

function reader<T>(schema: Schema<T>, codegen: boolean, o: ResolvedParse): (source: Source) => T {
  const slow = new ReaderCompiler().compile(schema);
  const shapes = new ShapeCompiler({ codegen });
  const shape = shapes.compile(schema);
  const native: ResolvedParse = { ...o, proto: 'ignore' };
  return (source) => {
    const text = textOf(source, o);
    if (!shapes.hopeless && !mayReachPrototype(text)) {
      const v = shape(parseText(text, source, native));
      if (v !== MISS) return v as T;
    }
    return read(slow, source, o) as T;
  };
}

/** Reads over the bytes: slower, and knows where everything is. */
function read(reader: Read, source: Source, o: ResolvedParse): unknown {
  const b = typeof source === 'string' ? encodeText(source) : source;
  const r = new Reading(b, o);
  const v = guarded(source, b, () => {
    const out = reader(r, blanks(b, 0, r.end));
    const tail = blanks(b, r.p, r.end);
    if (tail < r.end) throw new Fault('SONIC_CHAR_INVALID', tail);
    return out;
  });
  if (r.count > 0) throw new MismatchError(r.mismatches, r.count, v);
  return v;
}
