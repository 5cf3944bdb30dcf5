// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
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
  /** False refuses the message. Called without a value too (`''`). `payload` and `head` are lent for the length of the call. */
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
  /** Nesting at which the end of a Buffered message is no longer looked for. @defaultValue 64 */
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

/** The limits that decoding works with. */
export interface RpcLimits {
  readonly maxMessageBytes: number;
  readonly maxHeaderBytes: number;
  readonly maxDepth: number;
  readonly pipelineDepth: number;
  readonly maxConcurrent: number;
}

export function limitsOf(o: RpcEngineOptions): RpcLimits {
  return {
    maxMessageBytes: o.maxMessageBytes ?? 64 * 1024 * 1024,
    maxHeaderBytes: o.maxHeaderBytes ?? 256 * 1024,
    maxDepth: o.maxDepth ?? 64,
    pipelineDepth: o.pipelineDepth ?? 1,
    maxConcurrent: o.maxConcurrent ?? 1024,
  };
}
