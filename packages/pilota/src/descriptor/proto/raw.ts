// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteReader } from '@cloudwego/gopkg/io';
import { readEnd, readInt32, readTag, readText } from '../../protobuf/read.js';
import { skip } from '../../protobuf/unknown.js';
import { DescriptorError } from '../errors.js';

/*
 * What descriptor.proto says, as far as codecs need it. Read by hand: the runtime holds no generated code, and every count here has a limit.
 * Source: protocolbuffers/protobuf src/google/protobuf/descriptor.proto.
 */

const NONE = new Uint8Array(0);

export interface RawField {
  name: string;
  number: number;
  /** 1 optional, 2 required, 3 repeated. */
  label: number;
  /** Numbers of FieldDescriptorProto.Type; 0 = only the name says it. */
  type: number;
  typeName: string;
  extendee: string;
  defaultValue: string | undefined;
  oneofIndex: number;
  jsonName: string | undefined;
  options: Uint8Array;
  proto3Optional: boolean;
}

export interface RawOneof {
  name: string;
  options: Uint8Array;
}

export interface RawEnum {
  name: string;
  values: Record<string, number>;
  options: Uint8Array;
}

export interface RawMessage {
  name: string;
  fields: RawField[];
  messages: RawMessage[];
  enums: RawEnum[];
  extensions: RawField[];
  oneofs: RawOneof[];
  options: Uint8Array;
}

export interface RawMethod {
  name: string;
  input: string;
  output: string;
  clientStreaming: boolean;
  serverStreaming: boolean;
  options: Uint8Array;
}

export interface RawService {
  name: string;
  methods: RawMethod[];
  options: Uint8Array;
}

export interface RawFile {
  path: string;
  package: string;
  imports: string[];
  messages: RawMessage[];
  enums: RawEnum[];
  services: RawService[];
  extensions: RawField[];
  options: Uint8Array;
  syntax: string;
  edition: number;
}

/** Bounds of a set; messages lie in one another at most as deep as protoc lets them. */
export interface SetLimits {
  readonly maxFiles: number;
  readonly maxDeclarations: number;
}
const MAX_NESTING = 32;

/** What reads the value of a field, by the field's tag. */
type FieldReaders = Readonly<Record<number, (r: ByteReader) => unknown>>;

/** Reads every field of a message for which there is a reader; others are passed over. */
export function eachField(b: Uint8Array, readers: FieldReaders): void {
  const r = ByteReader.from(b);
  while (r.pos < r.end) {
    const tag = readTag(r);
    const read = readers[tag];
    if (read === undefined) skip(r, tag, r.end);
    else read(r);
  }
}

/** Reads the files of a FileDescriptorSet. */
export class SetReader {
  private readonly limits: SetLimits;
  private declarations = 0;

  constructor(limits: SetLimits) {
    this.limits = limits;
  }

  set(b: Uint8Array): RawFile[] {
    const files: RawFile[] = [];
    eachField(b, {
      10: (r) => {
        if (files.length >= this.limits.maxFiles) throw new DescriptorError(`files: got more than ${this.limits.maxFiles}, the limit (option maxFiles)`);
        files.push(this.file(bytesOf(r)));
      },
    });
    return files;
  }

  file(b: Uint8Array): RawFile {
    const f: RawFile = { path: '', package: '', imports: [], messages: [], enums: [], services: [], extensions: [], options: NONE, syntax: '', edition: 0 };
    eachField(b, {
      10: (r) => (f.path = readText(r)),
      18: (r) => (f.package = readText(r)),
      26: (r) => f.imports.push(readText(r)),
      34: (r) => f.messages.push(this.message(bytesOf(r), MAX_NESTING)),
      42: (r) => f.enums.push(this.enum(bytesOf(r))),
      50: (r) => f.services.push(this.service(bytesOf(r))),
      58: (r) => f.extensions.push(this.field(bytesOf(r))),
      66: (r) => (f.options = joined(f.options, r)),
      98: (r) => (f.syntax = readText(r)),
      112: (r) => (f.edition = readInt32(r)),
    });
    return f;
  }

  private count(): void {
    if (++this.declarations > this.limits.maxDeclarations) throw new DescriptorError(`declarations: got more than ${this.limits.maxDeclarations}, the limit (option maxDeclarations)`);
  }

  private message(b: Uint8Array, depth: number): RawMessage {
    if (depth <= 0) throw new DescriptorError(`messages: got messages nested deeper than ${MAX_NESTING} levels`);
    this.count();
    const m: RawMessage = { name: '', fields: [], messages: [], enums: [], extensions: [], oneofs: [], options: NONE };
    eachField(b, {
      10: (r) => (m.name = readText(r)),
      18: (r) => m.fields.push(this.field(bytesOf(r))),
      26: (r) => m.messages.push(this.message(bytesOf(r), depth - 1)),
      34: (r) => m.enums.push(this.enum(bytesOf(r))),
      50: (r) => m.extensions.push(this.field(bytesOf(r))),
      58: (r) => (m.options = joined(m.options, r)),
      66: (r) => m.oneofs.push(oneof(bytesOf(r))),
    });
    return m;
  }

  private field(b: Uint8Array): RawField {
    this.count();
    const f: RawField = { name: '', number: 0, label: 1, type: 0, typeName: '', extendee: '', defaultValue: undefined, oneofIndex: -1, jsonName: undefined, options: NONE, proto3Optional: false };
    eachField(b, {
      10: (r) => (f.name = readText(r)),
      18: (r) => (f.extendee = readText(r)),
      24: (r) => (f.number = readInt32(r)),
      32: (r) => (f.label = readInt32(r)),
      40: (r) => (f.type = readInt32(r)),
      50: (r) => (f.typeName = readText(r)),
      58: (r) => (f.defaultValue = readText(r)),
      66: (r) => (f.options = joined(f.options, r)),
      72: (r) => (f.oneofIndex = readInt32(r)),
      82: (r) => (f.jsonName = readText(r)),
      136: (r) => (f.proto3Optional = readInt32(r) !== 0),
    });
    return f;
  }

  private enum(b: Uint8Array): RawEnum {
    this.count();
    const e: RawEnum = { name: '', values: {}, options: NONE };
    eachField(b, {
      10: (r) => (e.name = readText(r)),
      18: (r) => {
        this.count();
        const v = numbered(bytesOf(r));
        Object.defineProperty(e.values, v.name, { value: v.number, enumerable: true, configurable: true, writable: true });
      },
      26: (r) => (e.options = joined(e.options, r)),
    });
    return e;
  }

  private service(b: Uint8Array): RawService {
    this.count();
    const s: RawService = { name: '', methods: [], options: NONE };
    eachField(b, {
      10: (r) => (s.name = readText(r)),
      18: (r) => s.methods.push(this.method(bytesOf(r))),
      26: (r) => (s.options = joined(s.options, r)),
    });
    return s;
  }

  private method(b: Uint8Array): RawMethod {
    this.count();
    const m: RawMethod = { name: '', input: '', output: '', clientStreaming: false, serverStreaming: false, options: NONE };
    eachField(b, {
      10: (r) => (m.name = readText(r)),
      18: (r) => (m.input = readText(r)),
      26: (r) => (m.output = readText(r)),
      34: (r) => (m.options = joined(m.options, r)),
      40: (r) => (m.clientStreaming = readInt32(r) !== 0),
      48: (r) => (m.serverStreaming = readInt32(r) !== 0),
    });
    return m;
  }
}

/** A message in the reader, as a view of its bytes. */
export function bytesOf(r: ByteReader): Uint8Array {
  const end = readEnd(r, r.end);
  const b = r.buf.subarray(r.pos, end);
  r.pos = end;
  return b;
}

/** A message field that comes in several parts is all of them. */
function joined(before: Uint8Array, r: ByteReader): Uint8Array {
  const next = bytesOf(r);
  return before.length === 0 ? next : Buffer.concat([before, next]);
}

function oneof(b: Uint8Array): RawOneof {
  const o: RawOneof = { name: '', options: NONE };
  eachField(b, {
    10: (r) => (o.name = readText(r)),
    18: (r) => (o.options = joined(o.options, r)),
  });
  return o;
}

function numbered(b: Uint8Array): { name: string; number: number } {
  const v = { name: '', number: 0 };
  eachField(b, {
    10: (r) => (v.name = readText(r)),
    16: (r) => (v.number = readInt32(r)),
  });
  return v;
}
