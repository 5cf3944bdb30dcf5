// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/*
 * Files of recorded bytes: the size of each part in four bytes, then the parts, compressed.
 */

export function writeParts(file: string, parts: readonly Buffer[]): void {
  const sizes = Buffer.alloc(parts.length * 4);
  parts.forEach((p, i) => sizes.writeUInt32BE(p.length, i * 4));
  writeFileSync(file, brotliCompressSync(Buffer.concat([sizes, ...parts]), { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } }));
}

/** Gives one part after the other, of a file of `count`. */
export function readParts(file: URL, count: number): () => Buffer {
  const packed = brotliDecompressSync(readFileSync(file));
  let size = 0;
  let at = count * 4;
  return () => {
    const n = packed.readUInt32BE(size);
    size += 4;
    at += n;
    return packed.subarray(at - n, at);
  };
}
