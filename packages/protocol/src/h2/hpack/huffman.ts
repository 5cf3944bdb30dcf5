// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** Length of the code of each byte, one base-36 digit each. The code is canonical, so lengths are all there is to it. Source: RFC 7541 appendix B. */
const LENGTHS: string =
  'dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6ca' +
  'd67777777777777777777777878djde6f56565666577666567655677777fbeds' +
  'kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmn' +
  'qqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrq';

/*
 * Decoding goes four bits at a time through a table of states, each a place in the code tree:
 *
 *   next[state * 16 + nibble] = next state | byte << 16 | flags << 24
 *
 * A code is at least 5 bits long, so a nibble ends at most one.
 */
const EMITS = 1 << 24;
const FAILS = 1 << 25;

interface Tables {
  readonly next: Int32Array;
  /** Whether the input may end here: a prefix of EOS of less than 8 bits. */
  readonly final: Uint8Array;
  readonly codes: Uint32Array;
  readonly lengths: Uint8Array;
}

let tables: Tables | undefined;

interface Branch {
  zero: Branch | number | undefined;
  one: Branch | number | undefined;
}

function build(): Tables {
  const lengths = Uint8Array.from(LENGTHS, (c) => Number.parseInt(c, 36));
  const order = Array.from(lengths.keys()).sort((a, b) => lengths[a]! - lengths[b]! || a - b);
  const codes = new Uint32Array(256);
  let code = 0;
  let size = lengths[order[0]!]!;
  order.forEach((symbol, i) => {
    if (i > 0) {
      code = (code + 1) * 2 ** (lengths[symbol]! - size);
      size = lengths[symbol]!;
    }
    codes[symbol] = code;
  });
  const root: Branch = { zero: undefined, one: undefined };
  const add = (bits: number, length: number, symbol: number): void => {
    let at = root;
    for (let i = length - 1; i > 0; i--) {
      const side = (bits >>> i) & 1 ? 'one' : 'zero';
      at = (at[side] ??= { zero: undefined, one: undefined }) as Branch;
    }
    at[bits & 1 ? 'one' : 'zero'] = symbol;
  };
  for (let s = 0; s < 256; s++) add(codes[s]!, lengths[s]!, s);
  add(0x3fffffff, 30, 256);
  const states: Branch[] = [root];
  const index = new Map<Branch, number>([[root, 0]]);
  const collect = (b: Branch): void => {
    for (const x of [b.zero, b.one]) {
      if (typeof x !== 'object') continue;
      index.set(x, states.length);
      states.push(x);
      collect(x);
    }
  };
  collect(root);
  const next = new Int32Array(states.length * 16);
  states.forEach((state, i) => {
    for (let nibble = 0; nibble < 16; nibble++) {
      let at = state;
      let out = 0;
      for (let bit = 3; bit >= 0; bit--) {
        const to = (nibble >> bit) & 1 ? at.one : at.zero;
        if (typeof to === 'object') {
          at = to;
        } else if (to === undefined || to === 256) {
          out = FAILS;
          break;
        } else {
          out = EMITS | (to << 16);
          at = root;
        }
      }
      next[i * 16 + nibble] = out | index.get(at)!;
    }
  });
  const final = new Uint8Array(states.length);
  let at: Branch = root;
  for (let i = 0; i < 8; i++) {
    final[index.get(at)!] = 1;
    at = at.one as Branch;
  }
  return { next, final, codes, lengths };
}

interface Latin1 {
  latin1Slice(start: number, end: number): string;
}

/** Bytes that a decoded string may have on its way; grown on demand. */
let scratch: Buffer = Buffer.alloc(0);

/**
 * Decodes `buf[start, end)` into a string of its bytes; undefined for a code that is none, EOS, or padding that is too long or no prefix of EOS.
 * Units:  the result is at most 8/5 times as long as the input.
 */
export function huffmanDecode(buf: Buffer, start: number, end: number): string | undefined {
  const { next, final } = (tables ??= build());
  const room = Math.ceil(((end - start) * 8) / 5);
  if (scratch.length < room) scratch = Buffer.allocUnsafeSlow(Math.max(room, 256));
  const out = scratch;
  let n = 0;
  let state = 0;
  for (let p = start; p < end; p++) {
    const b = buf[p]!;
    let e = next[state * 16 + (b >> 4)]!;
    if (e >= FAILS) return undefined;
    if (e >= EMITS) out[n++] = (e >> 16) & 0xff;
    e = next[(e & 0xffff) * 16 + (b & 15)]!;
    if (e >= FAILS) return undefined;
    if (e >= EMITS) out[n++] = (e >> 16) & 0xff;
    state = e & 0xffff;
  }
  if (final[state] === 0) return undefined;
  return (out as unknown as Latin1).latin1Slice(0, n);
}

/** Bytes that `s` (Latin-1) has when encoded. */
export function huffmanLength(s: string): number {
  const { lengths } = (tables ??= build());
  let bits = 0;
  for (let i = 0; i < s.length; i++) bits += lengths[s.charCodeAt(i) & 0xff]!;
  return (bits + 7) >> 3;
}

/** Encodes `s` (Latin-1) to `out` from `p` on, which has room for it; the offset behind it. */
export function huffmanEncode(s: string, out: Uint8Array, p: number): number {
  const { codes, lengths } = (tables ??= build());
  let acc = 0n;
  let bits = 0;
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i) & 0xff;
    acc = (acc << BigInt(lengths[c]!)) | BigInt(codes[c]!);
    bits += lengths[c]!;
    while (bits >= 8) {
      bits -= 8;
      out[p++] = Number((acc >> BigInt(bits)) & 0xffn);
      acc &= (1n << BigInt(bits)) - 1n;
    }
  }
  if (bits > 0) out[p++] = Number((acc << BigInt(8 - bits)) & 0xffn) | (0xff >> bits);
  return p;
}
