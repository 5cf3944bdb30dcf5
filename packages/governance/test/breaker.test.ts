// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createBreakerShare } from '@cloudwego/gopkg/circuitbreaker';
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import { describe, expect, it } from 'vitest';
import type { BreakerEvent, BreakerLevel, BreakerSuiteOptions } from '@cloudwego/governance';
import { BreakerSuite } from '@cloudwego/governance';
import { settle } from './fixtures/store.js';

const make = (o: BreakerSuiteOptions = {}): { clock: FakeClock; suite: BreakerSuite; service: BreakerLevel } => {
  const clock = new FakeClock();
  const suite = new BreakerSuite({ clock, ...o });
  return { clock, suite, service: suite.service! };
};

const feed = (level: BreakerLevel, key: string, good: number, bad: number): void => {
  for (let i = 0; i < good; i++) level.record(key, undefined, 'success');
  for (let i = 0; i < bad; i++) level.record(key, new Error('x'), 'failure');
};

describe('breakers of methods', () => {
  it('open at half of 200 calls in 10 s, let one through after 5 s, and close after two good probes', () => {
    const { clock, service } = make();
    feed(service, 'k', 100, 99);
    expect(service.isAllowed('k')).toBe(true);
    feed(service, 'k', 0, 1);
    expect(service.isAllowed('k')).toBe(false);
    clock.advance(4999);
    expect(service.isAllowed('k')).toBe(false);
    clock.advance(1);
    expect([service.isAllowed('k'), service.isAllowed('k')]).toEqual([true, false]);
    feed(service, 'k', 1, 0);
    clock.advance(200);
    expect(service.isAllowed('k')).toBe(true);
    feed(service, 'k', 1, 0);
    expect(service.state('k')).toBe('CLOSED');
  });

  it('forget what is older than 10 s', () => {
    const { clock, service } = make();
    feed(service, 'k', 0, 199);
    clock.advance(10_000);
    feed(service, 'k', 0, 1);
    expect(service.isAllowed('k')).toBe(true);
  });

  it('count timeouts as failures and ignored outcomes as nothing', () => {
    const { service } = make({ service: { minSamples: 10 } });
    for (let i = 0; i < 20; i++) service.record('k', new Error('x'), 'ignore');
    expect(service.metrics('k').samples).toBe(0);
    for (let i = 0; i < 10; i++) service.record('k', new Error('x'), 'timeout');
    expect([service.state('k'), service.metrics('k').timeouts]).toEqual(['OPEN', 10]);
  });

  it('an ignored probe frees its place', () => {
    const { clock, service } = make({ service: { minSamples: 1 } });
    feed(service, 'k', 0, 1);
    clock.advance(5000);
    expect(service.isAllowed('k')).toBe(true);
    service.record('k', new Error('x'), 'ignore');
    clock.advance(200);
    expect(service.isAllowed('k')).toBe(true);
  });

  it('let a rule of the user decide what counts', () => {
    const { service } = make({ service: { minSamples: 5 }, serviceOutcome: (e, usual) => ((e as Error | undefined)?.message === 'fine' ? 'success' : usual) });
    for (let i = 0; i < 20; i++) service.record('k', new Error('fine'), 'failure');
    expect(service.metrics('k')).toMatchObject({ successes: 20, failures: 0 });
  });
});

describe('a suite', () => {
  it('has the keys and the defaults of the original', () => {
    const { suite } = make();
    expect(suite.key('a', 'b', 'M')).toBe('a/b/M');
    expect(suite.dump()).toMatchObject({ service: { config: { enable: true, errorRate: 0.5, minSamples: 200 } }, instance: { config: { enable: true, errorRate: 0.5, minSamples: 200 } } });
    expect(make({ key: (_from, to, method) => `${to}/${method}` }).suite.key('a', 'b', 'M')).toBe('b/M');
  });

  it('may lack a level', () => {
    const { suite } = make({ service: false });
    expect([suite.service, suite.instance !== undefined]).toEqual([undefined, true]);
  });

  it('changes its rules, of one key or of all, and keeps what was counted', () => {
    const { service } = make();
    feed(service, 'a', 0, 50);
    feed(service, 'b', 0, 50);
    service.update({ errorRate: 0.5, minSamples: 51 }, 'a');
    expect(service.metrics('a').samples).toBe(50);
    feed(service, 'a', 0, 1);
    feed(service, 'b', 0, 1);
    expect([service.state('a'), service.state('b')]).toEqual(['OPEN', 'CLOSED']);
    service.update({ minSamples: 52 });
    feed(service, 'b', 0, 1);
    expect(service.state('b')).toBe('OPEN');
    service.update({ enable: false }, 'a');
    expect(service.isAllowed('a')).toBe(true);
    service.resetConfig('a');
    expect(service.isAllowed('a')).toBe(false);
    expect(() => {
      service.update({ errorRate: 2 });
    }).toThrow(/errorRate/);
  });

  it('tells of changes and keeps the last 200, newest first', async () => {
    const told: BreakerEvent[] = [];
    const { suite, service } = make({ service: { minSamples: 1 }, onChange: (e) => told.push(e) });
    feed(service, 'k', 0, 1);
    await settle();
    expect(told).toMatchObject([{ level: 'service', key: 'k', from: 'CLOSED', to: 'OPEN', metrics: { failures: 1 } }]);
    expect(suite.dump()).toMatchObject({ service: { notClosed: { k: { state: 'OPEN' } } }, events: ['service k: CLOSED -> OPEN, (succ: 0, err: 1, timeout: 0, rate: 1)'] });
    for (let i = 0; i < 250; i++) feed(service, `k${i}`, 0, 1);
    await settle();
    expect(suite.events).toHaveLength(200);
    expect(suite.events[0]!.key).toBe('k249');
  });

  it('forgets an instance that is gone', () => {
    const { suite } = make({ instance: { minSamples: 1 } });
    const level = suite.instance!;
    feed(level, '127.0.0.1:1', 0, 1);
    expect(level.isAllowed('127.0.0.1:1')).toBe(false);
    level.forget('127.0.0.1:1');
    expect(level.isAllowed('127.0.0.1:1')).toBe(true);
  });

  it('counts together with other threads', () => {
    const service = createBreakerShare({ writers: 2 });
    const instance = createBreakerShare({ writers: 2 });
    const [a, b] = [0, 1].map((writer) => new BreakerSuite({ shared: { service, instance, writer }, service: { minSamples: 10 } }).service!) as [BreakerLevel, BreakerLevel];
    feed(a, 'k', 0, 6);
    feed(b, 'k', 0, 4);
    expect([a.isAllowed('k'), b.isAllowed('k')]).toEqual([false, false]);
  });

  it('refuses options that make no sense', () => {
    for (const o of [{ service: { errorRate: 0 } }, { service: { minSamples: 0 } }, { instance: 'on' }, { servic: {} }]) expect(() => new BreakerSuite(o as never)).toThrow(/circuitBreaker/);
  });
});
