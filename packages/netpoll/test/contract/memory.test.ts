// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, it, onTestFinished } from 'vitest';
import { createHostileNetwork, createMemoryNetwork, networkContract, runWithVitest } from '@cloudwego/netpoll/testing';
import { memorySubject } from '../fixtures/subjects.js';

const vitest = { describe, it, onTestFinished };

runWithVitest(vitest, 'memory network', networkContract(memorySubject('memory', (limits) => createMemoryNetwork(limits))));
runWithVitest(vitest, 'memory network with TCP names', networkContract(memorySubject('tcp', (limits) => createMemoryNetwork(limits))));
for (const seed of [1, 2, 3]) {
  runWithVitest(vitest, `hostile loop, seed ${seed}`, networkContract(memorySubject(seed === 3 ? 'tcp' : 'memory', (limits) => createHostileNetwork({ seed, ...limits }))));
}
