// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import type { StructCodec } from '../../codegen/v1/definition.js';
import { LinkedStruct } from '../../descriptor/index.js';
import type { LinkedType } from '../../descriptor/index.js';
import { DynamicError } from '../errors.js';
import { resolveValueOptions } from './options.js';
import type { ResolvedValueOptions, ValueOptions } from './options.js';
import { Readers } from './read.js';
import { Writers } from './write.js';

/**
 * Reads and writes the values of a descriptor's types for one set of options. Make one and keep it: it compiles a type when it is first used.
 * Errors: {@link DynamicError} with the path of the place; OptionError at construction.
 */
export class ValueCodec {
  readonly options: ResolvedValueOptions;
  private readonly readers: Readers;
  private readonly writers: Writers;

  constructor(options: ValueOptions = {}) {
    this.options = resolveValueOptions(options);
    this.readers = new Readers(this.options);
    this.writers = new Writers(this.options);
  }

  /** Reads a value from where the reader stands. */
  read(r: ByteReader, type: LinkedType | LinkedStruct): unknown {
    try {
      return (type instanceof LinkedStruct ? this.readers.struct(type) : this.readers.type(type))(r, this.options.maxDepth);
    } catch (e) {
      throw rooted(e);
    }
  }

  /** Writes a value. What was written before an error stays in the writer. */
  write(w: ByteWriter, type: LinkedType | LinkedStruct, value: unknown): void {
    (type instanceof LinkedStruct ? this.writers.struct(type) : this.writers.type(type))(w, value, this.options.maxDepth);
  }

  /** The same for one struct, as generated code has it. */
  of(struct: LinkedStruct): StructCodec<unknown> {
    return {
      encode: (w, v) => {
        this.write(w, struct, v);
      },
      decode: (r) => this.read(r, struct),
    };
  }
}

/** Errors of the reader at the top have no step to go with. */
function rooted(e: unknown): unknown {
  if (e instanceof DynamicError) return e;
  const at = DynamicError.at(e, 0);
  return new DynamicError(at.code, at.detail, [], { cause: e });
}
