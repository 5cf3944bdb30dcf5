// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { MethodDefinition, ServiceDefinition, StructCodec } from '@cloudwego/pilota/codegen/v1';
import type { ProtoFileDescriptor } from '@cloudwego/pilota/codegen/v1/protobuf';
import { linkProto, protoFromGenerated } from '@cloudwego/pilota/descriptor';
import { ProtoValueCodec } from '@cloudwego/pilota/dynamic';
import { GrpcStatus } from '@cloudwego/protocol';
import type { Server } from '../server/server.js';
import type { ResponseStream } from '../stream/types.js';
import type { CallOptions } from '../types.js';
import { FileIndex } from './file-index.js';
import { reflectionFile } from './file.js';

export interface ReflectionRequest {
  readonly host?: string | undefined;
  readonly messageRequest?:
    | { readonly fileByFilename: string }
    | { readonly fileContainingSymbol: string }
    | { readonly fileContainingExtension: { readonly containingType?: string | undefined; readonly extensionNumber?: number | undefined } }
    | { readonly allExtensionNumbersOfType: string }
    | { readonly listServices: string }
    | undefined;
}

export interface ReflectionResponse {
  readonly validHost?: string | undefined;
  readonly originalRequest?: ReflectionRequest | undefined;
  readonly messageResponse?:
    | { readonly fileDescriptorResponse: { readonly fileDescriptorProto: readonly Uint8Array[] } }
    | { readonly allExtensionNumbersResponse: { readonly baseTypeName: string; readonly extensionNumber: readonly number[] } }
    | { readonly listServicesResponse: { readonly service: readonly { readonly name: string }[] } }
    | { readonly errorResponse: { readonly errorCode: number; readonly errorMessage: string } }
    | undefined;
}

export interface ReflectionClient {
  serverReflectionInfo(reqs: AsyncIterable<ReflectionRequest> | Iterable<ReflectionRequest>, options?: CallOptions): ResponseStream<ReflectionResponse>;
}

export interface ReflectionHandlers {
  serverReflectionInfo(reqs: AsyncIterable<ReflectionRequest>): AsyncIterable<ReflectionResponse>;
}

function method(): MethodDefinition {
  const linked = linkProto(protoFromGenerated(reflectionFile));
  const values = new ProtoValueCodec();
  const codec = (name: string): StructCodec<unknown> => values.of(linked.message(name));
  const request = codec('ServerReflectionRequest');
  const response = codec('ServerReflectionResponse');
  return {
    name: 'ServerReflectionInfo', key: 'serverReflectionInfo', kind: 'bidi', arity: 1, args: request, result: response, request, response,
    encodeError: () => false, isDeclared: () => false, annotations: {},
  };
}

/**
 * What tools such as grpcurl ask for the services of a server and their messages. It answers under grpc.reflection.v1 and under v1alpha, whose messages are the
 * same: a service is found by its name, whatever its package. Source: grpc.reflection.v1 reflection.proto.
 */
export const ReflectionService: ServiceDefinition<ReflectionClient, ReflectionHandlers> = {
  codegen: 1,
  name: 'ServerReflection',
  package: 'grpc.reflection.v1',
  payload: 'protobuf',
  methods: [method()],
  descriptor: () => reflectionFile,
};

/**
 * Answers from the descriptors of generated code. Services with a Thrift payload are listed, and have no descriptor.
 * `server.register(ReflectionService, new Reflection(server))`.
 * Source: google.golang.org/grpc internal/serviceinfo and reflection.
 */
export class Reflection implements ReflectionHandlers {
  private readonly server: Pick<Server, 'definitions'>;
  private readonly index: FileIndex = new FileIndex();
  /** Definitions that are in the index. */
  private indexed: number = 0;

  constructor(server: Pick<Server, 'definitions'>) {
    this.server = server;
  }

  async *serverReflectionInfo(reqs: AsyncIterable<ReflectionRequest>): AsyncGenerator<ReflectionResponse> {
    // A file that this stream has seen is not sent again as what another one needs.
    const sent = new Set<ProtoFileDescriptor>();
    for await (const req of reqs) yield { validHost: req.host, originalRequest: req, messageResponse: this.answer(req.messageRequest, sent) };
  }

  private answer(q: ReflectionRequest['messageRequest'], sent: Set<ProtoFileDescriptor>): ReflectionResponse['messageResponse'] {
    const index = this.current();
    if (q === undefined) return failed(GrpcStatus.InvalidArgument, 'the request asks for nothing, wanted a file, a symbol, an extension, or the services');
    if ('listServices' in q) {
      const names = this.server.definitions.map((s) => (s.package === '' ? s.name : `${s.package}.${s.name}`));
      return { listServicesResponse: { service: names.sort().map((name) => ({ name })) } };
    }
    if ('fileByFilename' in q) return files(index.byPath(q.fileByFilename), sent, `file "${q.fileByFilename}"`);
    if ('fileContainingSymbol' in q) return files(index.bySymbol(q.fileContainingSymbol), sent, `symbol "${q.fileContainingSymbol}"`);
    if ('fileContainingExtension' in q) {
      const { containingType = '', extensionNumber = 0 } = q.fileContainingExtension;
      return files(index.byExtension(containingType, extensionNumber), sent, `extension ${extensionNumber} of "${containingType}"`);
    }
    const type = q.allExtensionNumbersOfType;
    if (index.bySymbol(type) === undefined) return failed(GrpcStatus.NotFound, `there is no type "${type}" here`);
    return { allExtensionNumbersResponse: { baseTypeName: type, extensionNumber: index.extensionsOf(type) } };
  }

  private current(): FileIndex {
    const { definitions } = this.server;
    for (; this.indexed < definitions.length; this.indexed++) {
      const d = definitions[this.indexed]!;
      if (d.payload === 'protobuf') this.index.add(d.descriptor());
    }
    return this.index;
  }
}

/** A file, and what it needs and was not sent before. */
function files(f: ProtoFileDescriptor | undefined, sent: Set<ProtoFileDescriptor>, what: string): ReflectionResponse['messageResponse'] {
  if (f === undefined) return failed(GrpcStatus.NotFound, `there is no ${what} here`);
  const out: Uint8Array[] = [];
  const take = (file: ProtoFileDescriptor, always: boolean): void => {
    if (!always && sent.has(file)) return;
    sent.add(file);
    out.push(file.bytes);
    for (const d of file.dependencies) take(d, false);
  };
  take(f, true);
  return { fileDescriptorResponse: { fileDescriptorProto: out } };
}

function failed(errorCode: number, errorMessage: string): ReflectionResponse['messageResponse'] {
  return { errorResponse: { errorCode, errorMessage } };
}
