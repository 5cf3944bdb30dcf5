// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, it, onTestFinished } from 'vitest';
import { engineContract, runWithVitest } from '@cloudwego/protocol/testing';
import { ttstreamAdapter } from './support.js';

const vitest = { describe, it, onTestFinished };

describe('the contract of engines', () => {
  runWithVitest(vitest, 'engine', engineContract(ttstreamAdapter('TTHeader streaming')));
});
