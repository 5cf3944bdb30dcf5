// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, it, onTestFinished } from 'vitest';
import { networkContract, runWithVitest } from '@cloudwego/netpoll/testing';
import type { NetworkSubject } from '@cloudwego/netpoll/testing';
import { noNative } from '../fixtures/native.js';
import { tcpSubject, unixSubject } from '../fixtures/subjects.js';

const vitest = { describe, it, onTestFinished };

/** What this engine has beyond node:net, on every Node: descriptors, SO_REUSEPORT. */
function native(s: NetworkSubject): NetworkSubject {
  return { ...s, has: [...new Set([...s.has, 'detach' as const, ...(s.has.includes('tcp') ? ['reusePort' as const] : [])])] };
}

if (noNative === undefined) {
  runWithVitest(vitest, 'poll engine over TCP', networkContract(native(tcpSubject('poll'))));
  runWithVitest(vitest, 'poll engine over unix sockets', networkContract(native(unixSubject('poll'))));
} else {
  describe.skip(`poll engine (${noNative})`, () => {
    it('the contract', () => undefined);
  });
}
