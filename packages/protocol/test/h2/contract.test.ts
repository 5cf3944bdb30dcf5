// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, it } from 'vitest';
import { engineContract, withVitest } from '@cloudwego/protocol/testing';
import { h2Adapter } from './support.js';

describe('the contract of engines', () => {
  withVitest(engineContract(h2Adapter('HTTP/2')), it);
  withVitest(engineContract(h2Adapter('HTTP/2 without indexes', { headerTableBytes: 0 })), it);
});
