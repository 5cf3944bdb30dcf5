// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import { any, bool, instance, int, oneOf, optionTable } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';
import type { RpcHead, Wire } from '../engine.js';
import type { RouteTable } from './routes.js';

/**
 * A checksum of your own over everything behind the TTHeader, carried in the string key `PV_<key>`.
 * Source: cloudwego/kitex pkg/remote/codec/validate.go PayloadValidator.
 */
export interface PayloadValidator {
  /** Name of the key, without the prefix `PV_`. */
  readonly key: string;
  /** The value to send, at most 4096 bytes; undefined sends none. `payload` is lent for the length of the call. */
  generate(payload: Uint8Array): string | undefined;
  /**
   * False refuses the message. Called without a value too (`''`). `payload` and `head` are lent for the length of the call. Nothing of the payload is decoded
   * yet, so that `head` shows its keys (int key 9 names the method) but neither `methodName` nor `type`.
   */
  validate(value: string, payload: Uint8Array, head: RpcHead): boolean;
}

/** Settings of the RPC engine: Buffered, Framed, TTHeader, Kitex-Protobuf and multiplexed TTHeader on one connection. */
export interface RpcEngineOptions {
  /** Client: the wire of requests. A server answers on the wire that a request came on. @defaultValue 'ttheader-framed' */
  readonly wire?: Wire | undefined;
  /** Client: what requests carry. @defaultValue 'thrift' */
  readonly payload?: 'thrift' | 'protobuf' | undefined;
  /** Server: the names it serves; without it every index is -1. */
  readonly routes?: RouteTable | undefined;
  /** Unit bytes, of one payload. @defaultValue 67108864 */
  readonly maxMessageBytes?: number | undefined;
  /** Unit bytes, of one TTHeader or method name. @defaultValue 262144 */
  readonly maxHeaderBytes?: number | undefined;
  /** Nesting at which the end of a Buffered message is no longer looked for, 1 to 1024. @defaultValue 64 */
  readonly maxDepth?: number | undefined;
  /** Messages of one connection that are worked on at once where the wire answers in order, 1 to 64. @defaultValue 1 */
  readonly pipelineDepth?: number | undefined;
  /** Multiplexed TTHeader (flag 0x0001): requests of a client are answered in any order. @defaultValue false */
  readonly outOfOrder?: boolean | undefined;
  /** Requests of one multiplexed connection that are worked on at once. @defaultValue 1024 */
  readonly maxConcurrent?: number | undefined;
  /** CRC-32C of payloads in TTHeader: sent, and checked where it came. @defaultValue false */
  readonly crc32c?: boolean | undefined;
  readonly validator?: PayloadValidator | undefined;
  /** What `exportState()` gave on another thread. */
  readonly state?: RpcEngineState | undefined;
}

/** Plain data from which another engine goes on. */
export interface RpcEngineState {
  readonly protocol: 'rpc';
  readonly nextId: number;
}

/** Wires that this engine speaks. */
export type RpcWire = Exclude<Wire, 'ttheader-streaming' | 'grpc'>;

/** Options with their defaults, checked; shared by all engines that were given the same object. */
export interface RpcLimits {
  readonly wire: RpcWire;
  readonly payload: 'thrift' | 'protobuf';
  readonly routes: RouteTable | undefined;
  readonly maxMessageBytes: number;
  readonly maxHeaderBytes: number;
  readonly maxDepth: number;
  readonly pipelineDepth: number;
  readonly outOfOrder: boolean;
  readonly maxConcurrent: number;
  readonly crc32c: boolean;
  readonly validator: PayloadValidator | undefined;
  readonly nextId: number;
}

const MAX_BYTES = 0x7fff_ffff;

const table: OptionTable<RpcEngineOptions> = optionTable<RpcEngineOptions>({
  wire: oneOf<RpcWire>(['buffered', 'framed', 'ttheader', 'ttheader-framed'], { default: 'ttheader-framed' }),
  payload: oneOf(['thrift', 'protobuf'], { default: 'thrift' }),
  routes: instance<RouteTable>('what createRouteTable() gives', ['find']),
  maxMessageBytes: int({ min: 1, max: MAX_BYTES, unit: 'bytes', default: 64 * 1024 * 1024 }),
  maxHeaderBytes: int({ min: 4, max: MAX_BYTES, unit: 'bytes', default: 256 * 1024 }),
  maxDepth: int({ min: 1, max: 1024, default: 64 }),
  pipelineDepth: int({ min: 1, max: 64, default: 1 }),
  outOfOrder: bool({ default: false }),
  maxConcurrent: int({ min: 1, default: 1024 }),
  crc32c: bool({ default: false }),
  validator: instance<PayloadValidator>('a PayloadValidator', ['generate', 'validate']),
  state: any<RpcEngineState>({ what: 'what exportState() gave', test: isState }),
});

function isState(v: unknown): boolean {
  const s = v as Partial<RpcEngineState> | null;
  return typeof s === 'object' && s !== null && s.protocol === 'rpc' && Number.isSafeInteger(s.nextId) && s.nextId! >= 1;
}

const checked: WeakMap<RpcEngineOptions, RpcLimits> = new WeakMap();

/** Checks options and fills defaults, once per options object. Errors: {@link OptionError}. */
export function limitsOf(o: RpcEngineOptions): RpcLimits {
  let limits = checked.get(o);
  if (limits === undefined) {
    limits = resolve(o);
    checked.set(o, limits);
  }
  return limits;
}

function resolve(o: RpcEngineOptions): RpcLimits {
  const r = table.resolve(o, 'rpc');
  const wire = r.wire as RpcWire;
  if (r.payload === 'protobuf' && wire !== 'framed' && wire !== 'ttheader-framed') {
    throw new OptionError('rpc.payload', `rpc.payload: got "protobuf" on the wire "${wire}", wanted the wire "framed" or "ttheader-framed": Kitex-Protobuf needs a frame`);
  }
  if (r.outOfOrder === true && wire !== 'ttheader' && wire !== 'ttheader-framed') {
    throw new OptionError('rpc.outOfOrder', `rpc.outOfOrder: got true on the wire "${wire}", wanted the wire "ttheader" or "ttheader-framed", whose header carries the flag`);
  }
  const key = r.validator?.key as unknown;
  if (r.validator !== undefined && (typeof key !== 'string' || key === '')) {
    throw new OptionError('rpc.validator.key', `rpc.validator.key: got ${typeof key === 'string' ? '""' : typeof key}, wanted a non-empty string`);
  }
  return Object.freeze({
    wire,
    payload: r.payload!,
    routes: r.routes,
    maxMessageBytes: r.maxMessageBytes!,
    maxHeaderBytes: r.maxHeaderBytes!,
    maxDepth: r.maxDepth!,
    pipelineDepth: r.pipelineDepth!,
    outOfOrder: r.outOfOrder!,
    maxConcurrent: r.maxConcurrent!,
    crc32c: r.crc32c!,
    validator: r.validator,
    nextId: r.state?.nextId ?? 1,
  });
}
