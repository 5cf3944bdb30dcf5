// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import type { ByteConsumer, ByteReader, ByteWriter, Connection } from '@cloudwego/gopkg/io';
import type { PreparedInfo } from './rpc/encoder.js';

/** One protocol on one connection: bytes in, events out. */
export interface ProtocolEngine extends ByteConsumer {
  readonly protocol: string;
  /** Open streams; 0 = may be closed or moved. */
  readonly active: number;
  /** A message has begun and the rest of it is awaited; a peer that stalls now may be timed out. */
  readonly midMessage: boolean;
  /** Keep-alive, stalls; answers the next point in time at which it wants to be called (`Infinity` = never). */
  tick(now: number): number;
  /** Says goodbye in the protocol's own way: crrst, Connection: close, GOAWAY. */
  drain(): void;
  /** Structured-cloneable state, only when `active === 0`. */
  exportState?(): unknown;
}

/** What an engine needs of its connection. */
export interface EngineLink
  extends Pick<Connection, 'beginWrite' | 'endWrite' | 'cancelWrite' | 'flush' | 'pause' | 'resume' | 'end' | 'destroy' | 'pendingBytes'> {
  readonly clock: Clock;
  /** `active` fell to 0, or `open()` may succeed again: pools and drain listen here. */
  idle(): void;
}

/** Makes the engine of one connection. */
export type EngineFactory<Head, Init, Tail, O> = (
  link: EngineLink,
  role: 'client' | 'server',
  on: StreamEvents<Head, Tail>,
  o: O,
) => StreamEngine<Init, Tail>;

/** Commands to an engine. Every stream ends in exactly one of endMessage(end) | sendTail | finish | reset. */
export interface StreamEngine<Init, Tail> extends ProtocolEngine {
  /** Client: the stream id, or -1 at the peer's limit. */
  open(head: Init, end: boolean): number;
  /** Held back so that head + message + tail can be one frame. */
  sendHead(id: number, head: Init, end: boolean): void;
  /** Sends a head that is held back: for a stream whose first message is not at hand. Absent where a head never goes alone. */
  flushHead?(id: number): void;
  beginMessage(id: number, hint: number): ByteWriter;
  /** False = above high water; `onWritable` follows where the stream goes on. */
  endMessage(id: number, end: boolean): boolean;
  /** Drops the held head too, so that an encode failure can become an EXCEPTION. */
  cancelMessage(id: number): void;
  sendTail(id: number, tail: Tail): void;
  /** Answered with nothing (oneway, HEAD, a stream the handler left); frees message n+1. */
  finish(id: number): void;
  /** In order: destroys the connection; multiplexed: swallows the rest of that reply, returns its credit, stays usable. */
  reset(id: number, code: number, reason?: string): void;
  /** Exactly what `onMessage` reported: opens the window or resumes reading. */
  credit(id: number, wireBytes: number): void;
}

/** Events of an engine, called synchronously inside receive(); a command never calls back for its own stream. */
export interface StreamEvents<Head, Tail> {
  /** As soon as the header block is whole, BEFORE any payload is decoded: refuse before decode. */
  onHead(id: number, head: Head, end: boolean): void;
  /** RPC: one whole message; HTTP: a piece of the body. `r` is lent for the length of the call. */
  onMessage(id: number, r: ByteReader, end: boolean, wireBytes: number): void;
  onTail(id: number, tail: Tail): void;
  onReset(id: number, code: number, reason: string): void;
  onWritable(id: number): void;
  onGoAway(lastId: number, code: number): void;
}

/** The RPC wires by the names users type. */
export type Wire = 'buffered' | 'framed' | 'ttheader' | 'ttheader-framed' | 'ttheader-streaming' | 'grpc';

/** Finds a method name in bytes without making a string; -1 = unknown. */
export interface NameTable {
  find(buf: Buffer, start: number, end: number): number;
}

/** Head of a message that was read; reused by its engine: valid until onHead returns, then `retain()` it. */
export interface RpcHead {
  readonly wire: Wire;
  readonly payload: 'thrift' | 'protobuf';
  readonly serviceIndex: number;
  /** Local to `serviceIndex`; -1 unknown. */
  readonly methodIndex: number;
  /** Made on read. */
  readonly service: string;
  /** Made on read. */
  readonly methodName: string;
  /** Thrift message type: CALL 1, REPLY 2, EXCEPTION 3, ONEWAY 4. A server is shown 1 and 4 only; a client may meet any number and refuses all but 2 and 3. */
  readonly type: 1 | 2 | 3 | 4;
  readonly seqId: number;
  /** Clock.now() scale; `Infinity` = none was sent. */
  readonly deadline: number;
  readonly priority: number;
  int(key: number): string | undefined;
  str(key: string): string | undefined;
  strings(): ReadonlyMap<string, string>;
  /** Metadata, name and value in turn, where a name may come several times (gRPC); a character for each byte. Absent elsewhere: `strings()` is all. */
  readonly all?: readonly string[];
  retain(): RpcHead;
}

/** Head of a message that is written. */
export interface RpcHeadInit {
  readonly service: string;
  readonly method: string;
  readonly type: 1 | 2 | 3 | 4;
  readonly seqId: number;
  readonly deadline: number;
  readonly wire: Wire;
  /** Pairs that many messages share, encoded once by `prepareInfo`; `ints` and `strings` come after them. */
  readonly info?: PreparedInfo | undefined;
  readonly ints: ReadonlyMap<number, string> | undefined;
  readonly strings: ReadonlyMap<string, string | readonly string[]> | undefined;
  /** gRPC requests: the compressor by name, in place of the client's; `identity` = none. */
  readonly compression?: string | undefined;
}

/** What closes an RPC stream beside its last message. */
export interface RpcTail {
  readonly code: number;
  readonly message: string;
  readonly details: Uint8Array | undefined;
  readonly strings: ReadonlyMap<string, string | readonly string[]> | undefined;
}

/** Head of an HTTP message that was read. */
export interface HttpHead {
  readonly version: '1.0' | '1.1' | '2';
  readonly scheme: string;
  readonly authority: string;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  header(lowerName: string): string | undefined;
  readonly rawHeaders: readonly string[];
  readonly length: number | undefined;
  retain(): HttpHead;
}

/** Head of an HTTP message that is written. */
export interface HttpHeadInit {
  /** Requests of HTTP/2. @defaultValue 'http' */
  readonly scheme?: string;
  /** Requests of HTTP/2: what HTTP/1 calls Host. */
  readonly authority?: string;
  readonly method?: string;
  readonly target?: string;
  readonly status?: number;
  readonly headers: readonly string[];
  readonly length: number | undefined;
}

/** HTTP trailers, name and value in turn. */
export type HttpTail = readonly string[];

/** Recognises a protocol by the first bytes of a connection. */
export interface Sniffer {
  readonly protocol: string;
  readonly alpn?: string;
  match(buf: Buffer, start: number, end: number): 'yes' | 'no' | 'more';
}
