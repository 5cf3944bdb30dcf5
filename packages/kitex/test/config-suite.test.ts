// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { ConfigSink, ConfigSource } from '@cloudwego/governance';
import { ClientConfig, pathLayout, ServerConfig } from '@cloudwego/governance';
import { clientConfigSuite, isKitexError, serverConfigSuite, TransError } from '@cloudwego/kitex';
import { connect, serve, silentLogger, using } from './fixtures/harness.js';

/** Documents that the test writes. */
class Documents implements ConfigSource {
  readonly name: string = 'test';
  private readonly sinks = new Map<string, ConfigSink>();
  watch(key: string, sink: ConfigSink): void {
    this.sinks.set(key, sink);
    sink.update(undefined);
  }
  set(key: string, document: unknown): void {
    this.sinks.get(`/KitexConfig/${key}`)!.update(document);
  }
  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held.
  }
}

const code = (p: Promise<unknown>): Promise<string> => p.then(() => 'ok', (e: unknown) => (isKitexError(e) ? e.code : String(e)));
const layout = pathLayout();

describe('configuration of a running client', () => {
  const make = (address: string): { docs: Documents; client: ReturnType<typeof connect> } => {
    const docs = new Documents();
    const config = using(new ClientConfig({ source: docs, client: 'me', server: 'echo', layout, logger: silentLogger }));
    return { docs, client: connect(address, { suites: [clientConfigSuite(config)] }) };
  };

  it('sets timeouts, which calls may set anew', async () => {
    const { address } = await serve({ echo: (req, ctx) => new Promise((r) => ctx.signal.addEventListener('abort', () => { r(req); })) });
    const { docs, client } = make(address);
    docs.set('me/echo/rpc_timeout', { Echo: { rpc_timeout_ms: 30 } });
    const before = performance.now();
    await expect(client.echo({ text: 'x' })).rejects.toMatchObject({ code: 'KITEX_RPC_TIMEOUT', timeoutMs: 30 });
    await expect(client.echo({ text: 'x' }, { rpcTimeoutMs: 20 })).rejects.toMatchObject({ timeoutMs: 20 });
    expect(performance.now()).toBeGreaterThan(before);
  });

  it('sets retry policies, breakers and degradation', async () => {
    let calls = 0;
    const { address } = await serve({ echo: () => (calls++, Promise.reject(new TransError(3000, 'x'))), ping: () => new Promise(() => undefined) });
    const { docs, client } = make(address);
    docs.set('me/echo/circuit_break', { Echo: { enable: true, err_rate: 0.5, min_sample: 3 } });
    for (let k = 0; k < 3; k++) expect(await code(client.echo({ text: 'x' }))).toBe('KITEX_REMOTE_OR_NETWORK');
    expect(await code(client.echo({ text: 'x' }))).toBe('KITEX_SERVICE_BROKEN');
    docs.set('me/echo/circuit_break', undefined);
    docs.set('me/echo/rpc_timeout', { '*': { rpc_timeout_ms: 25 } });
    docs.set('me/echo/retry', { Ping: { enable: true, failure_policy: { stop_policy: { max_retry_times: 2 } } } });
    const seen: unknown[] = [];
    await client.ping({ fallback: { run: (_req, _outcome, ctx) => (seen.push(ctx.rpcInfo.to.tag('retry')), null) } });
    expect(seen).toEqual(['2']);
    docs.set('me/echo/degradation', { enable: true, percentage: 100 });
    await expect(client.ping()).rejects.toMatchObject({ code: 'KITEX_ACL_REJECTED', message: 'request forbidden: rejected by client degradation config' });
  });
});

describe('configuration of a running server', () => {
  it('sets its limits', async () => {
    const docs = new Documents();
    const config = using(new ServerConfig({ source: docs, server: 'echo', layout, logger: silentLogger }));
    const { address } = await serve({}, { suites: [serverConfigSuite(config)] });
    const client = connect(address);
    for (let k = 0; k < 5; k++) expect(await code(client.ping())).toBe('ok');
    docs.set('echo/limit', { qps_limit: 1 });
    const seen = await Promise.all([1, 2, 3].map(() => code(client.ping())));
    expect(seen).toContain('KITEX_REMOTE_OR_NETWORK');
    docs.set('echo/limit', undefined);
    for (let k = 0; k < 5; k++) expect(await code(client.ping())).toBe('ok');
  });
});
