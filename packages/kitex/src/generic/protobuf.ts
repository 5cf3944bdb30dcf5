// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import type { MethodDefinition, StructCodec } from '@cloudwego/pilota/codegen/v1';
import { linkProto } from '@cloudwego/pilota/descriptor';
import type { DescriptorProvider, LinkedMessage, LinkedProto, LinkedProtoMethod, LinkedProtoService, ProtoDescriptor } from '@cloudwego/pilota/descriptor';
import { ProtoValueCodec } from '@cloudwego/pilota/dynamic';
import type { ProtoValueOptions } from '@cloudwego/pilota/dynamic';
import { fromJson, toJson } from '@cloudwego/pilota/protobuf';
import type { AnyExtension, FromJsonOptions, ToJsonOptions } from '@cloudwego/pilota/protobuf';
import type { Generic } from './generic.js';
import { HANDLER_KEYS, rawMethod } from './method.js';
import { checkJson } from './values.js';

/** Which service of .proto files is meant. */
export interface ProtoServiceChoice {
  /** The service of this name, with or without its package, of any file. @defaultValue by `services` */
  readonly service?: string | undefined;
  /** Without a name: the first one of the root file, as in Go, or the last. @defaultValue 'first' */
  readonly services?: 'first' | 'last' | undefined;
}

/** Options of {@link mapPbGeneric}. */
export interface MapPbGenericOptions extends ProtoServiceChoice {
  readonly values?: ProtoValueOptions | undefined;
}

/** Options of {@link jsonPbGeneric}. What an Any may hold, and extensions, come from the IDL. */
export interface JsonPbGenericOptions extends ProtoServiceChoice {
  /** How JSON is written. */
  readonly write?: Omit<ToJsonOptions, 'types' | 'extensions'> | undefined;
  /** How JSON is read. */
  readonly read?: Omit<FromJsonOptions, 'types' | 'extensions'> | undefined;
}

/**
 * Requests and responses are messages as bytes. No IDL is needed. `service` and `packageName` are what gRPC routes by.
 * Source: cloudwego/kitex pkg/generic BinaryPbGeneric.
 */
export function binaryPbGeneric(serviceName: string, packageName: string): Generic {
  if (serviceName === '') throw new OptionError('generic.serviceName', 'generic.serviceName: got "", wanted the name of a service');
  return { kind: 'binary', payload: 'protobuf', serviceName, routed: true, packageName, method: rawMethod, methods: () => [] };
}

/**
 * Requests and responses are JSON texts by the rules of Protobuf; nothing is `{}`.
 * `Differs:` dynamicgo writes integers of 64 bits and enums as numbers and knows neither the well-known types nor oneofs; here JSON is what protojson writes. Both
 * are read.
 * Errors: OptionError where the IDL has no such service. Source: cloudwego/kitex pkg/generic JSONPbGeneric.
 */
export function jsonPbGeneric(idl: DescriptorProvider<ProtoDescriptor>, options: JsonPbGenericOptions = {}): Generic {
  const values = new ProtoValueCodec();
  return new ProtoGeneric('json', idl, options, (linked) => {
    const types = (name: string): ReturnType<ProtoValueCodec['of']> | undefined => {
      const m = linked.find(name);
      return m === undefined ? undefined : values.of(m);
    };
    const extensions: AnyExtension[] = linked.messages.flatMap((name) => {
      const m = linked.find(name)!;
      return m.extensions.map((f) => values.extension(f, m));
    });
    const write: ToJsonOptions = { ...options.write, types, extensions };
    const read: FromJsonOptions = { ...options.read, types, extensions };
    return (m) => {
      const codec = values.of(m);
      return {
        encode(w, v) {
          const text = v === undefined || v === null ? '{}' : v;
          checkJson(text);
          codec.encode(w, fromJson(codec, text, read));
        },
        decode: (r) => toJson(codec, codec.decode(r), write),
      };
    };
  });
}

/**
 * Requests and responses are plain values, as those of generated code.
 * Errors: OptionError where the IDL has no such service.
 */
export function mapPbGeneric(idl: DescriptorProvider<ProtoDescriptor>, options: MapPbGenericOptions = {}): Generic {
  const values = new ProtoValueCodec(options.values);
  return new ProtoGeneric('map', idl, options, () => (m) => values.of(m));
}

type CodecOf = (m: LinkedMessage) => StructCodec<unknown>;

class ProtoGeneric implements Generic {
  readonly kind: 'map' | 'json';
  readonly payload = 'protobuf';
  readonly routed = true;
  readonly serviceName: string;
  readonly packageName: string;
  private readonly idl: DescriptorProvider<ProtoDescriptor>;
  private readonly form: (linked: LinkedProto) => CodecOf;
  /** The edition that `known` was made of. */
  private edition: ProtoDescriptor;
  private service: LinkedProtoService;
  private codecOf: CodecOf;
  private known = new Map<string, MethodDefinition>();

  constructor(kind: 'map' | 'json', idl: DescriptorProvider<ProtoDescriptor>, choice: ProtoServiceChoice, form: (linked: LinkedProto) => CodecOf) {
    this.kind = kind;
    this.idl = idl;
    this.form = form;
    this.edition = idl.current();
    const linked = linkProto(this.edition);
    this.service = choose(linked, choice);
    this.codecOf = form(linked);
    this.serviceName = this.service.name;
    this.packageName = this.service.package;
  }

  method(name: string): MethodDefinition | undefined {
    this.refresh();
    let m = this.known.get(name);
    if (m === undefined) {
      const f = this.service.methods.get(name);
      if (f === undefined) return undefined;
      this.known.set(name, (m = methodOf(f, this.codecOf)));
    }
    return m;
  }

  methods(): readonly MethodDefinition[] {
    this.refresh();
    return [...this.service.methods.keys()].map((name) => this.method(name)!);
  }

  /** Follows the provider: calls that begin after a change know the new edition. One that lost the service leaves it without methods. */
  private refresh(): void {
    const edition = this.idl.current();
    if (edition === this.edition) return;
    const linked = linkProto(edition);
    this.edition = edition;
    this.service = linked.allServices.find((s) => s.name === this.serviceName && s.package === this.packageName) ?? { ...this.service, methods: new Map() };
    this.codecOf = this.form(linked);
    this.known = new Map();
  }
}

function choose(linked: LinkedProto, o: ProtoServiceChoice): LinkedProtoService {
  if (o.service !== undefined) {
    const named = linked.allServices.filter((s) => s.name === o.service || fullName(s) === o.service);
    if (named.length === 1) return named[0]!;
    throw new OptionError('generic.service', `generic.service: got "${o.service}", wanted one of ${linked.allServices.map((s) => `"${fullName(s)}"`).join(', ') || 'an IDL with services'}`);
  }
  // The root file of a folder has none of its own.
  const all = linked.services.length > 0 ? linked.services : linked.allServices;
  const one = o.services === 'last' ? all.at(-1) : all[0];
  if (one === undefined) throw new OptionError('generic.idl', 'generic.idl: got an IDL without services');
  return one;
}

function fullName(s: LinkedProtoService): string {
  return s.package === '' ? s.name : `${s.package}.${s.name}`;
}

function methodOf(f: LinkedProtoMethod, codecOf: CodecOf): MethodDefinition {
  const kind = f.clientStreaming ? (f.serverStreaming ? 'bidi' : 'client') : f.serverStreaming ? 'server' : 'unary';
  const request = codecOf(f.request);
  const response = codecOf(f.response);
  const annotations = Object.fromEntries(Object.entries(f.annotations).map(([name, values]) => [name, values.at(-1)!]));
  return { name: f.name, key: HANDLER_KEYS[kind], kind, arity: 1, args: request, result: response, request, response, encodeError: () => false, isDeclared: () => false, annotations };
}
