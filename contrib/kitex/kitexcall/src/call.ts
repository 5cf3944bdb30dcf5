// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { CallOptions } from '@cloudwego/kitex';
import { createGenericClient, jsonGeneric, jsonPbGeneric } from '@cloudwego/kitex/generic';
import type { Generic, GenericClient } from '@cloudwego/kitex/generic';
import { createLogger } from '@cloudwego/gopkg/logger';
import { protoFromFile, thriftFromFile } from '@cloudwego/pilota-build';
import { stringify } from '@cloudwego/sonic';
import { UsageError } from './arguments.js';
import type { CallCommand, Transport } from './arguments.js';

/** A method that can be called, and how. */
export interface Prepared {
  readonly kind: 'unary' | 'oneway' | 'client' | 'server' | 'bidi';
  readonly service: string;
  readonly transport: Transport;
  readonly client: GenericClient;
  /** An answer as JSON; undefined = there is nothing to print. */
  text(answer: unknown): string | undefined;
}

/** Reads the IDL and makes a client. Errors: IdlError; UsageError for a method that is not there; OptionError. */
export function prepare(c: CallCommand): Prepared {
  const { generic, quoted } = genericOf(c);
  const m = generic.method(c.method, 'unary');
  if (m === undefined) throw new UsageError(`-method: the service ${generic.serviceName} has no method "${c.method}", wanted one of ${generic.methods().map((x) => x.name).join(', ')}`);
  const streams = m.kind !== 'unary' && m.kind !== 'oneway';
  const transport = transportOf(c, streams, generic.payload);
  const client = createGenericClient(generic, {
    destService: generic.serviceName,
    hostPorts: [...c.endpoints],
    ...(transport === 'ttheader-streaming' ? { streamTransport: 'ttheader-streaming' as const } : { transport }),
    rpcTimeoutMs: c.timeoutMs ?? 10_000,
    connectTimeoutMs: c.connectTimeoutMs ?? 1000,
    logger: createLogger({ level: 'fatal' }),
  });
  const text = (answer: unknown): string | undefined => (answer === undefined ? undefined : quoted ? stringify(answer) : String(answer));
  return { kind: m.kind, service: generic.serviceName, transport, client, text };
}

export function callOptions(c: CallCommand, onBackward: (values: ReadonlyMap<string, string>) => void): CallOptions {
  const has = (o: object): boolean => Object.keys(o).length > 0;
  return {
    ...(has(c.meta) || has(c.metaPersistent) ? { metainfo: { transient: c.meta, persistent: c.metaPersistent } } : {}),
    ...(c.metaBackward ? { onBackward } : {}),
  };
}

/** `quoted`: answers are strings, which generic calls of Thrift give without quotes. */
function genericOf(c: CallCommand): { readonly generic: Generic; readonly quoted: boolean } {
  if (c.idlType === 'protobuf') return { generic: jsonPbGeneric(protoFromFile(c.idlPath, { includeDirs: c.includePaths }), { service: c.service }), quoted: false };
  const idl = thriftFromFile(c.idlPath, { includeDirs: c.includePaths });
  const { services } = idl.current();
  // The last service that has the method; of none the last, which says what it has.
  const service = services.findLast((s) => (c.service === undefined ? s.functions.some((f) => f.name === c.method) : s.name === c.service));
  const result = service?.functions.find((f) => f.name === c.method)?.result;
  return { generic: jsonGeneric(idl, { service: c.service ?? service?.name }), quoted: result?.kind === 'string' || result?.kind === 'binary' };
}

function transportOf(c: CallCommand, streams: boolean, payload: 'thrift' | 'protobuf'): Transport {
  const values = c.bizError || c.metaBackward || Object.keys(c.meta).length > 0 || Object.keys(c.metaPersistent).length > 0;
  const t = c.transport ?? (streams ? 'grpc' : payload === 'protobuf' ? 'ttheader-framed' : values ? 'ttheader' : 'buffered');
  if (streams && t !== 'grpc' && t !== 'ttheader-streaming') throw new UsageError(`-transport: ${t} has no streams, wanted gRPC or TTHeaderStreaming`);
  if (!streams && t === 'ttheader-streaming') throw new UsageError('-transport: TTHeaderStreaming is for streams');
  if (values && (t === 'buffered' || t === 'framed')) throw new UsageError(`-transport: ${t} carries no business errors and no metainfo, wanted TTHeader, TTHeaderFramed or gRPC`);
  return t;
}
