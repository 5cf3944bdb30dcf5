// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { func, instance, int, optionTable, text } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';
import type { RpcHead } from '../engine.js';
import type { RouteTable } from '../rpc/routes.js';

/** Settings of the TTHeader streaming engine. */
export interface TTStreamOptions {
  /** Server: the names it serves; without it every index is -1. */
  readonly routes?: RouteTable | undefined;
  /** Who this side is in the cancel path of an RST frame. @defaultValue '' */
  readonly serviceName?: string | undefined;
  /** Unit bytes, of one payload. @defaultValue 67108864 */
  readonly maxMessageBytes?: number | undefined;
  /** Unit bytes, of the TTHeader of one frame. @defaultValue 262144 */
  readonly maxHeaderBytes?: number | undefined;
  /** Streams of one connection that are open at once: a client's `open()` gives -1, a server answers with EXCEPTION 6. @defaultValue 4096 */
  readonly maxConcurrent?: number | undefined;
  /** Messages of one stream that were shown and not credited: over it the whole connection pauses until half of them are, for the wire has no windows. @defaultValue 256 */
  readonly maxQueuedMessages?: number | undefined;
  /** The same in bytes; one message is taken whatever its size. @defaultValue 4194304 */
  readonly maxQueuedBytes?: number | undefined;
  /** A stream that holds its connection back for so long is reset, so that two streams which wait for each other end. Unit ms. @defaultValue 10000 */
  readonly stallMs?: number | undefined;
  /** Client: gets meta frames, which proxies send. `head` and `payload` are lent for the length of the call; what it throws destroys the connection. */
  readonly onMeta?: ((head: RpcHead, payload: Uint8Array) => void) | undefined;
}

/** Options with their defaults, checked. */
export type TTStreamLimits = Readonly<{
  routes: RouteTable | undefined;
  serviceName: string;
  maxMessageBytes: number;
  maxHeaderBytes: number;
  maxConcurrent: number;
  maxQueuedMessages: number;
  maxQueuedBytes: number;
  stallMs: number;
  onMeta: TTStreamOptions['onMeta'];
}>;

const MAX_BYTES = 0x7fff_ffff;

const table: OptionTable<TTStreamOptions> = optionTable<TTStreamOptions>({
  routes: instance<RouteTable>('what createRouteTable() gives', ['find']),
  serviceName: text({ empty: true, default: '' }),
  maxMessageBytes: int({ min: 1, max: MAX_BYTES, unit: 'bytes', default: 64 * 1024 * 1024 }),
  maxHeaderBytes: int({ min: 32, max: MAX_BYTES, unit: 'bytes', default: 256 * 1024 }),
  maxConcurrent: int({ min: 1, default: 4096 }),
  maxQueuedMessages: int({ min: 1, default: 256 }),
  maxQueuedBytes: int({ min: 1, unit: 'bytes', default: 4 * 1024 * 1024 }),
  stallMs: int({ min: 1, unit: 'ms', default: 10_000 }),
  onMeta: func<(head: RpcHead, payload: Uint8Array) => void>(),
});

const checked: WeakMap<TTStreamOptions, TTStreamLimits> = new WeakMap();

/** Checks options and fills defaults, once per options object. Errors: OptionError. */
export function ttstreamLimitsOf(o: TTStreamOptions): TTStreamLimits {
  let limits = checked.get(o);
  if (limits === undefined) {
    limits = Object.freeze(table.resolve(o, 'ttstream')) as TTStreamLimits;
    checked.set(o, limits);
  }
  return limits;
}
