// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, it, onTestFinished } from 'vitest';
import { engineContract, runWithVitest } from '@cloudwego/protocol/testing';
import { h2Adapter } from './support.js';

const vitest = { describe, it, onTestFinished };

describe('the contract of engines', () => {
  runWithVitest(vitest, 'engine', engineContract(h2Adapter('HTTP/2')));
  runWithVitest(vitest, 'engine', engineContract(h2Adapter('HTTP/2 without indexes', { headerTableBytes: 0 })));
});
