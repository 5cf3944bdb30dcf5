// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, it, onTestFinished } from 'vitest';
import { engineContract, runWithVitest } from '@cloudwego/protocol/testing';
import { http1Adapter } from './support.js';

const vitest = { describe, it, onTestFinished };

describe('the contract of engines', () => {
  runWithVitest(vitest, 'engine', engineContract(http1Adapter('HTTP/1')));
  runWithVitest(vitest, 'engine', engineContract(http1Adapter('HTTP/1 with trailers', {}, true)));
  runWithVitest(vitest, 'engine', engineContract(http1Adapter('HTTP/1, eight deep', { pipelineDepth: 8 })));
});
