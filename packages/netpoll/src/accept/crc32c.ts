// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

let table: Uint32Array | undefined;

/** CRC-32C (Castagnoli, reflected 0x82f63b78) as an unsigned number. Source: RFC 3720 appendix B.4, whose test values hold. */
export function crc32c(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, n) => {
    for (let k = 0; k < 8; k++) n = (n & 1) === 1 ? (n >>> 1) ^ 0x82f63b78 : n >>> 1;
    return n;
  });
  let sum = 0xffffffff;
  for (const b of bytes) sum = table[(sum ^ b) & 0xff]! ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
