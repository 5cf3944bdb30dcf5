// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import Long from 'long';
import protobuf from 'protobufjs/light.js';
import type { INamespace, Type } from 'protobufjs';
import { EtcdError } from './errors.js';

/** `name: [type, number]`, a `*` before the type repeats it. */
type Fields = Readonly<Record<string, readonly [string, number]>>;

/** The messages of etcd's v3 API that this client speaks, with the fields that it uses. Source: etcd-io/etcd api/etcdserverpb/rpc.proto, api/mvccpb/kv.proto. */
const MESSAGES: Readonly<Record<string, Fields>> = {
  ResponseHeader: { revision: ['int64', 3] },
  KeyValue: { key: ['bytes', 1], createRevision: ['int64', 2], modRevision: ['int64', 3], version: ['int64', 4], value: ['bytes', 5], lease: ['int64', 6] },
  RangeRequest: { key: ['bytes', 1], rangeEnd: ['bytes', 2], limit: ['int64', 3], revision: ['int64', 4] },
  RangeResponse: { header: ['ResponseHeader', 1], kvs: ['*KeyValue', 2], more: ['bool', 3] },
  PutRequest: { key: ['bytes', 1], value: ['bytes', 2], lease: ['int64', 3] },
  PutResponse: { header: ['ResponseHeader', 1] },
  DeleteRangeRequest: { key: ['bytes', 1], rangeEnd: ['bytes', 2] },
  DeleteRangeResponse: { header: ['ResponseHeader', 1], deleted: ['int64', 2] },
  LeaseGrantRequest: { TTL: ['int64', 1], ID: ['int64', 2] },
  LeaseGrantResponse: { ID: ['int64', 2], TTL: ['int64', 3], error: ['string', 4] },
  LeaseRevokeRequest: { ID: ['int64', 1] },
  LeaseRevokeResponse: {},
  LeaseKeepAliveRequest: { ID: ['int64', 1] },
  LeaseKeepAliveResponse: { ID: ['int64', 2], TTL: ['int64', 3] },
  WatchCreateRequest: { key: ['bytes', 1], rangeEnd: ['bytes', 2], startRevision: ['int64', 3], progressNotify: ['bool', 4] },
  WatchRequest: { createRequest: ['WatchCreateRequest', 1] },
  Event: { type: ['int32', 1], kv: ['KeyValue', 2] },
  WatchResponse: { header: ['ResponseHeader', 1], created: ['bool', 3], canceled: ['bool', 4], compactRevision: ['int64', 5], cancelReason: ['string', 6], events: ['*Event', 11] },
  AuthenticateRequest: { name: ['string', 1], password: ['string', 2] },
  AuthenticateResponse: { token: ['string', 2] },
};

// What it finds by itself where nothing bundles it; without it numbers of 64 bits lose their low ones.
protobuf.util.Long = Long;
protobuf.configure();

const namespace: INamespace = {
  nested: Object.fromEntries(
    Object.entries(MESSAGES).map(([name, fields]) => [
      name,
      { fields: Object.fromEntries(Object.entries(fields).map(([f, [type, id]]) => [f, type.startsWith('*') ? { rule: 'repeated', type: type.slice(1), id } : { type, id }])) },
    ]),
  ),
};
const root = protobuf.Root.fromJSON(namespace);
const types = new Map<string, Type>(Object.keys(MESSAGES).map((name) => [name, root.lookupType(name)]));

/** Key and value, with 64-bit numbers as decimal text. */
export interface WireKeyValue {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly createRevision: string;
  readonly modRevision: string;
  readonly version: string;
  readonly lease: string;
}

/** Answers by name of the message. 64-bit numbers are decimal text, absent fields have their defaults. */
export interface Answers {
  readonly RangeResponse: { readonly header: { readonly revision: string } | null; readonly kvs: readonly WireKeyValue[]; readonly more: boolean };
  readonly PutResponse: object;
  readonly DeleteRangeResponse: { readonly deleted: string };
  readonly LeaseGrantResponse: { readonly ID: string; readonly TTL: string; readonly error: string };
  readonly LeaseRevokeResponse: object;
  readonly LeaseKeepAliveResponse: { readonly ID: string; readonly TTL: string };
  readonly WatchResponse: {
    readonly header: { readonly revision: string } | null;
    readonly created: boolean;
    readonly canceled: boolean;
    readonly compactRevision: string;
    readonly cancelReason: string;
    readonly events: readonly { readonly type: number; readonly kv: WireKeyValue }[];
  };
  readonly AuthenticateResponse: { readonly token: string };
}

export type Answer = keyof Answers;

/** Encodes a request; numbers of 64 bits may be decimal text. */
export function encode(message: string, value: object): Uint8Array {
  const type = types.get(message)!;
  return type.encode(type.fromObject(value)).finish();
}

/** Decodes an answer. Errors: {@link EtcdError} ETCD_RESPONSE_INVALID. */
export function decode<A extends Answer>(message: A, bytes: Uint8Array): Answers[A] {
  const type = types.get(message)!;
  try {
    return type.toObject(type.decode(bytes), { longs: String, defaults: true, arrays: true }) as Answers[A];
  } catch (e) {
    throw new EtcdError('ETCD_RESPONSE_INVALID', `a ${message} that cannot be decoded`, { cause: e });
  }
}
