// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import { ONEWAY_MS, Oneways } from '../src/client/oneway.js';

describe('oneway calls over gRPC that nobody answers', () => {
  it('are given up one after another, each in its time', () => {
    const clock = new FakeClock();
    const given: number[] = [];
    const o = new Oneways(clock, (id) => given.push(id));
    o.sent(1);
    clock.advance(ONEWAY_MS / 2);
    o.sent(3);
    expect(given).toEqual([]);
    clock.advance(ONEWAY_MS / 2 + 1);
    expect(given).toEqual([1]);
    clock.advance(ONEWAY_MS);
    expect(given).toEqual([1, 3]);
    o.sent(5);
    o.stop();
    clock.advance(2 * ONEWAY_MS);
    expect(given).toEqual([1, 3]);
  });
});
