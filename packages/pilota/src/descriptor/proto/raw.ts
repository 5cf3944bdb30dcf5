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

/** Calls `f` with every field of a message; what `f` does not take is passed over. */
export function eachField(b: Uint8Array, f: (number: number, r: ByteReader) => boolean): void {
  const r = ByteReader.from(b);
  while (r.pos < r.end) {
    const tag = readTag(r);
    const from = r.pos;
    if (f(tag, r)) continue;
    r.pos = from;
    skip(r, tag, r.end);
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
    eachField(b, (tag, r) => {
      if (tag !== 10) return false;
      if (files.length >= this.limits.maxFiles) throw new DescriptorError(`files: got more than ${this.limits.maxFiles}, the limit (option maxFiles)`);
      files.push(this.file(bytesOf(r)));
      return true;
    });
    return files;
  }

  file(b: Uint8Array): RawFile {
    const f: RawFile = { path: '', package: '', imports: [], messages: [], enums: [], services: [], extensions: [], options: NONE, syntax: '', edition: 0 };
    eachField(b, (tag, r) => {
      switch (tag) {
        case 10:
          f.path = readText(r);
          return true;
        case 18:
          f.package = readText(r);
          return true;
        case 26:
          f.imports.push(readText(r));
          return true;
        case 34:
          f.messages.push(this.message(bytesOf(r), MAX_NESTING));
          return true;
        case 42:
          f.enums.push(this.enum(bytesOf(r)));
          return true;
        case 50:
          f.services.push(this.service(bytesOf(r)));
          return true;
        case 58:
          f.extensions.push(this.field(bytesOf(r)));
          return true;
        case 66:
          f.options = joined(f.options, r);
          return true;
        case 98:
          f.syntax = readText(r);
          return true;
        case 112:
          f.edition = readInt32(r);
          return true;
        default:
          return false;
      }
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
    eachField(b, (tag, r) => {
      switch (tag) {
        case 10:
          m.name = readText(r);
          return true;
        case 18:
          m.fields.push(this.field(bytesOf(r)));
          return true;
        case 26:
          m.messages.push(this.message(bytesOf(r), depth - 1));
          return true;
        case 34:
          m.enums.push(this.enum(bytesOf(r)));
          return true;
        case 50:
          m.extensions.push(this.field(bytesOf(r)));
          return true;
        case 58:
          m.options = joined(m.options, r);
          return true;
        case 66:
          m.oneofs.push(named(bytesOf(r), 2));
          return true;
        default:
          return false;
      }
    });
    return m;
  }

  private field(b: Uint8Array): RawField {
    this.count();
    const f: RawField = { name: '', number: 0, label: 1, type: 0, typeName: '', extendee: '', defaultValue: undefined, oneofIndex: -1, jsonName: undefined, options: NONE, proto3Optional: false };
    eachField(b, (tag, r) => {
      switch (tag) {
        case 10:
          f.name = readText(r);
          return true;
        case 18:
          f.extendee = readText(r);
          return true;
        case 24:
          f.number = readInt32(r);
          return true;
        case 32:
          f.label = readInt32(r);
          return true;
        case 40:
          f.type = readInt32(r);
          return true;
        case 50:
          f.typeName = readText(r);
          return true;
        case 58:
          f.defaultValue = readText(r);
          return true;
        case 66:
          f.options = joined(f.options, r);
          return true;
        case 72:
          f.oneofIndex = readInt32(r);
          return true;
        case 82:
          f.jsonName = readText(r);
          return true;
        case 136:
          f.proto3Optional = readInt32(r) !== 0;
          return true;
        default:
          return false;
      }
    });
    return f;
  }

  private enum(b: Uint8Array): RawEnum {
    this.count();
    const e: RawEnum = { name: '', values: {}, options: NONE };
    eachField(b, (tag, r) => {
      switch (tag) {
        case 10:
          e.name = readText(r);
          return true;
        case 18: {
          this.count();
          const v = numbered(bytesOf(r));
          Object.defineProperty(e.values, v.name, { value: v.number, enumerable: true, configurable: true, writable: true });
          return true;
        }
        case 26:
          e.options = joined(e.options, r);
          return true;
        default:
          return false;
      }
    });
    return e;
  }

  private service(b: Uint8Array): RawService {
    this.count();
    const s: RawService = { name: '', methods: [], options: NONE };
    eachField(b, (tag, r) => {
      switch (tag) {
        case 10:
          s.name = readText(r);
          return true;
        case 18:
          s.methods.push(this.method(bytesOf(r)));
          return true;
        case 26:
          s.options = joined(s.options, r);
          return true;
        default:
          return false;
      }
    });
    return s;
  }

  private method(b: Uint8Array): RawMethod {
    this.count();
    const m: RawMethod = { name: '', input: '', output: '', clientStreaming: false, serverStreaming: false, options: NONE };
    eachField(b, (tag, r) => {
      switch (tag) {
        case 10:
          m.name = readText(r);
          return true;
        case 18:
          m.input = readText(r);
          return true;
        case 26:
          m.output = readText(r);
          return true;
        case 34:
          m.options = joined(m.options, r);
          return true;
        case 40:
          m.clientStreaming = readInt32(r) !== 0;
          return true;
        case 48:
          m.serverStreaming = readInt32(r) !== 0;
          return true;
        default:
          return false;
      }
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

function named(b: Uint8Array, options: number): RawOneof {
  const o: RawOneof = { name: '', options: NONE };
  eachField(b, (tag, r) => {
    if (tag === 10) o.name = readText(r);
    else if (tag === options * 8 + 2) o.options = joined(o.options, r);
    else return false;
    return true;
  });
  return o;
}

function numbered(b: Uint8Array): { name: string; number: number } {
  const v = { name: '', number: 0 };
  eachField(b, (tag, r) => {
    if (tag === 10) v.name = readText(r);
    else if (tag === 16) v.number = readInt32(r);
    else return false;
    return true;
  });
  return v;
}
