// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { toError } from '@cloudwego/gopkg/errors';
import { int, optionTable, text } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';
import { ByteReader } from '@cloudwego/gopkg/io';
import type { ProtoFileDescriptor } from '../../protobuf/file.js';
import { readEnd, readInt64, readText, readTag } from '../../protobuf/read.js';
import { skip } from '../../protobuf/unknown.js';
import { DescriptorError } from '../errors.js';
import type { Annotations } from '../thrift.js';
import { fileFeatures, withFeatures } from './features.js';
import type { Features } from './features.js';
import { linkEnum, linkField, LinkedMessage } from './linked.js';
import type { LinkedEnum, LinkedProtoField, ProtoScope } from './linked.js';
import { within, withoutDot } from './names.js';
import { SetReader } from './raw.js';
import type { RawField, RawFile, RawMessage, RawService } from './raw.js';

/** What .proto files say, as data: plain and cloneable. {@link linkProto} gives what codecs work on. */
export interface ProtoDescriptor {
  readonly family: 'protobuf';
  /** A google.protobuf.FileDescriptorSet with everything that the root file needs. */
  readonly set: Uint8Array;
  /** Path of the file that is meant, as imports name it; undefined = the last one of the set. */
  readonly root?: string | undefined;
}

export interface LinkedProtoMethod {
  readonly name: string;
  readonly request: LinkedMessage;
  readonly response: LinkedMessage;
  readonly clientStreaming: boolean;
  readonly serverStreaming: boolean;
  /** Options that are texts or integers, extensions by their full names: `'api.get': ['/x']`. */
  readonly annotations: Annotations;
  /** google.protobuf.MethodOptions, encoded. */
  readonly options: Uint8Array;
}

export interface LinkedProtoService {
  readonly name: string;
  readonly package: string;
  /** Path of its file. */
  readonly file: string;
  /** In the order of the source. */
  readonly methods: ReadonlyMap<string, LinkedProtoMethod>;
  readonly annotations: Annotations;
}

/** A descriptor whose names are followed. */
export interface LinkedProto {
  /** By its full name, or by that inside the package of the root file. Errors: {@link DescriptorError}. */
  message(name: string): LinkedMessage;
  /** By its full name; undefined = there is none. */
  find(name: string): LinkedMessage | undefined;
  /** As {@link LinkedProto.message}. */
  enum(name: string): LinkedEnum;
  /** By its full name. */
  extension(name: string): LinkedProtoField | undefined;
  /** Full names of all messages but entries of maps. */
  readonly messages: readonly string[];
  /** Those of the root file, in the order of the source. */
  readonly services: readonly LinkedProtoService[];
  /** Those of every file. */
  readonly allServices: readonly LinkedProtoService[];
  /** Options of a field that are texts or integers. */
  annotations(f: LinkedProtoField): Annotations;
}

/** Limits of {@link protoFromSet}. */
export interface ProtoSetOptions {
  /** Path of the file that is meant. @defaultValue the last of the set */
  readonly root?: string | undefined;
  /** Unit bytes. @defaultValue 67108864 (64 MiB) */
  readonly maxBytes?: number | undefined;
  /** @defaultValue 10000 */
  readonly maxFiles?: number | undefined;
  /** Messages, fields, enums and their values, services, methods. @defaultValue 1000000 */
  readonly maxDeclarations?: number | undefined;
}

const table: OptionTable<ProtoSetOptions> = optionTable<ProtoSetOptions>({
  root: text(),
  maxBytes: int({ min: 1, default: 64 << 20, unit: 'bytes' }),
  maxFiles: int({ min: 1, default: 10_000 }),
  maxDeclarations: int({ min: 1, default: 1_000_000 }),
});

/**
 * A descriptor of a FileDescriptorSet, such as `protoc --include_imports --descriptor_set_out` writes; it is read and checked at once.
 * Owns:   a copy of the bytes.
 * Errors: {@link DescriptorError} where the bytes are no set, a limit is met, or a name leads nowhere; OptionError.
 */
export function protoFromSet(set: Uint8Array, options: ProtoSetOptions = {}): ProtoDescriptor {
  const o = table.resolve(options, 'protoFromSet');
  if (set.length > o.maxBytes!) throw new DescriptorError(`set: got ${set.length} bytes, wanted at most ${o.maxBytes} (option maxBytes)`);
  const d: ProtoDescriptor = { family: 'protobuf', set: Uint8Array.from(set), root: o.root };
  const linked = link(d, { maxFiles: o.maxFiles!, maxDeclarations: o.maxDeclarations! });
  // Fields are linked on first use; here what is wrong with them is to be known now.
  guarded(() => {
    for (const name of linked.messages) void linked.message(`.${name}`).fields;
  });
  known.set(d, linked);
  return d;
}

/** The descriptor of generated code: that of a file of it, with everything that it imports. `service.descriptor()` gives one. */
export function protoFromGenerated(file: ProtoFileDescriptor): ProtoDescriptor {
  const parts: Uint8Array[] = [];
  const seen = new Set<ProtoFileDescriptor>();
  const visit = (f: ProtoFileDescriptor): void => {
    if (seen.has(f)) return;
    seen.add(f);
    f.dependencies.forEach(visit);
    parts.push(lengthBefore(f.bytes));
  };
  visit(file);
  return { family: 'protobuf', set: Uint8Array.from(Buffer.concat(parts)), root: file.path };
}

/** A file as an item of a set. */
function lengthBefore(b: Uint8Array): Uint8Array {
  const head = [10];
  let n = b.length;
  for (; n > 0x7f; n >>>= 7) head.push((n & 0x7f) | 0x80);
  head.push(n);
  return Buffer.concat([Uint8Array.from(head), b]);
}

const known = new WeakMap<ProtoDescriptor, LinkedProto>();

/**
 * Follows the names of a descriptor. The same descriptor gives the same object, so that what was compiled for its messages is found again.
 * Errors: {@link DescriptorError} where the bytes are no set or a name leads nowhere; for the fields of a message when they are first used.
 */
export function linkProto(d: ProtoDescriptor): LinkedProto {
  let linked = known.get(d);
  if (linked === undefined) known.set(d, (linked = link(d, { maxFiles: Infinity, maxDeclarations: Infinity })));
  return linked;
}

function link(d: ProtoDescriptor, limits: { readonly maxFiles: number; readonly maxDeclarations: number }): LinkedProto {
  return guarded(() => new Linker(new SetReader(limits).set(d.set), d.root));
}

function guarded<T>(f: () => T): T {
  try {
    return f();
  } catch (e) {
    if (e instanceof DescriptorError) throw e;
    throw new DescriptorError(`set: the bytes are no FileDescriptorSet: ${toError(e).message}`, { cause: e });
  }
}

interface PendingExtension {
  readonly raw: RawField;
  readonly name: string;
  readonly from: string;
  readonly features: Features;
}

class Linker implements LinkedProto, ProtoScope {
  readonly services: readonly LinkedProtoService[];
  readonly allServices: readonly LinkedProtoService[];
  private readonly byName = new Map<string, LinkedMessage>();
  private readonly enums = new Map<string, LinkedEnum>();
  private readonly pending = new Map<string, PendingExtension[]>();
  private readonly linkedExtensions = new Map<string, readonly LinkedProtoField[]>();
  private readonly rootPackage: string;

  constructor(files: readonly RawFile[], root: string | undefined) {
    const paths = new Set<string>();
    for (const f of files) {
      if (paths.has(f.path)) throw new DescriptorError(`set: the file "${f.path}" is there twice`);
      paths.add(f.path);
    }
    const own = root === undefined ? files.at(-1) : files.find((f) => f.path === root);
    if (own === undefined) throw new DescriptorError(root === undefined ? 'set: got no file' : `set: got no file "${root}", wanted one of ${[...paths].slice(0, 20).join(', ')}`);
    this.rootPackage = own.package;
    for (const f of files) {
      for (const i of f.imports) if (!paths.has(i)) throw new DescriptorError(`set: "${f.path}" imports "${i}", which is not there (protoc --include_imports)`);
      const features = fileFeatures(f.syntax, f.options);
      this.members(f, f.package, features);
    }
    const services = new Map(files.map((f) => [f, f.services.map((s) => this.service(s, f))]));
    this.services = services.get(own)!;
    this.allServices = [...services.values()].flat();
  }

  get messages(): readonly string[] {
    return [...this.byName.values()].filter((m) => !m.mapEntry).map((m) => m.name);
  }

  find(name: string): LinkedMessage | undefined {
    return this.byName.get(name);
  }

  message(name: string, from: string = this.rootPackage): LinkedMessage {
    return this.resolve(this.byName, name, from) ?? missing('message', name);
  }

  enum(name: string, from: string = this.rootPackage): LinkedEnum {
    return this.resolve(this.enums, name, from) ?? missing('enum', name);
  }

  kindOf(name: string, from: string): 'message' | 'enum' {
    return this.resolve(this.enums, name, from) === undefined ? 'message' : 'enum';
  }

  extension(name: string): LinkedProtoField | undefined {
    for (const [extendee, list] of this.pending) if (list.some((p) => p.name === name)) return this.extensions(extendee).find((f) => f.name === name);
    return undefined;
  }

  extensions(message: string): readonly LinkedProtoField[] {
    let list = this.linkedExtensions.get(message);
    if (list === undefined) {
      list = (this.pending.get(message) ?? []).map((p) => linkField(p.raw, { owner: p.from, name: p.name, outer: p.features, oneof: undefined, index: 0, mapEntry: false, scope: this }));
      this.linkedExtensions.set(message, list);
    }
    return list;
  }

  annotations(of: Uint8Array | LinkedProtoField, kind: 'MessageOptions' | 'FieldOptions' | 'MethodOptions' | 'ServiceOptions' = 'FieldOptions'): Annotations {
    const options = of instanceof Uint8Array ? of : of.options;
    const out: Record<string, string[]> = {};
    if (options.length === 0) return out;
    const fields = new Map([...(this.byName.get(`google.protobuf.${kind}`)?.fields ?? []), ...this.extensions(`google.protobuf.${kind}`)].map((f) => [f.number, f]));
    const r = ByteReader.from(options);
    while (r.pos < r.end) {
      const tag = readTag(r);
      const f = fields.get(tag >>> 3);
      const values: string[] = [];
      if (f?.tag === tag && f.kind === 'string') values.push(readText(r));
      else if (f?.tag === tag && (tag & 7) === 0) values.push(numberText(f, readInt64(r)));
      else if (f?.packed === true && (f.tag & 7) === 0 && (tag & 7) === 2) for (const end = readEnd(r, r.end); r.pos < end; ) values.push(numberText(f, readInt64(r)));
      else skip(r, tag, r.end);
      if (values.length > 0) out[f!.name] = [...(Object.hasOwn(out, f!.name) ? out[f!.name]! : []), ...values];
    }
    return out;
  }

  private members(of: Pick<RawMessage, 'messages' | 'enums' | 'extensions'>, scope: string, features: Features): void {
    for (const e of of.enums) {
      const name = within(scope, e.name);
      this.free(name);
      this.enums.set(name, linkEnum(name, e, withFeatures(features, e.options, 7)));
    }
    for (const m of of.messages) {
      const name = within(scope, m.name);
      this.free(name);
      const own = withFeatures(features, m.options, 12);
      this.byName.set(name, new LinkedMessage(name, m, own, this));
      this.members(m, name, own);
    }
    for (const x of of.extensions) {
      const extendee = withoutDot(x.extendee);
      const list = this.pending.get(extendee) ?? [];
      if (list.length === 0) this.pending.set(extendee, list);
      list.push({ raw: x, name: within(scope, x.name), from: scope, features });
    }
  }

  private free(name: string): void {
    if (this.byName.has(name) || this.enums.has(name)) throw new DescriptorError(`set: the name "${name}" is declared twice`);
  }

  /** A name with a leading dot is whole; another one is looked for from the inside out, as in the IDL. */
  private resolve<T>(table: ReadonlyMap<string, T>, name: string, from: string): T | undefined {
    if (name.startsWith('.')) return table.get(name.slice(1));
    for (let scope = from; scope !== ''; scope = scope.includes('.') ? scope.slice(0, scope.lastIndexOf('.')) : '') {
      const found = table.get(`${scope}.${name}`);
      if (found !== undefined) return found;
    }
    return table.get(name);
  }

  private service(s: RawService, f: RawFile): LinkedProtoService {
    const methods = new Map<string, LinkedProtoMethod>();
    const from = within(f.package, s.name);
    for (const m of s.methods) {
      if (methods.has(m.name)) throw new DescriptorError(`service ${from}: the method "${m.name}" is there twice`);
      const annotations = this.annotations(m.options, 'MethodOptions');
      methods.set(m.name, { name: m.name, request: this.message(m.input, from), response: this.message(m.output, from), clientStreaming: m.clientStreaming, serverStreaming: m.serverStreaming, annotations, options: m.options });
    }
    return { name: s.name, package: f.package, file: f.path, methods, annotations: this.annotations(s.options, 'ServiceOptions') };
  }
}

function numberText(f: LinkedProtoField, v: bigint): string {
  if (f.kind === 'bool') return String(v !== 0n);
  return f.kind === 'enum' ? (f.enum!.names.get(Number(v)) ?? String(v)) : String(v);
}

function missing(what: string, name: string): never {
  throw new DescriptorError(`${what}: got "${name}", which the descriptor does not have`);
}
