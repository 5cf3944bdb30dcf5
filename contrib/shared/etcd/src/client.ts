// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Channel } from './channel.js';
import type { CallStream, StreamListener } from './channel.js';
import { EtcdError } from './errors.js';
import { Lease } from './lease.js';
import type { EtcdLease } from './lease.js';
import { decode, encode } from './messages.js';
import type { Answer, Answers, WireKeyValue } from './messages.js';
import { resolveOptions } from './options.js';
import type { EtcdOptions, ResolvedEtcdOptions } from './options.js';
import { Watch } from './watch.js';
import type { EtcdWatcher } from './watch.js';

/** A key and what it holds. Owns its bytes. */
export interface KeyValue {
  readonly key: string;
  readonly value: Uint8Array;
  /** Of the last change. */
  readonly modRevision: bigint;
  /** Lease that it ends with; '0' = none. */
  readonly lease: string;
}

/** What a range of keys held at one moment. */
export interface ListResult {
  readonly kvs: readonly KeyValue[];
  /** Of the store, at that moment: a watch from `revision + 1n` on misses nothing. */
  readonly revision: bigint;
}

/** Keys of one etcd cluster. Nothing it holds keeps a process alive; a call does, until it is answered. */
export interface EtcdClient extends AsyncDisposable {
  /** Errors of every call: {@link EtcdError}, or the signal's reason. */
  get(key: string, signal?: AbortSignal): Promise<KeyValue | undefined>;
  /** All keys that begin with `prefix`, in their order, read in pieces of one revision. */
  list(prefix: string, signal?: AbortSignal): Promise<ListResult>;
  put(key: string, value: string | Uint8Array, o?: { readonly lease?: EtcdLease; readonly signal?: AbortSignal }): Promise<void>;
  /** False = it was not there. */
  delete(key: string, signal?: AbortSignal): Promise<boolean>;
  /** Grants a lease and keeps it alive until it is revoked or the store forgets it. */
  lease(ttlSeconds: number, signal?: AbortSignal): Promise<EtcdLease>;
  /**
   * Tells of the keys that begin with `prefix`, or of the one key with `exact`: what they hold, then every change, until `signal` aborts. A connection that breaks is made
   * again, and what happened in between is told.
   */
  watch(prefix: string, on: EtcdWatcher, signal: AbortSignal, o?: { readonly exact?: boolean }): void;
  /** Leases are left to expire, watches end without a word. */
  close(): Promise<void>;
}

/** Makes a client; it connects on first use. Errors: OptionError at construction. */
export function createEtcdClient(options: EtcdOptions): EtcdClient {
  return new Client(resolveOptions(options, 'etcd'));
}

/** Keys of a list that are asked for at once. */
const PAGE = 1000;
const UNAUTHENTICATED = 16;
const INVALID_ARGUMENT = 3;

export class Client implements EtcdClient {
  readonly o: ResolvedEtcdOptions;
  private readonly channels: readonly Channel[];
  /** The endpoint that answered last. */
  private current: number = 0;
  private token: Promise<string> | undefined = undefined;
  closed: boolean = false;
  /** Leases and watches, which end with the client. */
  private readonly held = new Set<() => void>();

  constructor(o: ResolvedEtcdOptions) {
    this.o = o;
    this.channels = o.endpoints.map((e) => new Channel(e, o.tls, o.dialTimeoutMs));
  }

  /** `end` is called when the client closes, unless it is let go before. */
  hold(end: () => void): void {
    this.held.add(end);
  }

  letGo(end: () => void): void {
    this.held.delete(end);
  }

  async get(key: string, signal?: AbortSignal): Promise<KeyValue | undefined> {
    const a = await this.call('KV/Range', 'RangeRequest', { key: Buffer.from(key) }, 'RangeResponse', signal);
    return a.kvs[0] === undefined ? undefined : keyValueOf(a.kvs[0]);
  }

  async list(prefix: string, signal?: AbortSignal): Promise<ListResult> {
    return this.range(Buffer.from(prefix), endOf(prefix), signal);
  }

  async range(start: Buffer, rangeEnd: Buffer | undefined, signal?: AbortSignal): Promise<ListResult> {
    const kvs: KeyValue[] = [];
    let revision = '0';
    for (let key = start; ; ) {
      const a = await this.call('KV/Range', 'RangeRequest', { key, ...(rangeEnd === undefined ? {} : { rangeEnd }), limit: PAGE, revision }, 'RangeResponse', signal);
      // The pages behind the first one are those of its moment.
      if (revision === '0') revision = a.header?.revision ?? '0';
      for (const kv of a.kvs) kvs.push(keyValueOf(kv));
      const last = a.kvs.at(-1);
      if (!a.more || last === undefined) return { kvs, revision: BigInt(revision) };
      key = Buffer.concat([last.key, Buffer.alloc(1)]);
    }
  }

  async put(key: string, value: string | Uint8Array, o: { readonly lease?: EtcdLease; readonly signal?: AbortSignal } = {}): Promise<void> {
    await this.call('KV/Put', 'PutRequest', { key: Buffer.from(key), value: Buffer.from(value), lease: o.lease?.id ?? '0' }, 'PutResponse', o.signal);
  }

  async delete(key: string, signal?: AbortSignal): Promise<boolean> {
    const a = await this.call('KV/DeleteRange', 'DeleteRangeRequest', { key: Buffer.from(key) }, 'DeleteRangeResponse', signal);
    return a.deleted !== '0';
  }

  async lease(ttlSeconds: number, signal?: AbortSignal): Promise<EtcdLease> {
    const a = await this.call('Lease/LeaseGrant', 'LeaseGrantRequest', { TTL: ttlSeconds }, 'LeaseGrantResponse', signal);
    if (a.error !== '') throw new EtcdError('ETCD_REQUEST_REFUSED', `Lease/LeaseGrant: ${a.error}`);
    return new Lease(this, a.ID, Number(a.TTL) * 1000);
  }

  watch(prefix: string, on: EtcdWatcher, signal: AbortSignal, o: { readonly exact?: boolean } = {}): void {
    if (signal.aborted) return;
    new Watch(this, Buffer.from(prefix), o.exact === true ? undefined : endOf(prefix), on, signal).start();
  }

  close(): Promise<void> {
    this.closed = true;
    for (const end of [...this.held]) end();
    for (const c of this.channels) c.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** One request. What no endpoint took is tried on the next one; a token that the server does not know any more is asked for anew, once. */
  async call<A extends Answer>(method: string, requestType: string, request: object, answer: A, signal?: AbortSignal): Promise<Answers[A]> {
    const bytes = encode(requestType, request);
    let renewed = false;
    for (let tries = 0; ; ) {
      if (this.closed) throw new EtcdError('ETCD_CLIENT_CLOSED', `${method}: the client is closed`);
      const token = await this.authToken(method, signal);
      try {
        return decode(answer, await this.channels[this.current]!.unary(`/etcdserverpb.${method}`, bytes, { ...this.settings(token), signal }));
      } catch (e) {
        if (!(e instanceof EtcdError)) throw e;
        if (token !== undefined && !renewed && isTokenError(e)) {
          renewed = true;
          this.token = undefined;
          continue;
        }
        if ((e.code !== 'ETCD_SERVER_UNAVAILABLE' && e.code !== 'ETCD_REQUEST_TIMEOUT') || this.closed || ++tries >= this.channels.length) throw e;
        this.rotate();
      }
    }
  }

  /** A stream on the endpoint of the moment. */
  async stream(method: string, on: StreamListener): Promise<CallStream> {
    const token = await this.authToken(method, undefined);
    if (this.closed) throw new EtcdError('ETCD_CLIENT_CLOSED', `${method}: the client is closed`);
    return this.channels[this.current]!.stream(`/etcdserverpb.${method}`, this.settings(token), on);
  }

  /** The endpoint of the moment failed a stream. */
  failed(e: EtcdError): void {
    if (isTokenError(e)) this.token = undefined;
    else if (e.code === 'ETCD_SERVER_UNAVAILABLE') this.rotate();
  }

  private rotate(): void {
    this.current = (this.current + 1) % this.channels.length;
  }

  private settings(token: string | undefined): { readonly timeoutMs: number; readonly maxMessageBytes: number; readonly token: string | undefined } {
    return { timeoutMs: this.o.requestTimeoutMs, maxMessageBytes: this.o.maxMessageBytes, token };
  }

  private async authToken(method: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    const { auth } = this.o;
    if (auth === undefined || method === 'Auth/Authenticate') return undefined;
    const token = (this.token ??= this.call('Auth/Authenticate', 'AuthenticateRequest', { name: auth.username, password: auth.password }, 'AuthenticateResponse', signal).then((a) => a.token));
    try {
      return await token;
    } catch (e) {
      if (this.token === token) this.token = undefined;
      throw e;
    }
  }
}

function isTokenError(e: EtcdError): boolean {
  return e.status === UNAUTHENTICATED || (e.status === INVALID_ARGUMENT && e.message.includes('auth'));
}

function keyValueOf(kv: WireKeyValue): KeyValue {
  return { key: Buffer.from(kv.key).toString(), value: Uint8Array.from(kv.value), modRevision: BigInt(kv.modRevision), lease: kv.lease };
}

/** The first key behind all that begin with `prefix`. */
function endOf(prefix: string): Buffer {
  const b = Buffer.from(prefix);
  for (let i = b.length - 1; i >= 0; i--) {
    if (b[i] === 0xff) continue;
    b[i]!++;
    return b.subarray(0, i + 1);
  }
  // No such key: everything.
  return Buffer.alloc(1);
}
