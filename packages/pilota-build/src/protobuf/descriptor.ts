// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteWriter } from '@cloudwego/gopkg/io';
import { writeBool, writeBytes, writeDouble, writeFixed32, writeFixed64, writeFloat, writeInt32, writeInt64, writeSfixed32, writeSfixed64, writeSint32, writeSint64, writeString, writeUint32, writeUint64, writeVarint } from '@cloudwego/pilota/codegen/v1/protobuf';
import type { ProtoEnum, ProtoField, ProtoFile, ProtoMessage, ProtoProgram, ProtoService, ScalarName } from './model.js';
import { optionTree } from './options.js';
import type { Optioned, OptionItem, OptionTree } from './options.js';
import { scalarOf } from './scalars.js';

/** Numbers of google.protobuf.FieldDescriptorProto.Type. */
export const TYPE_NUMBERS: Readonly<Record<ScalarName, number>> = { double: 1, float: 2, int64: 3, uint64: 4, int32: 5, fixed64: 6, fixed32: 7, bool: 8, string: 9, bytes: 12, uint32: 13, sfixed32: 15, sfixed64: 16, sint32: 17, sint64: 18 };
const GROUP = 10;
const MESSAGE = 11;
const ENUM = 14;

/** A message of descriptor.proto that is being written. */
class Message {
  private readonly w: ByteWriter;

  constructor() {
    this.w = new ByteWriter(256);
  }

  text(number: number, v: string | undefined): this {
    if (v === undefined) return this;
    writeVarint(this.w, number * 8 + 2);
    writeString(this.w, v, 'descriptor');
    return this;
  }

  int(number: number, v: number | undefined): this {
    if (v === undefined) return this;
    writeVarint(this.w, number * 8);
    writeInt32(this.w, v, 'descriptor');
    return this;
  }

  flag(number: number, v: boolean): this {
    return v ? this.int(number, 1) : this;
  }

  bytes(number: number, v: Uint8Array | undefined): this {
    if (v === undefined) return this;
    writeVarint(this.w, number * 8 + 2);
    writeBytes(this.w, v, 'descriptor');
    return this;
  }

  each<T>(number: number, list: readonly T[], f: (v: T) => Uint8Array): this {
    for (const v of list) this.bytes(number, f(v));
    return this;
  }

  end(): Uint8Array {
    return this.w.toBytes();
  }
}

/** A program as a google.protobuf.FileDescriptorSet: files before those that import them. What protoc writes with --include_imports, but for source_code_info. */
export function fileDescriptorSet(program: ProtoProgram): Uint8Array {
  return new Message().each(1, program.files, fileDescriptor).end();
}

/** A file as a google.protobuf.FileDescriptorProto. */
export function fileDescriptor(f: ProtoFile): Uint8Array {
  const m = new Message().text(1, f.path).text(2, f.package === '' ? undefined : f.package);
  const imports = f.imports.filter((i) => i.modifier !== 'option');
  for (const i of imports) m.text(3, i.path);
  m.each(4, f.messages, messageDescriptor).each(5, f.enums, enumDescriptor).each(6, f.services, serviceDescriptor).each(7, f.extensions, fieldDescriptor);
  m.bytes(8, optionBytes(f));
  imports.forEach((i, n) => m.int(10, i.modifier === 'public' ? n : undefined));
  imports.forEach((i, n) => m.int(11, i.modifier === 'weak' ? n : undefined));
  if (f.edition === 999) m.text(12, 'proto3');
  if (f.edition >= 1000) m.text(12, 'editions').int(14, f.edition);
  for (const i of f.imports) if (i.modifier === 'option') m.text(15, i.path);
  return m.end();
}

function messageDescriptor(d: ProtoMessage): Uint8Array {
  const m = new Message().text(1, d.name).each(2, d.fields, fieldDescriptor).each(3, d.messages, messageDescriptor).each(4, d.enums, enumDescriptor);
  m.each(5, d.extensionRanges, (r) => new Message().int(1, r.start).int(2, r.end + 1).end());
  m.each(6, d.extensions, fieldDescriptor);
  m.bytes(7, d.mapEntry ? new Message().int(7, 1).end() : optionBytes(d));
  m.each(8, oneofsOf(d), (o) => new Message().text(1, o.name).bytes(2, optionBytes(o)).end());
  m.each(9, d.reservedRanges, (r) => new Message().int(1, r.start).int(2, r.end + 1).end());
  for (const n of d.reservedNames) m.text(10, n);
  return m.end();
}

/** Those of proto3 `optional` come last. */
function oneofsOf(d: ProtoMessage): ProtoMessage['oneofs'] {
  return [...d.oneofs.filter((o) => !o.synthetic), ...d.oneofs.filter((o) => o.synthetic)];
}

function fieldDescriptor(f: ProtoField): Uint8Array {
  const m = new Message().text(1, f.name).text(2, f.extends === undefined ? undefined : `.${f.extends.fullName}`).int(3, f.number);
  m.int(4, f.label === 'repeated' ? 3 : f.label === 'required' ? 2 : 1);
  const { type } = f;
  m.int(5, type.kind === 'scalar' ? TYPE_NUMBERS[type.name] : type.kind === 'enum' ? ENUM : f.group ? GROUP : MESSAGE);
  if (type.kind !== 'scalar') m.text(6, `.${type.decl.fullName}`);
  m.text(7, defaultText(f)).bytes(8, optionBytes(f));
  if (f.oneof !== undefined) m.int(9, oneofsOf(f.oneof.parent).indexOf(f.oneof));
  return m.text(10, f.jsonName).flag(17, f.oneof?.synthetic === true || (f.extends !== undefined && f.label === 'optional' && f.file.edition === 999)).end();
}

function defaultText(f: ProtoField): string | undefined {
  const v = f.defaultValue;
  if (v === undefined) return undefined;
  if (f.type.kind === 'enum') return v.kind === 'ident' ? v.text : undefined;
  const value = scalarOf(f.type, v);
  if (value instanceof Error) return undefined;
  if (value instanceof Uint8Array) return [...value].map((b) => (b === 34 || b === 39 || b === 92 ? `\\${String.fromCharCode(b)}` : b < 32 || b > 126 ? `\\${b.toString(8).padStart(3, '0')}` : String.fromCharCode(b))).join('');
  if (typeof value === 'number' && !Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

function enumDescriptor(e: ProtoEnum): Uint8Array {
  const m = new Message().text(1, e.name);
  m.each(2, e.values, (v) => new Message().text(1, v.name).int(2, v.number).bytes(3, optionBytes(v)).end());
  m.bytes(3, optionBytes(e)).each(4, e.reservedRanges, (r) => new Message().int(1, r.start).int(2, r.end).end());
  for (const n of e.reservedNames) m.text(5, n);
  return m.end();
}

function serviceDescriptor(s: ProtoService): Uint8Array {
  const m = new Message().text(1, s.name);
  m.each(2, s.methods, (x) => new Message().text(1, x.name).text(2, `.${x.request.fullName}`).text(3, `.${x.response.fullName}`).bytes(4, optionBytes(x)).flag(5, x.clientStreaming).flag(6, x.serverStreaming).end());
  return m.bytes(3, optionBytes(s)).end();
}

// ── options ──────────────────────────────────────────────────────────────────────────────────────

function optionBytes(of: Optioned): Uint8Array | undefined {
  const tree = optionTree(of);
  return tree.size === 0 ? undefined : treeBytes(tree);
}

function treeBytes(tree: OptionTree): Uint8Array {
  const w = new ByteWriter(64);
  for (const [f, items] of [...tree].sort((a, b) => a[0].number - b[0].number)) {
    const { type } = f;
    if (f.packed && type.kind !== 'message') {
      const inner = new ByteWriter(64);
      for (const i of items) scalar(inner, type.kind === 'enum' ? 'int32' : type.name, i);
      writeVarint(w, f.number * 8 + 2);
      writeBytes(w, inner.toBytes(), f.fullName);
      continue;
    }
    for (const i of items) {
      if (i.kind === 'message') {
        const bytes = treeBytes(i.tree);
        writeVarint(w, f.number * 8 + (f.delimited ? 3 : 2));
        if (f.delimited) {
          w.bytes(bytes);
          writeVarint(w, f.number * 8 + 4);
        } else writeBytes(w, bytes, f.fullName);
        continue;
      }
      const name = type.kind === 'enum' ? 'int32' : type.kind === 'scalar' ? type.name : 'bytes';
      writeVarint(w, f.number * 8 + WIRE[name]);
      scalar(w, name, i);
    }
  }
  return w.toBytes();
}

const WIRE: Readonly<Record<ScalarName, number>> = { double: 1, float: 5, int32: 0, int64: 0, uint32: 0, uint64: 0, sint32: 0, sint64: 0, fixed32: 5, fixed64: 1, sfixed32: 5, sfixed64: 1, bool: 0, string: 2, bytes: 2 };
type Write = (w: ByteWriter, v: never, where: string) => void;
const WRITERS: Readonly<Record<ScalarName, Write>> = {
  double: writeDouble, float: writeFloat, int32: writeInt32, int64: writeInt64, uint32: writeUint32, uint64: writeUint64, sint32: writeSint32, sint64: writeSint64,
  fixed32: writeFixed32, fixed64: writeFixed64, sfixed32: writeSfixed32, sfixed64: writeSfixed64, bool: writeBool, string: writeString, bytes: writeBytes,
};

function scalar(w: ByteWriter, name: ScalarName, i: OptionItem): void {
  if (i.kind === 'scalar') WRITERS[name](w, i.value as never, 'option');
}
