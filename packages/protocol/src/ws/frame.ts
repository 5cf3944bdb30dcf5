// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

export const Opcode = { Continuation: 0, Text: 1, Binary: 2, Close: 8, Ping: 9, Pong: 10 } as const;
export const FIN = 0x80;
export const RSV1 = 0x40;
export const RSV = 0x70;
export const MASK = 0x80;
export const MAX_CONTROL = 125;

const NATIVE_FROM = 64;
const keyBytes = new Uint8Array(4);
const keyWord = new Int32Array(keyBytes.buffer);

/** XORs `b[from, to)` with a key whose first byte to use is number `phase` (0 to 3). In place; whole words where there are enough of them. */
export function applyMask(b: Uint8Array, from: number, to: number, key: Uint8Array, phase: number): void {
  let i = from;
  let k = phase;
  if (to - from >= NATIVE_FROM) {
    while (((b.byteOffset + i) & 3) !== 0) b[i++]! ^= key[k++ & 3]!;
    for (let j = 0; j < 4; j++) keyBytes[j] = key[(k + j) & 3]!;
    const word = keyWord[0]!;
    const words = new Int32Array(b.buffer, b.byteOffset + i, (to - i) >> 2);
    for (let j = 0; j < words.length; j++) words[j]! ^= word;
    i += words.length * 4;
  }
  while (i < to) b[i++]! ^= key[k++ & 3]!;
}
