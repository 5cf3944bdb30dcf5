// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { OptionTable } from '@cloudwego/gopkg/options';
import { bool, int, optionTable } from '@cloudwego/gopkg/options';

/** Settings of the HTTP/1 engine. */
export interface Http1Options {
  /** Unit bytes, of one head from its first line to its empty line, and of trailers. More is answered 431. @defaultValue 262144 */
  readonly maxHeaderBytes?: number | undefined;
  /** Fields of one head, and of trailers. More is answered 431. @defaultValue 1000 */
  readonly maxHeaders?: number | undefined;
  /** Server: what is left of a body when its request is answered, and still read so that the connection can go on. Unit bytes. @defaultValue 262144 */
  readonly maxSkipBytes?: number | undefined;
  /** What of a body is shown before it is credited. Unit bytes. @defaultValue 65536 */
  readonly windowBytes?: number | undefined;
  /** Requests in work at once: a server keeps their answers in order, a client sends on before it is answered. @defaultValue 1 */
  readonly pipelineDepth?: number | undefined;
  /** Server: how long a request may take from its first byte to its last, body included; then it is answered 408. Unit ms, 0 = any. @defaultValue 180000 */
  readonly readTimeoutMs?: number | undefined;
  /** Connections are used again. @defaultValue true */
  readonly keepAlive?: boolean | undefined;
  /** The number of the first stream; what `exportState()` gave goes on. @defaultValue 1 */
  readonly nextId?: number | undefined;
}

export type Http1Limits = { readonly [K in keyof Http1Options]-?: NonNullable<Http1Options[K]> };

const table: OptionTable<Http1Options> = optionTable<Http1Options>({
  maxHeaderBytes: int({ unit: 'bytes', min: 64, max: 1 << 28, default: 256 * 1024 }),
  maxHeaders: int({ min: 1, max: 1 << 20, default: 1000 }),
  maxSkipBytes: int({ unit: 'bytes', min: 0, default: 256 * 1024 }),
  windowBytes: int({ unit: 'bytes', min: 1, default: 64 * 1024 }),
  pipelineDepth: int({ min: 1, max: 64, default: 1 }),
  readTimeoutMs: int({ unit: 'ms', min: 0, default: 180_000 }),
  keepAlive: bool({ default: true }),
  nextId: int({ min: 1, default: 1 }),
});

const checked: WeakMap<Http1Options, Http1Limits> = new WeakMap();

/** Checks options and fills defaults, once per options object. Errors: OptionError. */
export function http1LimitsOf(o: Http1Options): Http1Limits {
  let l = checked.get(o);
  if (l === undefined) checked.set(o, (l = table.resolve(o, 'http1') as Http1Limits));
  return l;
}

/** Plain data of an engine on which nothing is in flight. */
export interface Http1State {
  readonly protocol: 'http1';
  readonly nextId: number;
}
