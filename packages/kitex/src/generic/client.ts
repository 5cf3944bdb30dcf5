// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import type { MethodDefinition, ServiceDefinition } from '@cloudwego/pilota/codegen/v1';
import { createCaller } from '../client/client.js';
import type { Caller, ClientControl } from '../client/client.js';
import type { ClientOptions } from '../client/options.js';
import type { ResponseStream } from '../stream/types.js';
import type { CallOptions } from '../types.js';
import type { Generic } from './generic.js';
import { readThriftMessage, writeThriftMessage } from './message.js';

type Messages = Iterable<unknown> | AsyncIterable<unknown>;

/** A client without generated code. What requests and responses are is said by the {@link Generic} that it was made with. */
export interface GenericClient extends ClientControl {
  /**
   * Calls a method by its name in the IDL; of a oneway method nothing comes back.
   * Errors: those of every client; {@link GenericException} for a declared exception; OptionError for a method that the IDL does not have, or that streams.
   */
  genericCall(method: string, request: unknown, options?: CallOptions): Promise<unknown>;
  /** Calls a oneway method where no IDL says that it is one. */
  genericOneway(method: string, request: unknown, options?: CallOptions): Promise<void>;
  /** Sends messages, and gives the one answer. */
  clientStreaming(method: string, requests: Messages, options?: CallOptions): Promise<unknown>;
  serverStreaming(method: string, request: unknown, options?: CallOptions): ResponseStream<unknown>;
  bidiStreaming(method: string, requests: Messages, options?: CallOptions): ResponseStream<unknown>;
}

type Call = (request: unknown, options?: CallOptions) => unknown;

/**
 * Makes a generic client of one service at one destination; options as those of {@link createClient}.
 * Source: cloudwego/kitex client/genericclient.
 */
export function createGenericClient(generic: Generic, options: ClientOptions): GenericClient {
  const definition: ServiceDefinition<unknown, unknown> = {
    codegen: 1,
    // Without a name nothing is routed by it.
    name: generic.routed ? generic.serviceName : '',
    package: generic.packageName,
    payload: generic.payload,
    methods: [],
    descriptor: () => undefined,
  };
  return new Client(generic, createCaller(definition, options));
}

/** Names of methods may come from whoever uses a gateway: what is kept of them has an end. */
const MAX_KEPT = 10_000;

class Client implements GenericClient {
  private readonly generic: Generic;
  private readonly caller: Caller;
  /** By the method; another edition of the IDL has other methods. */
  private readonly calls = new WeakMap<MethodDefinition, Call>();
  /** Methods that nobody keeps, by kind and name. */
  private readonly raw = new Map<string, MethodDefinition>();

  constructor(generic: Generic, caller: Caller) {
    this.generic = generic;
    this.caller = caller;
  }

  get appliedOptions(): ClientControl['appliedOptions'] {
    return this.caller.control.appliedOptions;
  }

  async genericCall(method: string, request: unknown, options?: CallOptions): Promise<unknown> {
    if (this.generic.kind === 'binary-v1') return this.messageCall(method, request, options);
    if (this.generic.route !== undefined) {
      const to = this.generic.route(method, request);
      return this.find(to.name, ['unary', 'oneway'])(to.request, options);
    }
    return this.find(method, ['unary', 'oneway'])(request, options);
  }

  async genericOneway(method: string, request: unknown, options?: CallOptions): Promise<void> {
    const body = this.generic.kind === 'binary-v1' ? readThriftMessage(request as Uint8Array).body : request;
    await this.find(method, ['oneway'])(body, options);
  }

  async clientStreaming(method: string, requests: Messages, options?: CallOptions): Promise<unknown> {
    return this.find(method, ['client'])(requests, options);
  }

  serverStreaming(method: string, request: unknown, options?: CallOptions): ResponseStream<unknown> {
    return this.find(method, ['server'])(request, options) as ResponseStream<unknown>;
  }

  bidiStreaming(method: string, requests: Messages, options?: CallOptions): ResponseStream<unknown> {
    return this.find(method, ['bidi'])(requests, options) as ResponseStream<unknown>;
  }

  close(): Promise<void> {
    return this.caller.control.close();
  }

  destroy(): Promise<void> {
    return this.caller.control.destroy();
  }

  dump(): unknown {
    return this.caller.control.dump();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Version 1: the head is the user's, but for the sequence number on the wire. */
  private async messageCall(method: string, request: unknown, options: CallOptions | undefined): Promise<unknown> {
    if (!(request instanceof Uint8Array)) throw new OptionError('request', `genericCall: got ${typeof request}, wanted the bytes of a Thrift message`);
    const m = readThriftMessage(request);
    if (m.name !== method) throw new OptionError('method', `genericCall: got a message of the method "${m.name}", wanted one of "${method}"`);
    const body = (await this.find(method, ['unary'])(m.body, options)) as Uint8Array;
    return writeThriftMessage({ name: method, type: 2, seqId: m.seqId, body });
  }

  private find(name: string, kinds: readonly MethodDefinition['kind'][]): Call {
    const m = this.method(name, kinds[0]!);
    if (m === undefined) throw new OptionError('method', `the service ${this.generic.serviceName} has no method "${name}"`);
    if (!kinds.includes(m.kind)) throw new OptionError('method', `the method "${name}" is ${m.kind}, wanted ${kinds.join(' or ')}`);
    let call = this.calls.get(m);
    if (call === undefined) this.calls.set(m, (call = this.caller.method(m)));
    return call;
  }

  private method(name: string, kind: MethodDefinition['kind']): MethodDefinition | undefined {
    const key = `${kind} ${name}`;
    const kept = this.raw.get(key);
    if (kept !== undefined) return kept;
    const m = this.generic.method(name, kind);
    // Those of an IDL are kept there.
    if (m !== undefined && this.generic.kind.startsWith('binary') && this.raw.size < MAX_KEPT) this.raw.set(key, m);
    return m;
  }
}
