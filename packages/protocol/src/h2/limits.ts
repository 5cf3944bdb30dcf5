// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { OptionTable } from '@cloudwego/gopkg/options';
import { bool, int, optionTable } from '@cloudwego/gopkg/options';
import { MAX_FRAME_SIZE, MAX_WINDOW, MIN_FRAME_SIZE } from './frame.js';

/** Settings of the HTTP/2 engine. Source of the defaults: cloudwego/kitex pkg/remote/trans/nphttp2/grpc. */
export interface H2Options {
  /** Unit bytes, of one header list as HTTP/2 counts it, and of a block on the wire. @defaultValue 262144 */
  readonly maxHeaderBytes?: number | undefined;
  /** Streams that the peer may have open at once; told to it. @defaultValue 1000 */
  readonly maxConcurrentStreams?: number | undefined;
  /** Unit bytes; what a peer may send on one stream before it is credited. With `autoTune` the start. @defaultValue 65535 */
  readonly initialWindowBytes?: number | undefined;
  /** Unit bytes; the same for the whole connection. @defaultValue 1048576 */
  readonly connectionWindowBytes?: number | undefined;
  /** Windows grow with what the link is seen to hold. @defaultValue true */
  readonly autoTune?: boolean | undefined;
  /** Unit bytes; how far windows grow. @defaultValue 16777216 */
  readonly maxWindowBytes?: number | undefined;
  /** Unit bytes; the largest frame that is read. @defaultValue 16384 */
  readonly maxFrameBytes?: number | undefined;
  /** Unit bytes; the largest DATA frame that is written, where the peer takes it. @defaultValue 16384 */
  readonly maxWriteFrameBytes?: number | undefined;
  /** Unit bytes that a stream may queue for want of window before `endMessage` says false. @defaultValue 65536 */
  readonly streamQueueBytes?: number | undefined;
  /** Unit bytes, of the table of compressed headers that the peer may use. @defaultValue 4096 */
  readonly headerTableBytes?: number | undefined;
  /** Paths come again, as those of RPC do, so that they are worth compressing. @defaultValue false */
  readonly indexPath?: boolean | undefined;
  /** Without bytes from the peer for so long a PING asks whether it is there. Unit ms, 0 = never. @defaultValue 0 */
  readonly keepAliveMs?: number | undefined;
  /** How long the answer to that may take. Unit ms. @defaultValue 20000 */
  readonly keepAliveTimeoutMs?: number | undefined;
  /** Client: PING without open streams too. @defaultValue false */
  readonly keepAliveWithoutStreams?: boolean | undefined;
  /** Server: PINGs closer together than this are strikes, of which the third ends the connection. Unit ms, 0 = any. @defaultValue 0 */
  readonly minPingIntervalMs?: number | undefined;
  /** Server: PINGs without open streams are held to `minPingIntervalMs` instead of two hours. @defaultValue false */
  readonly permitPingWithoutStreams?: boolean | undefined;
  /** Server: a connection without streams for so long is told goodbye. Unit ms, 0 = never. @defaultValue 0 */
  readonly maxIdleMs?: number | undefined;
  /** Server: a connection of that age, give or take a tenth so that many do not go at once, is told goodbye. Unit ms, 0 = never. @defaultValue 0 */
  readonly maxAgeMs?: number | undefined;
  /** Server: how long its streams may go on after that. Unit ms, 0 = any. @defaultValue 0 */
  readonly ageGraceMs?: number | undefined;
  /** How long the peer may take to send its first SETTINGS, on a server behind its preface. Unit ms, 0 = any. @defaultValue 10000 */
  readonly settingsTimeoutMs?: number | undefined;
  /** Streams that a peer may reset right after it opened them, per second, before it is told to calm down. @defaultValue 200 */
  readonly maxResetsPerSecond?: number | undefined;
  /** How long a stream that is owed window or bytes may stand still. Unit ms, 0 = any. @defaultValue 0 */
  readonly stallMs?: number | undefined;
}

export type H2Limits = { readonly [K in keyof H2Options]-?: NonNullable<H2Options[K]> };

const table: OptionTable<H2Options> = optionTable<H2Options>({
  maxHeaderBytes: int({ unit: 'bytes', min: 1024, max: 1 << 28, default: 256 * 1024 }),
  maxConcurrentStreams: int({ min: 1, max: MAX_WINDOW, default: 1000 }),
  initialWindowBytes: int({ unit: 'bytes', min: 1, max: MAX_WINDOW, default: 65_535 }),
  connectionWindowBytes: int({ unit: 'bytes', min: 65_535, max: MAX_WINDOW, default: 1 << 20 }),
  autoTune: bool({ default: true }),
  maxWindowBytes: int({ unit: 'bytes', min: 65_535, max: MAX_WINDOW, default: 16 << 20 }),
  maxFrameBytes: int({ unit: 'bytes', min: MIN_FRAME_SIZE, max: MAX_FRAME_SIZE, default: MIN_FRAME_SIZE }),
  maxWriteFrameBytes: int({ unit: 'bytes', min: 1024, max: MAX_FRAME_SIZE, default: MIN_FRAME_SIZE }),
  streamQueueBytes: int({ unit: 'bytes', min: 0, max: MAX_WINDOW, default: 64 * 1024 }),
  headerTableBytes: int({ unit: 'bytes', min: 0, max: 1 << 20, default: 4096 }),
  indexPath: bool({ default: false }),
  keepAliveMs: int({ unit: 'ms', min: 0, default: 0 }),
  keepAliveTimeoutMs: int({ unit: 'ms', min: 1, default: 20_000 }),
  keepAliveWithoutStreams: bool({ default: false }),
  minPingIntervalMs: int({ unit: 'ms', min: 0, default: 0 }),
  permitPingWithoutStreams: bool({ default: false }),
  maxIdleMs: int({ unit: 'ms', min: 0, default: 0 }),
  maxAgeMs: int({ unit: 'ms', min: 0, default: 0 }),
  ageGraceMs: int({ unit: 'ms', min: 0, default: 0 }),
  settingsTimeoutMs: int({ unit: 'ms', min: 0, default: 10_000 }),
  maxResetsPerSecond: int({ min: 1, default: 200 }),
  stallMs: int({ unit: 'ms', min: 0, default: 0 }),
});

const checked: WeakMap<H2Options, H2Limits> = new WeakMap();

/** Checks options and fills defaults, once per options object. Errors: OptionError. */
export function h2LimitsOf(o: H2Options): H2Limits {
  let l = checked.get(o);
  if (l === undefined) checked.set(o, (l = table.resolve(o, 'h2') as H2Limits));
  return l;
}
