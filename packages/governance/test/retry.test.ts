// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import { describe, expect, it } from 'vitest';
import type { Attempt, DeadlineInfo, RetryContainerOptions, RetryPolicy } from '@cloudwego/governance';
import { Counters, createCounterShare, RetryBudget, RetryContainer, retryPolicyFromJson, retryPolicyToJson, retryRefused, RetryRun } from '@cloudwego/governance';

class Timeout extends Error {}

/** One call under a policy, with its requests in hand. */
class Call {
  readonly clock: FakeClock;
  readonly container: RetryContainer;
  readonly requests: { readonly n: number; readonly at: number; end(ok: boolean, v: unknown): void; lost: Error | undefined }[] = [];
  readonly run: RetryRun<Attempt>;
  outcome: string | undefined = undefined;
  stop: string | undefined = undefined;
  /** What a request does the moment it is sent. */
  atOnce: ((n: number) => [boolean, unknown] | undefined) | undefined;

  constructor(policy: RetryPolicy<never>, o: { readonly clock?: FakeClock; readonly container?: RetryContainer; readonly deadline?: number; readonly atOnce?: Call['atOnce'] } & Omit<RetryContainerOptions, 'clock'> = {}) {
    const { clock, container, deadline, atOnce, ...more } = o;
    this.clock = clock ?? new FakeClock();
    this.atOnce = atOnce;
    this.container = container ?? new RetryContainer({ clock: this.clock, ...more });
    this.run = new RetryRun(this.container.resolve(policy, 'retry'), this.container, {
      key: 'a/b/M',
      ctx: 'the context',
      deadline: deadline ?? Infinity,
      random: () => 0.5,
      isTimeout: (e) => e instanceof Timeout,
      start: (n, run) => {
        const a: Attempt = {
          cancel: (reason) => {
            request.lost = reason;
          },
        };
        const request: Call['requests'][number] = {
          n,
          at: this.clock.now() - 1000,
          lost: undefined,
          end: (ok, v) => {
            run.ended(a, ok, v);
          },
        };
        this.requests.push(request);
        const now = this.atOnce?.(n);
        if (now !== undefined) request.end(...now);
        return a;
      },
      done: (ok, v, _a, stop) => {
        expect(this.outcome).toBeUndefined();
        this.outcome = ok ? String(v) : `failed: ${(v as Error).message}`;
        this.stop = stop;
      },
    });
    this.run.start();
  }

  fail(n: number, e: Error = new Timeout('slow')): void {
    this.requests[n]!.end(false, e);
  }

  get sentAt(): number[] {
    return this.requests.map((r) => r.at);
  }
}

describe('failure retry', () => {
  it('is not needed for a call that goes well', () => {
    const c = new Call({ kind: 'failure' });
    c.requests[0]!.end(true, 'v');
    expect([c.outcome, c.run.retries, c.clock.wheel.size]).toEqual(['v', 0, 0]);
  });

  it('tries again after a timeout, twice, and gives the last outcome', () => {
    const c = new Call({ kind: 'failure' });
    for (const n of [0, 1]) {
      c.clock.advance(10);
      c.fail(n);
      expect(c.outcome).toBeUndefined();
    }
    c.clock.advance(10);
    c.fail(2, new Timeout('last'));
    expect([c.outcome, c.stop, c.run.retries, c.sentAt, c.run.lastCosts]).toEqual(['failed: last', undefined, 2, [0, 10, 20], '10000,10000,10000']);
  });

  it('gives the first good outcome', () => {
    const c = new Call({ kind: 'failure' });
    c.fail(0);
    c.requests[1]!.end(true, 'v');
    expect([c.outcome, c.run.retries]).toEqual(['v', 1]);
  });

  it('leaves other errors alone, unless a rule wants them again', () => {
    const other = new Error('no');
    const plain = new Call({ kind: 'failure' });
    plain.fail(0, other);
    expect(plain.outcome).toBe('failed: no');
    const seen: unknown[] = [];
    const asked = new Call({ kind: 'failure', onError: (e, info) => (seen.push(e, info), true) });
    asked.fail(0, other);
    expect([asked.outcome, asked.requests.length, seen]).toEqual([undefined, 2, [other, { ctx: 'the context', attempt: 0 }]]);
  });

  it('leaves timeouts alone when told to', () => {
    const c = new Call({ kind: 'failure', onTimeout: false });
    c.fail(0);
    expect(c.outcome).toBe('failed: slow');
  });

  it('tries again for an answer that a rule does not like; the last answer counts', () => {
    const c = new Call({ kind: 'failure', maxRetries: 1, onResponse: (r) => r !== 'good' });
    c.requests[0]!.end(true, 'bad');
    c.requests[1]!.end(true, 'worse');
    expect([c.outcome, c.requests.length]).toEqual(['worse', 2]);
  });

  it('pauses as its back-off says', () => {
    const fixed = new Call({ kind: 'failure', backoff: { kind: 'fixed', ms: 20 } });
    fixed.fail(0);
    fixed.clock.advance(19);
    expect(fixed.requests).toHaveLength(1);
    fixed.clock.advance(1);
    expect(fixed.sentAt).toEqual([0, 20]);
    const random = new Call({ kind: 'failure', backoff: { kind: 'random', minMs: 8, maxMs: 24 } });
    random.fail(0);
    random.clock.advance(16);
    expect(random.sentAt).toEqual([0, 16]);
  });

  it('starts no retry after its longest duration', () => {
    const c = new Call({ kind: 'failure', maxDurationMs: 100, maxRetries: 5 });
    c.clock.advance(60);
    c.fail(0);
    c.clock.advance(60);
    c.fail(1);
    expect(c.outcome).toBe('failed: retry[1] failed, exceed max duration[100ms]');
  });

  it('stops where no time is left', () => {
    const c = new Call({ kind: 'failure', deadlineStop: true }, { deadline: 1000 + 150 });
    c.clock.advance(60);
    c.fail(0);
    c.clock.advance(60);
    c.fail(1, new Timeout('late'));
    // 30 ms are left, and the last attempt took 60.
    expect([c.outcome, c.stop, c.requests.length]).toEqual(['failed: late', 'retried 1, deadline stop retry', 2]);
  });

  it('asks a deadline rule of one’s own', () => {
    const seen: DeadlineInfo[] = [];
    const c = new Call({ kind: 'failure', deadlineStop: (i) => (seen.push(i), true) }, { deadline: 1500 });
    c.clock.advance(10);
    c.fail(0);
    expect([c.requests.length, seen]).toEqual([1, [{ remainingMs: 490, elapsedMs: 10, lastAttemptMs: 10 }]]);
  });

  it('never sends anything once the call is given up', () => {
    const c = new Call({ kind: 'failure', backoff: { kind: 'fixed', ms: 20 } });
    c.fail(0);
    c.run.abandon(new Error('the caller left'));
    c.clock.advance(100);
    expect([c.requests.length, c.outcome, c.clock.wheel.size]).toEqual([1, undefined, 0]);
  });

  it('takes requests that end at once', () => {
    const c = new Call({ kind: 'failure', maxRetries: 5 }, { atOnce: (n) => (n < 3 ? [false, new Timeout('x')] : [true, `n${n}`]) });
    expect([c.outcome, c.run.retries]).toEqual(['n3', 3]);
  });
});

describe('backup requests', () => {
  it('go out when the first is slow, and the first to end counts; the loser is cancelled', () => {
    const c = new Call({ kind: 'backup', delayMs: 32 });
    c.clock.advance(31);
    expect(c.requests).toHaveLength(1);
    c.clock.advance(1);
    expect(c.sentAt).toEqual([0, 32]);
    c.clock.advance(5);
    c.requests[1]!.end(true, 'second');
    expect([c.outcome, c.run.lastCosts]).toEqual(['second', '2-5000']);
    expect(c.requests[0]!.lost).toMatchObject({ code: 'GOVERNANCE_RETRY_LOST' });
    expect(c.requests[1]!.lost).toBeUndefined();
    expect(c.clock.wheel.size).toBe(0);
  });

  it('are not needed when the first is quick', () => {
    const c = new Call({ kind: 'backup', delayMs: 32 });
    c.requests[0]!.end(true, 'v');
    c.clock.advance(100);
    expect([c.outcome, c.requests.length]).toEqual(['v', 1]);
  });

  it('end with a failure if that comes first', () => {
    const c = new Call({ kind: 'backup', delayMs: 32 });
    c.clock.advance(32);
    c.fail(0);
    expect([c.outcome, c.requests[1]!.lost !== undefined]).toEqual(['failed: slow', true]);
  });

  it('follow each other until the most are out', () => {
    const c = new Call({ kind: 'backup', delayMs: 32, maxRetries: 2 });
    c.clock.advance(1000);
    expect(c.sentAt).toEqual([0, 32, 64]);
  });
});

describe('mixed retry', () => {
  it('sends another when slow, and again after a failure', () => {
    const c = new Call({ kind: 'mixed', delayMs: 32, maxRetries: 3 });
    c.clock.advance(32);
    c.fail(0);
    expect(c.sentAt).toEqual([0, 32, 32]);
    // The delay counts anew from the last request.
    c.clock.advance(31);
    expect(c.requests).toHaveLength(3);
    c.clock.advance(1);
    expect(c.sentAt).toEqual([0, 32, 32, 64]);
    for (const n of [1, 2]) c.fail(n);
    expect(c.outcome).toBeUndefined();
    c.requests[3]!.end(true, 'v');
    expect(c.outcome).toBe('v');
  });

  it('waits for what is pending when no more may be sent', () => {
    const c = new Call({ kind: 'mixed', delayMs: 32, maxRetries: 1 });
    c.clock.advance(32);
    c.fail(0);
    expect(c.outcome).toBeUndefined();
    c.fail(1, new Timeout('last'));
    expect(c.outcome).toBe('failed: last');
  });

  it('takes results while it pauses', () => {
    const c = new Call({ kind: 'mixed', delayMs: 32, maxRetries: 2, backoff: { kind: 'fixed', ms: 500 } });
    c.clock.advance(32);
    c.fail(0);
    c.clock.advance(10);
    c.requests[1]!.end(true, 'v');
    expect(c.outcome).toBe('v');
    c.clock.advance(1000);
    expect(c.requests).toHaveLength(2);
  });
});

describe('stops', () => {
  const many = (container: RetryContainer, clock: FakeClock, calls: number, failing: (k: number) => boolean): number => {
    let retries = 0;
    for (let k = 0; k < calls; k++) {
      const c = new Call({ kind: 'failure', maxRetries: 1 }, { clock, container, atOnce: (n) => (n === 0 && failing(k) ? [false, new Timeout('x')] : [true, 'v']) });
      retries += c.run.retries;
    }
    return retries;
  };

  it('retries are at most a tenth of all requests, from ten calls up', () => {
    const clock = new FakeClock();
    const container = new RetryContainer({ clock });
    const retries = many(container, clock, 1000, () => true);
    expect(retries).toBeLessThanOrEqual(1000 / 9 + 10);
    expect(retries).toBeGreaterThan(90);
  });

  it('say so, and count for ten seconds', () => {
    const clock = new FakeClock();
    const container = new RetryContainer({ clock });
    many(container, clock, 20, () => true);
    const c = new Call({ kind: 'failure' }, { clock, container });
    c.fail(0);
    expect([c.outcome, c.stop]).toEqual(['failed: slow', expect.stringMatching(/^retried 0, retry circuit break, errRate=0\.\d{3}, sample=\d+$/)]);
    clock.advance(10_000);
    const later = new Call({ kind: 'failure' }, { clock, container });
    later.fail(0);
    expect(later.requests).toHaveLength(2);
  });

  it('stop backup requests, too', () => {
    const clock = new FakeClock();
    const container = new RetryContainer({ clock });
    many(container, clock, 20, () => true);
    const c = new Call({ kind: 'backup', delayMs: 10 }, { clock, container });
    clock.advance(100);
    expect(c.requests).toHaveLength(1);
  });

  it('may count errors instead', () => {
    const clock = new FakeClock();
    const container = new RetryContainer({ clock, count: 'errors' });
    // Nothing fails on the second try: of all requests half fail, and only then retries stop.
    expect(many(container, clock, 100, () => true)).toBeLessThan(12);
    clock.advance(20_000);
    expect(many(container, clock, 100, (k) => k % 20 === 0)).toBe(5);
  });

  it('a budget holds retries and backup requests of all methods together', () => {
    const clock = new FakeClock();
    const budget = new RetryBudget({ clock, ratio: 0.1, perSecond: 1, capacity: 5 });
    const container = new RetryContainer({ clock, budget, policies: { '*': { kind: 'failure' } } });
    let sent = 0;
    // The share is not what stops: each call is of another method.
    for (let k = 0; k < 100; k++) {
      const run = new RetryRun<Attempt>(container.resolve(k % 2 === 0 ? { kind: 'failure', maxRetries: 1 } : { kind: 'backup', delayMs: 1 }, 'x'), container, {
        key: `a/b/M${k}`,
        ctx: undefined,
        deadline: Infinity,
        isTimeout: () => true,
        start: (n, r) => {
          sent++;
          const a = { cancel: () => undefined };
          if (k % 2 === 0) r.ended(a, n > 0, new Error('x'));
          return a;
        },
        done: () => undefined,
      });
      run.start();
      if (k % 2 === 1) clock.advance(1);
      run.abandon(new Error('over'));
    }
    // 1 token at the start, a tenth of 100 calls, and what 50 ms bring.
    expect(sent - 100).toBeGreaterThanOrEqual(10);
    expect(sent - 100).toBeLessThanOrEqual(11);
  });

  it('a budget is one for several threads', () => {
    const clock = new FakeClock();
    const share = createCounterShare({ writers: 2 });
    const [a, b] = [0, 1].map((w) => new RetryBudget({ clock, perSecond: 0, ratio: 1, capacity: 10, counters: new Counters(share, w) })) as [RetryBudget, RetryBudget];
    for (let i = 0; i < 6; i++) a.earn();
    expect([a.available, b.available]).toEqual([6, 6]);
    for (let i = 0; i < 4; i++) expect(b.spend()).toBe(true);
    expect([a.spend(), a.spend(), a.spend(), b.spend()]).toEqual([true, true, false, false]);
  });

  it('a request that is a retry of its caller is not retried', () => {
    const p = new RetryContainer().resolve({ kind: 'failure' }, 'r');
    expect(retryRefused(p, true, 0, Infinity)).toBe('chain stop retry');
    expect(retryRefused(p, false, 0, Infinity)).toBeUndefined();
    expect(retryRefused({ ...p, chainStop: false }, true, 0, Infinity)).toBeUndefined();
    expect(retryRefused({ ...p, deadlineStop: true }, false, 10, 10)).toBe('deadline stop retry');
  });
});

describe('a container', () => {
  it('finds the policy of the method, else that for all', () => {
    const c = new RetryContainer({ policies: { '*': { kind: 'failure' }, M: { kind: 'backup', delayMs: 1 } } });
    expect([c.find('M', 0)?.kind, c.find('N', 0)?.kind]).toEqual(['backup', 'failure']);
    expect(new RetryContainer().find('M', 0)).toBeUndefined();
    const keyed = new RetryContainer({ policies: { slow: { kind: 'failure' } }, key: (method, ctx: { kind: string }) => (method === 'M' ? ctx.kind : method) });
    expect([keyed.find('M', { kind: 'slow' })?.kind, keyed.find('M', { kind: 'fast' })]).toEqual(['failure', undefined]);
  });

  it('takes changes from outside, unless the code has policies', () => {
    const c = new RetryContainer();
    expect(c.notifyPolicyChange('*', { kind: 'failure', maxRetries: 4 })).toBe(true);
    expect(c.find('M', 0)?.maxRetries).toBe(4);
    expect(c.notifyPolicyChange('M', undefined)).toBe(true);
    expect(c.find('M', 0)?.maxRetries).toBe(0);
    expect(() => c.notifyPolicyChange('*', { kind: 'failure', maxRetries: 6 })).toThrow(/maxRetries/);
    expect(c.find('N', 0)?.maxRetries).toBe(4);
    c.deletePolicy('M');
    expect(c.find('M', 0)?.maxRetries).toBe(4);
    const code = new RetryContainer({ policies: { M: { kind: 'failure' } } });
    expect([code.notifyPolicyChange('M', undefined), code.deletePolicy('M'), code.find('M', 0)?.maxRetries]).toEqual([false, false, 2]);
  });

  it('keeps its counts over a change of policy', () => {
    const clock = new FakeClock();
    const container = new RetryContainer({ clock });
    for (let k = 0; k < 20; k++) container.sent('a/b/M', k % 2);
    container.notifyPolicyChange('M', { kind: 'failure', errorRate: 0.3 });
    expect(container.stopped('a/b/M', container.find('M', 0)!)).toBe('retry circuit break, errRate=0.500, sample=20');
    expect(container.dump()).toMatchObject({ fromCode: false, counts: { 'a/b/M': { samples: 20 } } });
  });

  it('puts its own result rules into every policy but backup', () => {
    const c = new RetryContainer({ resultRetry: { onTimeout: false }, policies: { '*': { kind: 'failure' }, B: { kind: 'backup', delayMs: 1 } } });
    expect([c.find('M', 0)?.onTimeout, c.find('B', 0)?.onTimeout]).toEqual([false, true]);
    const given = c.resolve({ kind: 'mixed', delayMs: 1, onError: () => true }, 'x');
    expect([given.onTimeout, given.onError]).toEqual([false, undefined]);
  });
});

describe('policies', () => {
  it('have the defaults and limits of the original', () => {
    const c = new RetryContainer();
    const of = (p: RetryPolicy): unknown => c.resolve(p, 'r');
    const common = { maxDurationMs: 0, chainStop: true, deadlineStop: false, errorRate: 0.1, sameNode: false, backoff: { kind: 'none' }, onTimeout: true };
    expect(of({ kind: 'failure' })).toMatchObject({ ...common, maxRetries: 2, delayMs: 0 });
    expect(of({ kind: 'backup', delayMs: 5 })).toMatchObject({ ...common, maxRetries: 1, delayMs: 5 });
    expect(of({ kind: 'mixed', delayMs: 5 })).toMatchObject({ ...common, maxRetries: 1, delayMs: 5 });
    for (const [p, what] of [
      [{ kind: 'failure', maxRetries: 6 }, /maxRetries.*0 to 5/],
      [{ kind: 'backup', delayMs: 5, maxRetries: 3 }, /maxRetries.*0 to 2/],
      [{ kind: 'mixed', delayMs: 5, maxRetries: 4 }, /maxRetries.*0 to 3/],
      [{ kind: 'backup' }, /delayMs is required/],
      [{ kind: 'failure', errorRate: 0.31 }, /errorRate/],
      [{ kind: 'failure', backoff: { kind: 'random', minMs: 5, maxMs: 5 } }, /backoff/],
      [{ kind: 'never' }, /kind.*"failure", "backup", "mixed"/],
      [{ kind: 'backup', delayMs: 5, onError: () => true }, /unknown option "onError"/],
    ] as const) expect(() => of(p as never)).toThrow(what);
  });

  it('are read from the documents of Go, and written as such', () => {
    const docs: readonly unknown[] = [
      { enable: true, type: 0, failure_policy: { stop_policy: { max_retry_times: 3, max_duration_ms: 2000, disable_chain_stop: false, ddl_stop: false, cb_policy: { error_rate: 0.2 } }, backoff_policy: { backoff_type: 'fixed', cfg_items: { fix_ms: 50 } }, retry_same_node: false } },
      { enable: true, type: 1, backup_policy: { retry_delay_ms: 100, stop_policy: { max_retry_times: 2, max_duration_ms: 300, disable_chain_stop: true, ddl_stop: false, cb_policy: { error_rate: 0.2 } }, retry_same_node: true } },
      { enable: true, type: 2, mixed_policy: { retry_delay_ms: 50, stop_policy: { max_retry_times: 2, max_duration_ms: 0, disable_chain_stop: false, ddl_stop: true, cb_policy: { error_rate: 0.1 } }, backoff_policy: { backoff_type: 'none' }, retry_same_node: false } },
    ];
    for (const d of docs) {
      const read = retryPolicyFromJson(d);
      expect(read.notes).toEqual([]);
      expect(retryPolicyToJson(read.policy)).toEqual(d);
      new RetryContainer().resolve(read.policy!, 'r');
    }
    expect(retryPolicyFromJson(docs[0]).policy).toEqual({ kind: 'failure', maxRetries: 3, maxDurationMs: 2000, chainStop: true, deadlineStop: false, errorRate: 0.2, sameNode: false, backoff: { kind: 'fixed', ms: 50 } });
  });

  it('of documents: off, of any case, with a share out of range, or no policy at all', () => {
    expect(retryPolicyFromJson({ enable: false })).toEqual({ policy: undefined, notes: [] });
    expect(retryPolicyFromJson({ Enable: true, Failure_Policy: { Stop_Policy: { MAX_RETRY_TIMES: 1 } } }).policy).toMatchObject({ kind: 'failure', maxRetries: 1, errorRate: 0.1 });
    expect(retryPolicyFromJson({ enable: true, failure_policy: { stop_policy: { cb_policy: { error_rate: 0.5 } } } })).toMatchObject({ policy: { errorRate: 0.1 }, notes: [expect.stringContaining('0.5')] });
    for (const d of [null, [], 'x', { enable: true, type: 3 }, { enable: true, type: 1, failure_policy: {} }, { enable: true, failure_policy: { backoff_policy: { backoff_type: 'odd' } } }]) {
      expect(() => retryPolicyFromJson(d)).toThrow(/retry/);
    }
  });
});
