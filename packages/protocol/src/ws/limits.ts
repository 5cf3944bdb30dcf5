// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { OptionTable } from '@cloudwego/gopkg/options';
import { any, int, optionTable } from '@cloudwego/gopkg/options';
import type { DeflateParameters } from './deflate.js';

/** Settings of a WebSocket. */
export interface WsOptions {
  /** Unit bytes, of one message, decompressed; more ends the connection (1009). @defaultValue 67108864 */
  readonly maxMessageBytes?: number | undefined;
  /** Frames of one message. @defaultValue 65536 */
  readonly maxFragments?: number | undefined;
  /** How long a peer may take to answer a close frame, and then to close. Unit ms. @defaultValue 10000 */
  readonly closeTimeoutMs?: number | undefined;
  /** After so much silence a ping asks whether the peer is there. Unit ms, 0 = never. @defaultValue 0 */
  readonly pingIntervalMs?: number | undefined;
  /** How long it may then say nothing. Unit ms. @defaultValue 20000 */
  readonly pongTimeoutMs?: number | undefined;
  /** What the handshake agreed on for permessage-deflate. @defaultValue none */
  readonly deflate?: DeflateParameters | undefined;
  /** Shorter messages are not compressed. Unit bytes. @defaultValue 1024 */
  readonly compressFromBytes?: number | undefined;
  /** Of zlib. @defaultValue 1, as in gorilla/websocket */
  readonly compressionLevel?: number | undefined;
}

export interface WsLimits {
  readonly maxMessageBytes: number;
  readonly maxFragments: number;
  readonly closeTimeoutMs: number;
  readonly pingIntervalMs: number;
  readonly pongTimeoutMs: number;
  readonly deflate: DeflateParameters | undefined;
  readonly compressFromBytes: number;
  readonly compressionLevel: number;
}

const table: OptionTable<WsOptions> = optionTable<WsOptions>({
  maxMessageBytes: int({ unit: 'bytes', min: 0, max: 0x3fffffff, default: 64 * 1024 * 1024 }),
  maxFragments: int({ min: 1, default: 65_536 }),
  closeTimeoutMs: int({ unit: 'ms', min: 1, default: 10_000 }),
  pingIntervalMs: int({ unit: 'ms', min: 0, default: 0 }),
  pongTimeoutMs: int({ unit: 'ms', min: 1, default: 20_000 }),
  deflate: any<DeflateParameters>({ what: 'what a handshake agreed on' }),
  compressFromBytes: int({ unit: 'bytes', min: 0, default: 1024 }),
  compressionLevel: int({ min: -1, max: 9, default: 1 }),
});

/** Errors: OptionError. */
export function wsLimitsOf(o: WsOptions): WsLimits {
  return table.resolve(o, 'websocket') as WsLimits;
}
