// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { DescriptorError } from '../../../descriptor/index.js';
import type { LinkedMessage, LinkedProtoField } from '../../../descriptor/index.js';
import { extension } from '../../../protobuf/extension.js';
import type { Extension } from '../../../protobuf/extension.js';
import { enumShape, fieldShape, i64Shape, messageCodec, MessageShape } from '../../../protobuf/shape.js';
import type { FieldMore, FieldShape, MessageCodec, ScalarName, ScalarShape, TypeShape } from '../../../protobuf/shape.js';
import { resolveProtoValueOptions } from './options.js';
import type { ProtoValueOptions, ResolvedProtoValueOptions } from './options.js';
import { ProtoReaders } from './read.js';
import { fromProtobuf, ProtoWriters } from './write.js';

/**
 * Reads and writes the messages of a descriptor as plain values that look as those of generated code: fields in lowerCamelCase, a oneof as an object of the one
 * that is set, Maps, bigint. Make one and keep it: it compiles a message when it is first used.
 * Errors: {@link DynamicError}, with the path of the place when it writes; OptionError at construction.
 */
export class ProtoValueCodec {
  readonly options: ResolvedProtoValueOptions;
  private readonly readers: ProtoReaders;
  private readonly writers: ProtoWriters;
  private readonly codecs = new WeakMap<LinkedMessage, MessageCodec<unknown>>();

  constructor(options: ProtoValueOptions = {}) {
    this.options = resolveProtoValueOptions(options);
    this.readers = new ProtoReaders(this.options);
    this.writers = new ProtoWriters(this.options);
  }

  /** Reads a message: all that the reader has. */
  read(r: ByteReader, m: LinkedMessage): unknown {
    try {
      return this.readers.message(m)(r, r.end, this.options.maxDepth, undefined, 0);
    } catch (e) {
      throw fromProtobuf(e);
    }
  }

  /** Writes a message. What was written before an error stays in the writer. */
  write(w: ByteWriter, m: LinkedMessage, value: unknown): void {
    try {
      this.writers.message(m)(w, value as object, this.options.maxDepth);
    } catch (e) {
      throw fromProtobuf(e);
    }
  }

  /** Reads one value of a field, from behind its tag (and behind the length of a message). */
  readValue(r: ByteReader, f: LinkedProtoField): unknown {
    try {
      if (f.message !== undefined) return this.read(r, f.message);
      return this.readers.value(f)(r, r.end, this.options.maxDepth, undefined);
    } catch (e) {
      throw fromProtobuf(e);
    }
  }

  /** Writes a field with its tags: one value, the items of a list, the entries of a map. */
  writeField(w: ByteWriter, f: LinkedProtoField, value: unknown): void {
    try {
      this.writers.field(f)(w, value, this.options.maxDepth);
    } catch (e) {
      throw fromProtobuf(e);
    }
  }

  /** The codec of one message, as generated code has it: for toJson, fromJson, packAny and the like. */
  of(m: LinkedMessage): MessageCodec<unknown> {
    let codec = this.codecs.get(m);
    if (codec === undefined) {
      codec = messageCodec<unknown, unknown>({
        encode: (w, v) => {
          this.write(w, m, v);
        },
        decode: (r) => this.read(r, m),
        message: new MessageShape(m.name, () => m.fields.map((f) => this.shape(f))),
      });
      this.codecs.set(m, codec);
    }
    return codec;
  }

  /** An extension as generated code has it. Errors: {@link DescriptorError} for a field that is none. */
  extension(f: LinkedProtoField, of: LinkedMessage): Extension<unknown> {
    if (f.extendee !== of.name) throw new DescriptorError(`extension: got "${f.name}", wanted an extension of ${of.name}`);
    // A message of one extension alone, to read it by.
    const holder = { name: of.name, fields: [f] };
    return extension<unknown, unknown>(
      this.of(of).message,
      this.shape(f),
      (r) => (this.readers.message(holder)(r, r.end, this.options.maxDepth, undefined, 0) as Record<string, unknown>)[f.key],
      (w, v) => {
        this.writeField(w, f, v);
      },
    );
  }

  private shape(f: LinkedProtoField): FieldShape {
    const more: { -readonly [K in keyof FieldMore]: FieldMore[K] } = { json: f.jsonName, key: f.key };
    if (f.oneof !== undefined) more.oneof = f.oneof.key;
    if (f.mapKey !== undefined) more.map = this.type(f.mapKey) as ScalarShape;
    return fieldShape(f.number, f.presence, f.name, this.type(f.mapValue ?? f), more);
  }

  private type(f: LinkedProtoField): TypeShape {
    if (f.message !== undefined) return this.of(f.message).message;
    if (f.enum !== undefined) return enumShape(f.enum.name, f.enum.values, f.enum.closed);
    return i64Shape(f.kind as ScalarName, this.options.i64);
  }
}
