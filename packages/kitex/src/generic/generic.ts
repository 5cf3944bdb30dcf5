// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import type { MethodDefinition } from '@cloudwego/pilota/codegen/v1';
import { linkThrift } from '@cloudwego/pilota/descriptor';
import type { DescriptorProvider, LinkedFunction, LinkedService, ThriftDescriptor } from '@cloudwego/pilota/descriptor';
import type { JsonOptions, ValueOptions } from '@cloudwego/pilota/dynamic';
import { methodOf, rawMethod } from './method.js';
import { jsonForm, plainForm } from './values.js';

/** How a generic client or server knows its methods, and what its requests and responses are. */
export interface Generic {
  readonly kind: 'binary' | 'binary-v1' | 'map' | 'json' | 'http';
  readonly payload: 'thrift' | 'protobuf';
  /** Name of the service in the IDL; what TTHeader and gRPC route by. */
  readonly serviceName: string;
  /** Whether the service of a call is found by that name. */
  readonly routed: boolean;
  readonly packageName: string;
  /** A method by its name on the wire; undefined = there is none. `kind` matters where nothing else says it. */
  method(name: string, kind: MethodDefinition['kind']): MethodDefinition | undefined;
  /** The methods that are known now. */
  methods(): readonly MethodDefinition[];
  /** Finds the method that a request itself names; absent = requests do not. `name` is that of the caller, '' = none. */
  route?(name: string, request: unknown): { readonly name: string; readonly request: unknown };
}

/** Which service of an IDL is meant. */
export interface ServiceChoice {
  /** The service of this name. @defaultValue by `services` */
  readonly service?: string | undefined;
  /** Without a name: the last one of the IDL, the first, or all of them as one. @defaultValue 'last' */
  readonly services?: 'last' | 'first' | 'combine' | undefined;
  /** Whether the json name in `go.tag` is the key of a field. Go: KITEX_GENERIC_GOTAG_ALIAS_DISABLED. @defaultValue true */
  readonly goTag?: boolean | undefined;
}

/** Options of {@link mapGeneric}. */
export interface MapGenericOptions extends ServiceChoice {
  readonly values?: ValueOptions | undefined;
}

/** Options of {@link jsonGeneric}. */
export interface JsonGenericOptions extends ServiceChoice {
  /** Beside their own defaults: `quotedNumbers` true, `absentRequired` and `absentDefault` 'zero', as in Go. */
  readonly json?: JsonOptions | undefined;
}

/**
 * Requests and responses are plain values.
 * Errors: OptionError where the IDL has no such service. Source: cloudwego/kitex pkg/generic MapThriftGeneric.
 */
export function mapGeneric(idl: DescriptorProvider<ThriftDescriptor>, options: MapGenericOptions = {}): Generic {
  const form = plainForm(options.values ?? {});
  return new ThriftGeneric('map', idl, options, (f) => methodOf(f, form));
}

/**
 * Requests and responses are JSON texts: that of the argument, that of the result; a string is itself, and nothing is undefined.
 * Errors: OptionError where the IDL has no such service. Source: cloudwego/kitex pkg/generic JSONThriftGeneric.
 */
export function jsonGeneric(idl: DescriptorProvider<ThriftDescriptor>, options: JsonGenericOptions = {}): Generic {
  const form = jsonForm(options.json ?? {});
  return new ThriftGeneric('json', idl, options, (f) => methodOf(f, form));
}

/**
 * Requests and responses are bytes: the structs of arguments and result; of a stream, bare messages. No IDL is needed.
 * Source: cloudwego/kitex pkg/generic BinaryThriftGenericV2.
 */
export function binaryGeneric(serviceName: string): Generic {
  return { kind: 'binary', payload: 'thrift', serviceName, routed: true, packageName: '', method: rawMethod, methods: () => [] };
}

/**
 * Requests and responses are whole Thrift messages, head included. On a server it takes every call, whatever service it names.
 * Source: cloudwego/kitex pkg/generic BinaryThriftGeneric, deprecated there.
 */
export function binaryGenericV1(): Generic {
  return { kind: 'binary-v1', payload: 'thrift', serviceName: '$GenericService', routed: false, packageName: '', method: rawMethod, methods: () => [] };
}

/** Methods of the descriptor of an IDL, made when they are first called; follows the IDL. */
export class ThriftGeneric implements Generic {
  readonly kind: 'map' | 'json' | 'http';
  readonly payload = 'thrift';
  readonly serviceName: string;
  readonly packageName = '';
  readonly routed: boolean;
  private readonly idl: DescriptorProvider<ThriftDescriptor>;
  private readonly choice: ServiceChoice;
  private readonly make: (f: LinkedFunction) => MethodDefinition;
  /** The edition that `known` was made of. */
  private edition: ThriftDescriptor | undefined = undefined;
  private functions: ReadonlyMap<string, LinkedFunction> = new Map();
  private known = new Map<string, MethodDefinition>();

  constructor(kind: ThriftGeneric['kind'], idl: DescriptorProvider<ThriftDescriptor>, choice: ServiceChoice, make: (f: LinkedFunction) => MethodDefinition) {
    this.kind = kind;
    this.idl = idl;
    this.choice = choice;
    this.make = make;
    this.routed = choice.services !== 'combine' || choice.service !== undefined;
    this.serviceName = this.refresh();
  }

  method(name: string): MethodDefinition | undefined {
    this.refresh();
    let m = this.known.get(name);
    if (m === undefined) {
      const f = this.functions.get(name);
      if (f === undefined) return undefined;
      this.known.set(name, (m = this.make(f)));
    }
    return m;
  }

  /** Those of the present edition. The same object until it changes. */
  linked(): ReadonlyMap<string, LinkedFunction> {
    this.refresh();
    return this.functions;
  }

  methods(): readonly MethodDefinition[] {
    this.refresh();
    return [...this.functions.keys()].map((name) => this.method(name)!);
  }

  /** Follows the provider: calls that begin after a change know the new edition. Gives the name of the service. */
  private refresh(): string {
    const edition = this.idl.current();
    if (edition === this.edition) return this.serviceName;
    const { name, functions } = choose(edition, this.choice);
    this.edition = edition;
    this.functions = functions;
    this.known = new Map();
    return name;
  }
}

function choose(d: ThriftDescriptor, o: ServiceChoice): { readonly name: string; readonly functions: ReadonlyMap<string, LinkedFunction> } {
  const all = [...linkThrift(d, { goTag: o.goTag }).services.values()];
  if (o.service !== undefined) {
    const named = all.find((s) => s.name === o.service);
    if (named === undefined) throw new OptionError('generic.service', `generic.service: got "${o.service}", wanted one of ${all.map((s) => `"${s.name}"`).join(', ') || 'an IDL with services'}`);
    return named;
  }
  const one = o.services === 'first' ? all[0] : all.at(-1);
  if (one === undefined) throw new OptionError('generic.idl', 'generic.idl: got an IDL without services');
  return o.services === 'combine' ? combined(all) : one;
}

/** Services as one. Source: cloudwego/kitex pkg/generic/thrift/parse.go CombineServices. */
function combined(all: readonly LinkedService[]): { readonly name: string; readonly functions: ReadonlyMap<string, LinkedFunction> } {
  const functions = new Map<string, LinkedFunction>();
  for (const s of all) {
    for (const [name, f] of s.functions) {
      if (functions.has(name)) throw new OptionError('generic.services', `generic.services: two services have the method "${name}", and cannot be combined`);
      functions.set(name, f);
    }
  }
  return { name: 'CombinedServices', functions };
}
