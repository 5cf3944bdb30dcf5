// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, it } from 'vitest';
import { engineContract, withVitest } from '@cloudwego/protocol/testing';
import { ttstreamAdapter } from './support.js';

describe('the contract of engines', () => {
  withVitest(engineContract(ttstreamAdapter('TTHeader streaming')), it);
});
