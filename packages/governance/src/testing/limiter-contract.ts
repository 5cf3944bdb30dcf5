// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import type { Limiter } from '../limit/limiters.js';
import type { ContractCase } from '@cloudwego/gopkg/testing';
import { adder } from './support.js';

/** What the suite needs to run on an implementation. */
export interface LimiterSubject {
  create(limit: number): Limiter;
  /** What comes in counts until it is released; false = a rate. */
  readonly holds: boolean;
}

/**
 * The rules of {@link Limiter}.
 * Errors: cases throw AssertionError.
 */
export function limiterContract(subject: LimiterSubject): readonly ContractCase[] {
  const cases: ContractCase[] = [];
  const add = adder(cases);
  const count = (l: Limiter, n: number): number => {
    let inside = 0;
    for (let k = 0; k < n; k++) if (l.acquire()) inside++;
    return inside;
  };
  const held = subject.holds ? undefined : 'a rate forgets by itself';

  add('lets in no more than its limit at once', undefined, () => {
    assert.ok(count(subject.create(20), 100) <= 20);
  });

  add('lets in something', undefined, () => {
    for (const limit of [1, 5, 20]) assert.ok(count(subject.create(limit), 1) === 1, `limit ${limit} lets in nothing`);
  });

  add('0 and less is no limit', undefined, () => {
    for (const limit of [0, -1]) assert.equal(count(subject.create(limit), 1000), 1000);
  });

  add('its limit can be changed while it works, also to none and back', undefined, () => {
    const l = subject.create(10);
    l.update(0);
    assert.equal(count(l, 500), 500);
    for (let k = 0; k < 500; k++) l.release();
    l.update(3);
    assert.ok(count(l, 100) <= 3);
    assert.equal(l.status.limit, 3);
  });

  add('what has left makes room', held, () => {
    const l = subject.create(5);
    assert.equal(count(l, 10), 5);
    assert.equal(l.status.current, 5);
    for (let k = 0; k < 5; k++) l.release();
    assert.equal(l.status.current, 0);
    assert.equal(count(l, 10), 5);
  });

  add('what was refused holds no place', held, () => {
    const l = subject.create(1);
    count(l, 10);
    l.release();
    assert.ok(l.acquire());
  });

  add('a lower limit lets those inside finish', held, () => {
    const l = subject.create(10);
    count(l, 10);
    l.update(2);
    for (let k = 0; k < 8; k++) l.release();
    assert.equal(l.acquire(), false);
    l.release();
    assert.ok(l.acquire());
  });

  return cases;
}
