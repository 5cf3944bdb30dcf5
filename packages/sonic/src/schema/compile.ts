// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isUtf8 } from 'node:buffer';
import { show, SonicOptionError, SonicSyntaxError, SonicTypeError } from '../errors.js';
import { blanks, Fault, firstInvalid, guarded } from '../scan/skip.js';
import { isBytes } from '../text.js';
import type { Source } from '../types.js';
import { ReaderCompiler, Reading } from './read.js';
import type { Read } from './read.js';
import type { Schema } from './schema.js';
import { WriterCompiler } from './write.js';
import type { Write } from './write.js';

/** Options of {@link compile}. */
export interface CompileOptions {
  /**
   * How writers are made: `'codegen'` from source, `'closure'` without (where `new Function` is forbidden). `'auto'` takes codegen where it is allowed.
   * @defaultValue 'auto'
   */
  readonly strategy?: 'auto' | 'codegen' | 'closure' | undefined;
  /** Levels of arrays and objects of a text. @defaultValue 4096 */
  readonly maxDepth?: number | undefined;
}

/** A schema made into functions. */
export interface Codec<T> {
  readonly strategy: 'codegen' | 'closure';
  /** The value's text; properties that the schema lacks are left out. Errors: SonicTypeError names the field, what came and what is allowed. */
  stringify(v: T): string;
  /** The value's UTF-8 bytes, owned by the caller. */
  encode(v: T): Uint8Array;
  /**
   * Text or bytes to a value. Errors: SonicSyntaxError; {@link MismatchError} with all values that did not match, when the text was read to its end.
   * Source: decoder.MismatchTypeError (which gives the last alone).
   */
  decode(source: Source): T;
}

/** Values of a text are not what the schema says; `mismatches` are all of them, `value` is what could be read. */
export class MismatchError extends SonicTypeError {
  static override readonly type: string = 'sonic/MismatchError';
  readonly mismatches: readonly SonicTypeError[];
  readonly value: unknown;

  constructor(mismatches: readonly SonicTypeError[], value: unknown) {
    const first = mismatches[0]!;
    super(first.code, first.message + (mismatches.length > 1 ? ` (and ${mismatches.length - 1} more)` : ''), [], first.index);
    this.name = 'MismatchError';
    this.mismatches = mismatches;
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
 * Errors: {@link SonicOptionError} for a bad option.
 */
export function compile<T>(schema: Schema<T>, o: CompileOptions = {}): Codec<T> {
  const { strategy = 'auto', maxDepth = 4096 } = o;
  if (!['auto', 'codegen', 'closure'].includes(strategy)) throw new SonicOptionError(`compile.strategy: got ${show(strategy)}, wanted one of "auto", "codegen", "closure"`);
  if (!Number.isSafeInteger(maxDepth) || maxDepth < 1) throw new SonicOptionError(`compile.maxDepth: got ${show(maxDepth)}, wanted an integer >= 1`);
  if (strategy === 'codegen' && !mayGenerate()) throw new SonicOptionError("compile.strategy: 'codegen' is not allowed in this process, wanted 'closure' or 'auto'");
  const codegen = strategy === 'codegen' || (strategy === 'auto' && mayGenerate());
  let write: Write | undefined;
  let read: Read | undefined;
  const stringify = (v: T): string => (write ??= new WriterCompiler({ codegen }).compile(schema))(v, 'value');
  return {
    strategy: codegen ? 'codegen' : 'closure',
    stringify,
    encode: (v) => Buffer.from(stringify(v), 'utf8'),
    decode(source) {
      if (typeof source !== 'string' && !isBytes(source)) throw new SonicOptionError(`decode: got ${show(source)}, wanted a string or bytes`);
      const reader = (read ??= new ReaderCompiler().compile(schema));
      const b = typeof source === 'string' ? Buffer.from(source, 'utf8') : source;
      if (typeof source !== 'string' && !isUtf8(b)) throw new SonicSyntaxError('SONIC_UTF8_INVALID', source, firstInvalid(b));
      const r = new Reading(b, maxDepth);
      const v = guarded(source, b, () => {
        const out = reader(r, blanks(b, 0, r.end));
        const tail = blanks(b, r.p, r.end);
        if (tail < r.end) throw new Fault('SONIC_CHAR_INVALID', tail);
        return out;
      });
      if (r.mismatches.length > 0) throw new MismatchError(r.mismatches, v);
      return v as T;
    },
  };
}
