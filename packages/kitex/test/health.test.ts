// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { createServer } from '@cloudwego/kitex';
import { Health, HealthService, ServingStatus } from '@cloudwego/kitex/health';
import { createTestClient } from '@cloudwego/kitex/testing';
import { grpcCall, grpcSession } from './fixtures/grpc.js';
import { silentLogger, using } from './fixtures/harness.js';
import { Talk, talk } from './fixtures/streams.js';

const { SERVING, NOT_SERVING, SERVICE_UNKNOWN } = ServingStatus;

describe('grpc.health.v1', () => {
  it('answers as every prober asks, on the port of the other services', async () => {
    const health = new Health();
    health.setStatus('test.Talk', NOT_SERVING);
    const server = using(createServer({ address: '127.0.0.1:0', logger: silentLogger }).register(Talk, talk).register(HealthService, health));
    const { address } = await server.start();
    const proto = { 'content-type': 'application/grpc' };
    const s = grpcSession(address);
    expect((await grpcCall(s, '/grpc.health.v1.Health/Check', new Uint8Array(0), proto)).messages).toEqual([Buffer.from([8, 1])]);
    const name = Buffer.from('test.Talk');
    expect((await grpcCall(s, '/grpc.health.v1.Health/Check', Buffer.concat([Buffer.from([10, name.length]), name]), proto)).messages).toEqual([Buffer.from([8, 2])]);
    expect((await grpcCall(s, '/grpc.health.v1.Health/Check', Buffer.from([10, 1, 120]), proto)).trailers).toMatchObject({ 'grpc-status': '5' });
  });

  it('tells watchers of every change, until they leave', async () => {
    const health = new Health();
    const client = using(await createTestClient(HealthService, createServer({ logger: silentLogger }).register(HealthService, health)));
    const s = client.watch({ service: 'later' });
    expect(await s.read()).toEqual({ status: SERVICE_UNKNOWN });
    health.setStatus('later', SERVING);
    expect(await s.read()).toEqual({ status: SERVING });
    health.setStatus('later', SERVING);
    health.setStatus('', NOT_SERVING);
    health.shutdown();
    expect(await s.read()).toEqual({ status: NOT_SERVING });
    health.setStatus('later', SERVING);
    health.resume();
    expect(await s.read()).toEqual({ status: SERVING });
    expect(await client.check({ service: '' })).toEqual({ status: SERVING });
    s.cancel();
    await expect.poll(() => health.watching).toBe(0);
  });
});
