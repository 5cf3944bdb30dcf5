// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { deflateRawSync, inflateRawSync, constants } from 'node:zlib';
import { badFrame, tooBig } from './errors.js';

/** What both ends agreed on. Source: RFC 7692 section 7.1. */
export interface DeflateParameters {
  /** The server forgets one message before the next. */
  readonly serverNoContextTakeover: boolean;
  readonly clientNoContextTakeover: boolean;
  /** 9 to 15: a window of 2^n bytes. */
  readonly serverMaxWindowBits: number;
  readonly clientMaxWindowBits: number;
}

/** What zlib leaves at the end of a flush, and messages do not carry. */
const TAIL: Buffer = Buffer.from([0, 0, 0xff, 0xff]);
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Compresses and decompresses the messages of one connection.
 * What a message may refer to of those before it is kept as bytes, at most a window, and given to zlib as its dictionary: the same bytes on the wire as from a
 * stream that is kept open, no native memory between messages, and state that is plain data.
 */
export class Deflate {
  private readonly out: { readonly keep: boolean; readonly bits: number };
  private readonly in: { readonly keep: boolean; readonly bits: number };
  private readonly level: number;
  private sent: Buffer = NOTHING;
  private received: Buffer = NOTHING;

  constructor(p: DeflateParameters, server: boolean, level: number) {
    const own = { keep: !p.serverNoContextTakeover, bits: p.serverMaxWindowBits };
    const others = { keep: !p.clientNoContextTakeover, bits: p.clientMaxWindowBits };
    this.out = server ? own : others;
    this.in = server ? others : own;
    this.level = level;
  }

  /** Whether messages are compressed alone, so that one serves many connections. */
  get sendsAlone(): boolean {
    return !this.out.keep && this.out.bits === 15;
  }

  compress(message: Uint8Array): Buffer {
    const { keep, bits } = this.out;
    const packed = deflated(message, this.level, bits, keep ? this.sent : NOTHING);
    if (keep) this.sent = windowOf(this.sent, message, bits);
    return packed;
  }

  /** Errors: WsError where it is none, or becomes longer than `max`. */
  decompress(packed: Uint8Array, max: number): Buffer {
    const { keep, bits } = this.in;
    let message: Buffer;
    try {
      message = inflateRawSync(Buffer.concat([packed, TAIL]), {
        windowBits: bits,
        finishFlush: constants.Z_SYNC_FLUSH,
        // Zero is no limit that zlib takes.
        maxOutputLength: Math.max(1, max),
        ...(this.received.length > 0 ? { dictionary: this.received } : {}),
      });
    } catch (e) {
      if ((e as { readonly code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooBig('many', max);
      throw badFrame(`a compressed message that does not decompress: ${(e as Error).message}`);
    }
    if (message.length > max) throw tooBig(message.length, max);
    if (keep) this.received = windowOf(this.received, message, bits);
    return message;
  }
}

/** A message, compressed without those before it. */
export function deflateAlone(message: Uint8Array, level: number): Buffer {
  return deflated(message, level, 15, NOTHING);
}

function deflated(message: Uint8Array, level: number, windowBits: number, dictionary: Buffer): Buffer {
  const b = deflateRawSync(message, { level, windowBits, finishFlush: constants.Z_SYNC_FLUSH, ...(dictionary.length > 0 ? { dictionary } : {}) });
  return b.subarray(0, b.length - TAIL.length);
}

function windowOf(before: Buffer, message: Uint8Array, bits: number): Buffer {
  const size = 1 << bits;
  if (message.length >= size) return Buffer.from(message.subarray(message.length - size));
  const kept = before.subarray(Math.max(0, before.length + message.length - size));
  return Buffer.concat([kept, message]);
}
