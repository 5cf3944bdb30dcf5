// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ScoreRange, ZEntry } from '@cloudwego/gopkg/zset';
import { ZSet } from '@cloudwego/gopkg/zset';
import { FastRand } from '@cloudwego/gopkg/fastrand';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reply } from '../support/redis.js';
import { hasRedis, Redis } from '../support/redis.js';

const number = (v: Reply): number => (v === 'inf' ? Infinity : v === '-inf' ? -Infinity : Number(v) + 0);
const entries = (r: Reply): ZEntry[] => {
  const l = r as readonly Reply[];
  return Array.from({ length: l.length / 2 }, (_, i) => ({ member: l[2 * i] as string, score: number(l[2 * i + 1]!) }));
};
const text = (s: number): string => (s === Infinity ? 'inf' : s === -Infinity ? '-inf' : String(s));
const low = (r: ScoreRange): string => (r.excludeMin === true ? '(' : '') + text(r.min ?? -Infinity);
const high = (r: ScoreRange): string => (r.excludeMax === true ? '(' : '') + text(r.max ?? Infinity);

describe.skipIf(!hasRedis)('ZSet beside a real Redis (needs redis-server)', () => {
  let redis: Redis;
  beforeAll(async () => {
    redis = await Redis.start();
  });
  afterAll(async () => {
    await redis[Symbol.asyncDispose]();
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])('answers every command of a random script alike, seed %i', async (seed) => {
    const random = new FastRand(seed);
    const members = ['a', 'b', 'c', 'd', 'aa', 'é', '\uffff', '😀', '', 'B', '\u0000'];
    const scores = seed % 2 === 0 ? [0, 1, 2, 2.5, -1, 7] : [0, 1, 2, 2.5, -1, 1e20, 1e-7, Infinity, -Infinity];
    const m = (): string => random.pick(members)!;
    const s = (): number => random.pick(scores)!;
    const i = (): number => random.intn(16) - 8;
    const r = (): ScoreRange => ({ min: s(), max: s(), excludeMin: random.intn(2) === 0, excludeMax: random.intn(2) === 0 });
    let sums = 0;
    const sets = [new ZSet(), new ZSet(), new ZSet()];
    await redis.call('FLUSHALL');
    for (let step = 0; step < 700; step++) {
      const k = random.intn(3);
      const z = sets[k]!;
      const key = `k${k}`;
      const [member, score, a, b, range] = [m(), s(), i(), i(), r()];
      let ours: unknown;
      let theirs: unknown;
      const kind = random.intn(22);
      switch (kind) {
        case 0:
        case 1:
        case 2:
        case 3:
          ours = z.add(score, member) ? 1 : 0;
          theirs = await redis.call('ZADD', key, text(score), member);
          break;
        case 4: {
          const [flag, o] = random.pick([['NX', { onlyNew: true }], ['XX', { onlyExisting: true }], ['GT', { onlyGreater: true }], ['LT', { onlyLess: true }]] as const)!;
          ours = z.add(score, member, o) ? 1 : 0;
          theirs = await redis.call('ZADD', key, flag, text(score), member);
          break;
        }
        case 5: {
          try {
            ours = z.incrBy(score, member);
          } catch {
            ours = 'error';
          }
          const got = await redis.call('ZINCRBY', key, text(score), member);
          theirs = got instanceof Error ? 'error' : number(got);
          break;
        }
        case 6:
          ours = z.delete(member) === undefined ? 0 : 1;
          theirs = await redis.call('ZREM', key, member);
          break;
        case 7:
          ours = z.score(member) ?? null;
          theirs = await redis.call('ZSCORE', key, member).then((v) => (v === null ? null : number(v)));
          break;
        case 8:
          ours = [z.rank(member), z.revRank(member), z.size];
          theirs = [(await redis.call('ZRANK', key, member)) ?? -1, (await redis.call('ZREVRANK', key, member)) ?? -1, await redis.call('ZCARD', key)];
          break;
        case 9:
          ours = z.range(a, b);
          theirs = entries(await redis.call('ZRANGE', key, a, b, 'WITHSCORES'));
          break;
        case 10:
          ours = z.revRange(a, b);
          theirs = entries(await redis.call('ZREVRANGE', key, a, b, 'WITHSCORES'));
          break;
        case 11:
          ours = z.rangeByScore(range);
          theirs = entries(await redis.call('ZRANGEBYSCORE', key, low(range), high(range), 'WITHSCORES'));
          break;
        case 12:
          ours = z.rangeByScore(range, { reverse: true, offset: a, limit: b });
          theirs = entries(await redis.call('ZREVRANGEBYSCORE', key, high(range), low(range), 'WITHSCORES', 'LIMIT', a, b));
          break;
        case 13:
          ours = z.count(range);
          theirs = await redis.call('ZCOUNT', key, low(range), high(range));
          break;
        case 14:
          ours = random.intn(3) === 0 ? z.removeRangeByRank(a, b).length : 'skip';
          theirs = ours === 'skip' ? 'skip' : await redis.call('ZREMRANGEBYRANK', key, a, b);
          break;
        case 15:
          ours = random.intn(3) === 0 ? z.removeRangeByScore(range).length : 'skip';
          theirs = ours === 'skip' ? 'skip' : await redis.call('ZREMRANGEBYSCORE', key, low(range), high(range));
          break;
        case 16:
          ours = z.popMin(1 + (step % 2));
          theirs = entries(await redis.call('ZPOPMIN', key, 1 + (step % 2)));
          break;
        case 17:
          ours = z.popMax(1 + (step % 2));
          theirs = entries(await redis.call('ZPOPMAX', key, 1 + (step % 2)));
          break;
        case 18:
        case 19: {
          // Redis adds in an order of its own: sums are compared where the order does not show.
          const exact = sets.every((x) => [...x].every((e) => Number.isFinite(e.score) && Math.abs(e.score) < 1e6 && (e.score === 0 || Math.abs(e.score) > 1e-3)));
          const aggregate = random.pick(exact ? (['sum', 'min', 'max'] as const) : (['min', 'max'] as const))!;
          if (exact) sums++;
          const weights = [1 + random.intn(3), random.pick([-1, 1, 2])!, 0.5];
          const how = kind === 18 ? 'union' : 'inter';
          ours = [...ZSet[how](sets, { aggregate, weights })];
          theirs = entries(await redis.call(how === 'union' ? 'ZUNION' : 'ZINTER', 3, 'k0', 'k1', 'k2', 'WEIGHTS', ...weights, 'AGGREGATE', aggregate, 'WITHSCORES'));
          break;
        }
        case 20:
          ours = [...ZSet.diff(sets)];
          theirs = entries(await redis.call('ZDIFF', 3, 'k0', 'k1', 'k2', 'WITHSCORES'));
          break;
        default:
          ours = [ZSet.interCard(sets), ZSet.interCard(sets, 2)];
          theirs = [await redis.call('ZINTERCARD', 3, 'k0', 'k1', 'k2'), await redis.call('ZINTERCARD', 3, 'k0', 'k1', 'k2', 'LIMIT', 2)];
      }
      expect({ step, kind, answer: ours }).toEqual({ step, kind, answer: theirs });
    }
    if (seed % 2 === 0) expect(sums).toBeGreaterThan(0);
    for (const [k, z] of sets.entries()) expect([...z]).toEqual(entries(await redis.call('ZRANGE', `k${k}`, 0, -1, 'WITHSCORES')));
  });
});
