// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import { formatBudget, formatLoad, LoadGauge, loadFactor, LoadReport, locality, outlierExclusion, p2cEwma, parseBudget, parseLoad, subset, weightedRoundRobin } from '@cloudwego/governance';

describe('the load of a server', () => {
  it('travels as text', () => {
    const text = formatLoad({ utilisation: 0.834, queueDelayMs: 12.46 });
    expect(text).toBe('TEXT application_utilization=0.83, named_metrics.queue_delay_ms=12.5');
    expect(parseLoad(text)).toEqual({ utilisation: 0.83, queueDelayMs: 12.5 });
  });

  it('is read from reports of others as far as it is known there', () => {
    expect(parseLoad('TEXT cpu_utilization=0.3,mem_utilization=0.8,named_metrics.x=7')).toEqual({ utilisation: 0.3, queueDelayMs: 0 });
    expect(parseLoad('TEXT cpu_utilization=0.3,application_utilization=1.5')).toEqual({ utilisation: 1.5, queueDelayMs: 0 });
    for (const text of [undefined, '', 'JSON {}', 'TEXT ', 'TEXT mem_utilization=1', 'TEXT application_utilization=', 'TEXT application_utilization=-1', 'TEXT application_utilization=x', `TEXT application_utilization=1${' '.repeat(600)}`]) {
      expect(parseLoad(text), String(text).slice(0, 60)).toBeUndefined();
    }
  });

  it('is one number: a queue makes a busy server dearer', () => {
    expect(loadFactor({ utilisation: 1, queueDelayMs: 0 })).toBe(1);
    expect(loadFactor({ utilisation: 1, queueDelayMs: 20 })).toBe(3);
  });

  it('is said anew with each window of the gauge', () => {
    const clock = new FakeClock();
    let busy = 0.2;
    const report = new LoadReport(new LoadGauge(clock, () => busy));
    clock.advance(100);
    expect(report.text).toContain('application_utilization=0.2,');
    busy = 0.9;
    expect(report.text).toContain('application_utilization=0.2,');
    clock.advance(100);
    expect(report.text).toContain('application_utilization=0.9,');
  });

  it('is looked for where a balancer uses it, within others too', () => {
    expect(p2cEwma().usesLoad).toBe(true);
    for (const wrap of [(next: ReturnType<typeof p2cEwma>) => outlierExclusion({ next }), (next: ReturnType<typeof p2cEwma>) => locality({ zone: 'a', next }), (next: ReturnType<typeof p2cEwma>) => subset({ size: 2, clientId: 'c', next })]) {
      expect(wrap(p2cEwma()).usesLoad).toBe(true);
      expect(wrap(weightedRoundRobin()).usesLoad ?? false).toBe(false);
    }
  });
});

describe('the budget of a request', () => {
  it('is what is left of its deadline', () => {
    const clock = new FakeClock();
    clock.advance(1000);
    expect(formatBudget(clock.now() + 250.7, clock)).toBe('250');
    expect(formatBudget(clock.now() - 5, clock)).toBe('1');
    expect(formatBudget(Infinity, clock)).toBeUndefined();
    expect(parseBudget('250', clock)).toBe(clock.now() + 250);
    for (const text of [undefined, '', '0', '-1', '1.5', '9999999999', 'x']) expect(parseBudget(text, clock)).toBe(Infinity);
  });
});
