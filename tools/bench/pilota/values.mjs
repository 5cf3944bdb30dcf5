// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** The same values for every contender; integers of 64 bits as bigint, which Apache gets as its own Int64. */
function medium(i) {
  return {
    id: 9_007_199_254_740_993n + BigInt(i),
    name: `user number ${i}`,
    email: `user${i}@example.com`,
    age: 20 + (i % 60),
    score: i / 7,
    active: i % 2 === 0,
    color: 1 + (i % 3),
    tags: ['alpha', 'beta', `tag-${i}`],
    counters: new Map([['reads', BigInt(i)], ['writes', BigInt(i * 1000)], ['bytes', 5_000_000_000n + BigInt(i)]]),
    position: { x: i * 0.5, y: -i * 0.25 },
    numbers: [i, i + 1, i + 2, i * 1000, -i],
    token: Uint8Array.from({ length: 16 }, (_, k) => (i * 31 + k) & 0xff),
    port: 8000 + (i % 1000),
    level: i % 100,
  };
}

const texts = [
  'Go, Rust, TypeScript: tested pairwise on every protocol',
  'Die Kürze ist die Würze, sagt man in Tübingen über Müsli',
  '微服务框架的高性能与强扩展性',
  '/api/v1/orders/2026/11/25/9f8e7d6c5b4a',
  'short',
  'x'.repeat(200),
  'The quick brown fox jumps over the lazy dog. '.repeat(8),
  'application/json; charset=utf-8',
];

export const values = {
  Small: () => ({ code: 200, message: 'everything went well', ok: true }),
  Medium: () => medium(7),
  Large: () => ({
    items: Array.from({ length: 100 }, (_, i) => medium(i + 1)),
    labels: new Map(Array.from({ length: 50 }, (_, i) => [`label-${i}`, `value of label ${i}`])),
    ids: Array.from({ length: 500 }, (_, i) => BigInt(i) * 1_000_003n),
    samples: Array.from({ length: 500 }, (_, i) => Math.sin(i)),
  }),
  Strings: () => ({
    ...Object.fromEntries(texts.map((t, i) => ['abcdefgh'[i], t])),
    words: 'the words of a sentence that is as long as sentences in product reviews tend to be these days'.split(' '),
    headers: new Map([['content-type', 'application/json'], ['user-agent', 'Mozilla/5.0 (X11; Linux x86_64)'], ['accept-language', 'de-DE,de;q=0.9,en;q=0.8'], ['x-request-id', '0af7651916cd43dd8448eb211c80319c']]),
  }),
};

/** A value as Apache's generated code takes it: maps are plain objects, 64-bit integers node-int64, bytes Buffers. */
export function forApache(v, Int64) {
  if (typeof v === 'bigint') return new Int64(Buffer.from(BigInt.asUintN(64, v).toString(16).padStart(16, '0'), 'hex'));
  if (v instanceof Map) return Object.fromEntries([...v].map(([k, x]) => [k, forApache(x, Int64)]));
  if (v instanceof Uint8Array) return Buffer.from(v);
  if (Array.isArray(v)) return v.map((x) => forApache(x, Int64));
  if (typeof v === 'object') return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, forApache(x, Int64)]));
  return v;
}
