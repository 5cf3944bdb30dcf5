// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, it, onTestFinished } from 'vitest';
import { engineContract, runWithVitest } from '@cloudwego/protocol/testing';
import { grpcAdapter } from './support.js';

const gzip = { name: 'gzip', compress: (m: Uint8Array) => gzipSync(m, { level: 0 }), decompress: (m: Uint8Array, maxOutputLength: number) => gunzipSync(m, { maxOutputLength }) };

const vitest = { describe, it, onTestFinished };

describe('the contract of engines', () => {
  runWithVitest(vitest, 'engine', engineContract(grpcAdapter('gRPC')));
  runWithVitest(vitest, 'engine', engineContract(grpcAdapter('gRPC with Thrift', { payload: 'thrift' })));
  runWithVitest(vitest, 'engine', engineContract(grpcAdapter('gRPC, compressed', { compressors: [gzip], compression: 'gzip' })));
});
