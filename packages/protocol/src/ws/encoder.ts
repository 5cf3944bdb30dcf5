// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { randomFillSync } from 'node:crypto';
import { ByteWriter } from '@cloudwego/gopkg/io';
import { deflateAlone } from './deflate.js';
import { applyMask, FIN, MASK, Opcode, RSV1 } from './frame.js';

/** Of a frame without a mask. */
const MAX_HEAD = 10;
const keys: Buffer = Buffer.alloc(8192);
let keyAt: number = keys.length;

/** A key that nobody can guess. */
function nextKey(): Uint8Array {
  if (keyAt === keys.length) {
    randomFillSync(keys);
    keyAt = 0;
  }
  keyAt += 4;
  return keys.subarray(keyAt - 4, keyAt);
}

/** Writes one frame. `first`: opcode with FIN and RSV1; `masked` on clients, whose payload is copied. */
export function writeFrame(w: ByteWriter, first: number, payload: string | Uint8Array, masked: boolean): void {
  const n = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length;
  const mask = masked ? MASK : 0;
  w.u8(first);
  if (n < 126) w.u8(mask | n);
  else if (n < 0x10000) {
    w.u8(mask | 126);
    w.u16(n);
  } else {
    w.u8(mask | 127);
    w.u32(Math.floor(n / 0x100000000));
    w.u32(n >>> 0);
  }
  if (!masked) {
    if (typeof payload === 'string') w.string(payload);
    else w.bytes(payload);
    return;
  }
  const key = nextKey();
  w.ensure(4 + n);
  w.buf.set(key, w.pos);
  w.pos += 4;
  const at = w.pos;
  if (typeof payload === 'string') w.buf.write(payload, at);
  else w.buf.set(payload, at);
  applyMask(w.buf, at, at + n, key, 0);
  w.pos = at + n;
}

/** A message for many connections of a server: its frames are made once. */
export class WsPrepared {
  readonly isText: boolean;
  readonly data: string | Uint8Array;
  private frame: Uint8Array | undefined = undefined;
  private packed: Uint8Array | undefined = undefined;

  constructor(data: string | Uint8Array) {
    this.data = data;
    this.isText = typeof data === 'string';
  }

  /** @internal As bytes on the wire, not masked. */
  bytes(): Uint8Array {
    return (this.frame ??= framed(FIN | (this.isText ? Opcode.Text : Opcode.Binary), this.payload()));
  }

  /** @internal The same, compressed alone. */
  compressed(level: number): Uint8Array {
    return (this.packed ??= framed(FIN | RSV1 | (this.isText ? Opcode.Text : Opcode.Binary), deflateAlone(this.payload(), level)));
  }

  private payload(): Uint8Array {
    return typeof this.data === 'string' ? Buffer.from(this.data) : this.data;
  }
}

function framed(first: number, payload: Uint8Array): Uint8Array {
  const w = new ByteWriter(MAX_HEAD + payload.length);
  writeFrame(w, first, payload, false);
  return w.view();
}
