// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, it } from 'vitest';
import { engineContract, withVitest } from '@cloudwego/protocol/testing';
import { grpcAdapter } from './support.js';

const gzip = { name: 'gzip', compress: (m: Uint8Array) => gzipSync(m, { level: 0 }), decompress: (m: Uint8Array, maxOutputLength: number) => gunzipSync(m, { maxOutputLength }) };

describe('the contract of engines', () => {
  withVitest(engineContract(grpcAdapter('gRPC')), it);
  withVitest(engineContract(grpcAdapter('gRPC with Thrift', { payload: 'thrift' })), it);
  withVitest(engineContract(grpcAdapter('gRPC, compressed', { compressors: [gzip], compression: 'gzip' })), it);
});
