// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isUtf8 } from 'node:buffer';
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { LinkedStruct } from '../../descriptor/index.js';
import type { LinkedType } from '../../descriptor/index.js';
import { DynamicError } from '../errors.js';
import { JsonFromThrift } from './from-thrift.js';
import { resolveJsonOptions } from './options.js';
import type { JsonOptions, ResolvedJsonOptions } from './options.js';
import { Plans } from './plan.js';
import type { TypePlan } from './plan.js';
import { ThriftFromJson } from './to-thrift.js';

/**
 * Turns JSON into Thrift of the binary protocol and back, from bytes to bytes: no values are made in between. Make one and keep it: it plans a type when it is
 * first used, and remembers in which order keys come.
 * Errors: {@link DynamicError} with the path of the place, and where JSON itself is wrong the offset of the byte; OptionError at construction.
 * Source: cloudwego/dynamicgo conv/j2t, conv/t2j.
 */
export class JsonTranscoder {
  readonly options: ResolvedJsonOptions;
  protected readonly plans: Plans;
  private readonly structs = new WeakMap<LinkedStruct, TypePlan>();
  protected readonly reading: ThriftFromJson;
  protected readonly writing: JsonFromThrift;
  private readonly scratch = new ByteWriter(1024);

  constructor(options: JsonOptions = {}) {
    this.options = resolveJsonOptions(options);
    this.plans = new Plans(this.options);
    this.reading = new ThriftFromJson(this.plans, this.scratch);
    this.writing = new JsonFromThrift(this.plans, new ByteReader(Buffer.alloc(0)));
  }

  /** Writes a JSON text as a value of `type`. What was written before an error stays in the writer. */
  writeThrift(w: ByteWriter, type: LinkedStruct | LinkedType, json: Uint8Array | string): void {
    this.over(w, json, (s) => {
      s.document(this.plan(type));
    });
  }

  /** Walks over one text. */
  protected over(w: ByteWriter, json: Uint8Array | string, walk: (s: ThriftFromJson) => void): void {
    const b = typeof json === 'string' ? Buffer.from(json) : Buffer.isBuffer(json) ? json : Buffer.from(json.buffer, json.byteOffset, json.length);
    if (typeof json !== 'string' && !isUtf8(b)) throw new DynamicError('PILOTA_DYNAMIC_JSON_INVALID', 'JSON: the bytes are no UTF-8');
    const s = this.reading;
    s.w = w;
    s.b = b;
    s.p = 0;
    s.depth = 0;
    try {
      walk(s);
    } finally {
      // Nothing of the caller's is kept.
      s.b = NONE;
      s.w = this.scratch;
    }
  }

  /** The same as bytes of their own. */
  toThrift(type: LinkedStruct | LinkedType, json: Uint8Array | string): Buffer {
    const w = this.scratch;
    w.reset();
    this.writeThrift(w, type, json);
    const out = Buffer.from(w.buf.subarray(w.start, w.pos));
    // A large one does not keep its room for good.
    if (w.limit > 1 << 20) {
      w.buf = Buffer.allocUnsafeSlow(1024);
      w.limit = 1024;
    }
    w.reset();
    return out;
  }

  /** Reads a value of `type` from where the reader stands, as JSON. Strings that are no UTF-8 get U+FFFD where they are none. */
  readJson(r: ByteReader, type: LinkedStruct | LinkedType): Buffer {
    return this.out(r, (s) => {
      s.value(this.plan(type));
    });
  }

  /** Writes one text. */
  protected out(r: ByteReader, walk: (s: JsonFromThrift) => void): Buffer {
    const s = this.writing;
    s.begin(r);
    try {
      walk(s);
      const out = s.out.take();
      return isUtf8(out) ? out : Buffer.from(out.toString());
    } catch (e) {
      s.out.reset();
      if (e instanceof DynamicError) throw e;
      const at = DynamicError.at(e, 0);
      throw new DynamicError(at.code, at.detail, [], { cause: e });
    }
  }

  /** The same for bytes. */
  toJson(type: LinkedStruct | LinkedType, thrift: Uint8Array): Buffer {
    return this.readJson(ByteReader.from(thrift), type);
  }

  protected plan(type: LinkedStruct | LinkedType): TypePlan {
    if (!(type instanceof LinkedStruct)) return this.plans.type(type);
    let plan = this.structs.get(type);
    if (plan === undefined) {
      const linked: LinkedType = { kind: 'struct', ttype: 12, element: undefined, key: undefined, struct: type, values: undefined };
      this.structs.set(type, (plan = this.plans.type(linked)));
    }
    return plan;
  }
}

const NONE = Buffer.alloc(0);
