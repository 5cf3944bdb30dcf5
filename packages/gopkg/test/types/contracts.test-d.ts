// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// The contracts of the packages, compiled under the strictest options. `tsc -b` checks this file; nothing runs it. The interfaces below are written out
// once more, as the contracts state them: an interface that shrinks or changes in the source no longer compiles here.

import type { Awaitable } from '@cloudwego/gopkg/async';
import { isThenable } from '@cloudwego/gopkg/async';
import type { Clock, TimerEntry, TimerWheel } from '@cloudwego/gopkg/clock';
import { LoopClock, loopClock, Wheel } from '@cloudwego/gopkg/clock';
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import type { Context, ContextKey } from '@cloudwego/gopkg/context';
import { background, BaseContext, contextKey, withCancel, withSignal } from '@cloudwego/gopkg/context';
import type { AnyMiddleware, Endpoint, Middleware } from '@cloudwego/gopkg/endpoint';
import { chain, invoke } from '@cloudwego/gopkg/endpoint';
import type {
  Address,
  AddressLike,
  ByteConsumer,
  ByteReader,
  ByteWriter,
  Connection,
  DialOptions,
  DrainReport,
  Listener,
  ListenOptions,
  Network,
  TlsOptions,
  TlsState,
} from '@cloudwego/gopkg/io';
import type { MetaInfo } from '@cloudwego/gopkg/metainfo';
import { createMetaInfo, emptyMetaInfo } from '@cloudwego/gopkg/metainfo';
import type { OptionTable } from '@cloudwego/gopkg/options';
import { bool, int, list, nested, oneOf, optionTable, text } from '@cloudwego/gopkg/options';
import type { Duplex } from 'node:stream';

/** Compiles only when each may stand for the other. */
type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
/** Compiles only when the types are identical; used where `any` or optionality could slip through. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Extends<A, B> = [A] extends [B] ? true : false;
declare function holds<T extends true>(): T;
declare function fails<T extends false>(): T;

// ── the contracts ────────────────────────────────────────────────────────────────────────────────

interface ClockContract {
  now(): number;
  wallMs(): number;
  readonly wheel: TimerWheelContract;
}
interface TimerEntryContract {
  at: number;
  fire(now: number): void;
}
interface TimerWheelContract {
  add(e: TimerEntryContract, at: number): void;
  remove(e: TimerEntryContract): void;
}
interface ContextKeyContract<T> {
  readonly id: symbol;
  readonly name: string;
  readonly '~type'?: T;
}
interface ContextContract {
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly metainfo: MetaInfoContract;
  value<T>(key: ContextKeyContract<T>): T | undefined;
  with<T>(key: ContextKeyContract<T>, value: T): this;
  withDeadline(at: number): this;
  withMetainfo(m: MetaInfoContract): this;
}
interface MetaInfoContract {
  get(k: string): string | undefined;
  getPersistent(k: string): string | undefined;
  readonly transient: ReadonlyMap<string, string>;
  readonly persistent: ReadonlyMap<string, string>;
  readonly stale: ReadonlyMap<string, string>;
  with(k: string, v: string): this;
  withPersistent(k: string, v: string): this;
  forward(): this;
}
type AddressContract =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'shmipc'; readonly control: string }
  | { readonly kind: 'memory'; readonly name: string };
interface ByteReaderContract {
  readonly pos: number;
  readonly end: number;
  u8(): number;
  i8(): number;
  u16(): number;
  i16(): number;
  u32(): number;
  i32(): number;
  i64(): bigint;
  f32(): number;
  f64(): number;
  u32le(): number;
  u64le(): bigint;
  f32le(): number;
  f64le(): number;
  varint(): number;
  varint64(): bigint;
  string(n: number): string;
  bytes(n: number): Uint8Array;
  view(n: number): Uint8Array;
  skip(n: number): void;
}
interface ByteWriterContract {
  u8(v: number): void;
  i8(v: number): void;
  u16(v: number): void;
  i16(v: number): void;
  u32(v: number): void;
  i32(v: number): void;
  i64(v: bigint): void;
  f32(v: number): void;
  f64(v: number): void;
  u32le(v: number): void;
  u64le(v: bigint): void;
  f32le(v: number): void;
  f64le(v: number): void;
  varint(v: number): void;
  varint64(v: bigint): void;
  string(v: string): number;
  bytes(v: Uint8Array): void;
  mark(): number;
  patchU32(mark: number, v: number): void;
  rewind(mark: number): void;
}
interface ByteConsumerContract {
  readonly need: number;
  receive(buf: Buffer, start: number, end: number): number;
  receiveEnd(): void;
  writable(): void;
  closed(cause: Error | undefined): void;
}
interface ConnectionContract extends AsyncDisposable {
  readonly id: number;
  readonly local: AddressContract;
  readonly remote: AddressContract;
  readonly tls: TlsState | undefined;
  readonly clock: ClockContract;
  attach(c: ByteConsumerContract): void;
  pause(): void;
  resume(): void;
  idleMs: number;
  readonly pendingBytes: number;
  beginWrite(hint: number): ByteWriter;
  endWrite(): boolean;
  cancelWrite(): void;
  flush(): void;
  end(): void;
  close(): Promise<void>;
  destroy(cause?: Error): void;
  ref(): void;
  unref(): void;
  detach(): { readonly fd: number; readonly unread: Uint8Array } | undefined;
  startTls(o: TlsOptions): ConnectionContract;
  toDuplex(): Duplex;
}
interface ListenOptionsContract {
  readonly backlog?: number | undefined;
  readonly reusePort?: boolean | undefined;
  readonly fd?: number | undefined;
  readonly idleMs?: number | undefined;
  readonly proxyProtocol?: boolean | { readonly trusted?: readonly string[] | undefined; readonly headerTimeoutMs?: number | undefined; readonly maxHeaderBytes?: number | undefined } | undefined;
}
interface DialOptionsContract {
  readonly connectTimeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly tls?: TlsOptions | undefined;
}
interface ListenerContract extends AsyncDisposable {
  readonly address: AddressContract;
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}
interface NetworkContract {
  readonly engine: string;
  readonly clock: ClockContract;
  listen(a: AddressContract, accept: (c: ConnectionContract) => void, o?: ListenOptionsContract): Promise<ListenerContract>;
  dial(a: AddressContract, o?: DialOptionsContract): Promise<ConnectionContract>;
}
interface DrainReportContract {
  readonly inFlight: number;
  readonly finished: number;
  readonly forced: number;
  readonly elapsedMs: number;
}

holds<Same<Awaitable<number>, number | PromiseLike<number>>>();
holds<Equal<Clock, ClockContract>>();
holds<Equal<TimerEntry, TimerEntryContract>>();
holds<Equal<TimerWheel, TimerWheelContract>>();
holds<Equal<ContextKey<string>, ContextKeyContract<string>>>();
holds<Equal<Context, ContextContract>>();
holds<Equal<MetaInfo, MetaInfoContract>>();
holds<Equal<Address, AddressContract>>();
holds<Equal<AddressLike, AddressContract | string>>();
holds<Equal<ByteConsumer, ByteConsumerContract>>();
holds<Equal<Connection, ConnectionContract>>();
holds<Equal<ListenOptions, ListenOptionsContract>>();
holds<Equal<DialOptions, DialOptionsContract>>();
holds<Equal<Listener, ListenerContract>>();
holds<Equal<Network, NetworkContract>>();
holds<Equal<DrainReport, DrainReportContract>>();
// Concrete classes: they have at least what the contract says.
holds<Extends<ByteReader, ByteReaderContract>>();
holds<Extends<ByteWriter, ByteWriterContract>>();
holds<Extends<LoopClock, ClockContract>>();
holds<Extends<FakeClock, ClockContract>>();
holds<Extends<Wheel, TimerWheelContract>>();
holds<Extends<BaseContext, ContextContract>>();
// Every option may be forwarded as undefined under exactOptionalPropertyTypes.
export const forwarded: ListenOptions & DialOptions = { backlog: undefined, reusePort: undefined, fd: undefined, idleMs: undefined, proxyProtocol: undefined, connectTimeoutMs: undefined, signal: undefined, tls: undefined };

// ── inference ────────────────────────────────────────────────────────────────────────────────────

class CallContext extends BaseContext {
  readonly method: string = 'Echo';
}
const user = contextKey<{ readonly name: string }>('user');
const call = new CallContext();
holds<Same<typeof user, ContextKey<{ readonly name: string }>>>();
const derived = call.with(user, { name: 'ann' });
const timed = call.withDeadline(1).withMetainfo(emptyMetaInfo).with(user, { name: 'bob' });
const cancelled = withCancel(call);
const signalled = withSignal(call, new AbortController().signal);
const found = call.value(user);
holds<Same<typeof derived, CallContext>>();
holds<Same<typeof timed, CallContext>>();
holds<Same<typeof cancelled.ctx, CallContext>>();
holds<Same<typeof signalled.ctx, CallContext>>();
holds<Extends<typeof signalled, Disposable>>();
holds<Same<typeof found, { readonly name: string } | undefined>>();
// @ts-expect-error the value has the key's type
call.with(user, { name: 1 });
// @ts-expect-error a deadline is a point in time, not a Date
call.withDeadline(new Date());
// @ts-expect-error contexts are immutable
call.deadline = 1;
// The interface keeps `this` too.
declare const anyContext: Context & { readonly extra: 1 };
holds<Same<ReturnType<(typeof anyContext)['withDeadline']>['extra'], 1>>();
holds<Same<typeof background, BaseContext>>();

const sized = createMetaInfo({ transient: { a: '1' } }).with('b', '2').forward();
holds<Same<ReturnType<typeof sized.all>, ReadonlyMap<string, string>>>();

// A middleware that fits everything fits every endpoint, and a list of them a chain.
const log: AnyMiddleware = (next) => (req, ctx) => next(req, ctx);
interface Req {
  readonly id: bigint;
}
interface Res {
  readonly name: string;
}
const echo: Endpoint<Req, Res, CallContext> = (req, ctx) => ({ name: `${ctx.method} ${req.id}` });
const plainEndpoint: Endpoint = (req) => req;
holds<Same<ReturnType<typeof log<Req, Res, CallContext>>, Endpoint<Req, Res, CallContext>>>();
const wrapped = log(echo);
holds<Same<typeof wrapped, Endpoint<Req, Res, CallContext>>>();
const loose = log(plainEndpoint);
holds<Same<typeof loose, Endpoint>>();
const typed: Middleware<Req, Res, CallContext> = log;
const needsCall: Middleware<Req, Res, CallContext> = (next) => (req, ctx) => (ctx.method === '' ? { name: '' } : next(req, ctx));
const onion = chain(log, needsCall, typed)(echo);
holds<Same<typeof onion, Endpoint<Req, Res, CallContext>>>();
// @ts-expect-error a middleware for one kind of request is no AnyMiddleware
export const narrow: AnyMiddleware = needsCall;
// Values, promises and async functions are endpoints alike.
export const kinds: readonly Endpoint<Req, Res>[] = [() => ({ name: 'a' }), async () => Promise.resolve({ name: 'b' }), () => Promise.resolve({ name: 'c' })];
// @ts-expect-error the answer has the endpoint's type
export const wrong: Endpoint<Req, Res> = () => ({ name: 1 });

const outcome = invoke(
  echo,
  { id: 1n },
  call,
  (v, ctx) => {
    holds<Same<typeof v, Res>>();
    holds<Same<typeof ctx, CallContext>>();
    return v.name.length;
  },
  (e, ctx) => {
    holds<Same<typeof e, unknown>>();
    holds<Same<typeof ctx, CallContext>>();
    return -1;
  },
);
holds<Same<typeof outcome, Awaitable<number>>>();

declare const maybe: Awaitable<string>;
if (isThenable(maybe)) holds<Extends<typeof maybe, PromiseLike<unknown>>>();
else holds<Same<typeof maybe, string>>();

// A table knows its options: wrong kinds, missing and unknown keys do not compile.
interface Inner {
  readonly on?: boolean | undefined;
}
interface Options {
  readonly timeoutMs?: number | undefined;
  readonly mode?: 'a' | 'b' | undefined;
  readonly names?: readonly string[] | undefined;
  readonly inner?: Inner | undefined;
  readonly service: string;
}
const innerTable = optionTable<Inner>({ on: bool({ default: true }) });
const table = optionTable<Options>({
  timeoutMs: int({ unit: 'ms', min: 0, default: 1000 }),
  mode: oneOf(['a', 'b']),
  names: list(text(), { default: [] }),
  inner: nested(innerTable, { default: true }),
  service: text({ required: true }),
});
holds<Same<typeof table, OptionTable<Options>>>();
const resolved = table.resolve({ service: 'x' }, 'options');
holds<Same<typeof resolved.timeoutMs, number | undefined>>();
holds<Same<typeof resolved.mode, 'a' | 'b' | undefined>>();
holds<Same<typeof resolved.service, string>>();
holds<Same<keyof typeof resolved, 'timeoutMs' | 'mode' | 'names' | 'inner' | 'service'>>();
fails<Extends<Partial<typeof resolved>, typeof resolved>>();
// @ts-expect-error resolved options are frozen
resolved.timeoutMs = 1;
// @ts-expect-error an option of the interface has no spec
optionTable<Inner>({});
// @ts-expect-error a spec of the wrong kind
optionTable<Inner>({ on: int() });
// @ts-expect-error values outside the union
optionTable<{ readonly mode?: 'a' | undefined }>({ mode: oneOf(['a', 'b']) });

// An entry of the wheel is any object with the two members; a clock is what loopClock gives.
class Call implements TimerEntry {
  at: number = Infinity;
  fire(now: number): void {
    holds<Same<typeof now, number>>();
  }
}
loopClock().wheel.add(new Call(), Infinity);
