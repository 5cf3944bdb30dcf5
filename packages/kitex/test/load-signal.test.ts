// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { formatLoad, LOAD_KEY, parseLoad } from '@cloudwego/governance';
import type { LoadBalancer } from '@cloudwego/governance';
import type { MetaHandler, RpcContext } from '@cloudwego/kitex';
import { connect, serve } from './fixtures/harness.js';
import { connectTalk, serveTalk, texts } from './fixtures/streams.js';

/** What the heads of answers say. */
function reports(): { readonly seen: (string | undefined)[]; readonly handler: MetaHandler } {
  const seen: (string | undefined)[] = [];
  return { seen, handler: { name: 'reports', readMeta: (_ctx, head) => void seen.push(head.str(LOAD_KEY)) } };
}

/** A server that is known to be busy. */
const busy: MetaHandler = { name: 'busy', writeMeta: (_ctx, out) => out.setString(LOAD_KEY, formatLoad({ utilisation: 1, queueDelayMs: 40 })) };

/** Picks the first instance and keeps what it is told. */
function keeping(usesLoad: boolean): { readonly loads: number[]; readonly loadBalancer: LoadBalancer } {
  const loads: number[] = [];
  return { loads, loadBalancer: { name: 'keeping', usesLoad, picker: (s) => ({ pick: () => s.instances[0], done: (_i, _outcome, _ms, load) => void loads.push(load) }) } };
}

describe.each(['ttheader-framed', 'ttheader', 'grpc'] as const)('over %s', (transport) => {
  it('answers tell the load of their server, failed ones too, where it reports it', async () => {
    const on = await serve({ ping: () => Promise.reject(new Error('x')) }, { reportLoad: true });
    const off = await serve();
    const { seen, handler } = reports();
    const client = connect(on.address, { transport, metaHandlers: [handler] });
    await client.echo({ text: 'x' });
    await client.ping().catch(() => undefined);
    await connect(off.address, { transport, metaHandlers: [handler] }).echo({ text: 'x' });
    expect(seen.map((text) => parseLoad(text) !== undefined)).toEqual([true, true, false]);
  });

  it('balancers that use the load are told of it, and forget it with the next answer', async () => {
    let reporting = true;
    const { address } = await serve({}, { metaHandlers: [{ ...busy, writeMeta: (ctx: RpcContext, out) => (reporting ? busy.writeMeta!(ctx, out) : undefined) }] });
    const { loads, loadBalancer } = keeping(true);
    const client = connect(address, { transport, loadBalancer });
    await client.echo({ text: 'x' });
    reporting = false;
    await client.echo({ text: 'x' });
    const other = keeping(false);
    reporting = true;
    await connect(address, { transport, loadBalancer: other.loadBalancer }).echo({ text: 'x' });
    expect([loads, other.loads]).toEqual([[5, 0], [0]]);
  });

  it('requests carry what is left of their deadline', async () => {
    const left: number[] = [];
    const { address } = await serve({
      echo: (req, ctx) => {
        left.push(ctx.rpcInfo.config.rpcTimeoutMs);
        return req;
      },
    });
    await connect(address, { transport, rpcTimeoutMs: 60_000 }).echo({ text: 'x' });
    expect(left[0]).toBeGreaterThan(0);
    expect(left[0]).toBeLessThanOrEqual(60_000);
  });
});

describe.each(['grpc', 'ttheader-streaming'] as const)('streams over %s', (transport) => {
  it('carry the load in the head of their answer', async () => {
    const { address } = await serveTalk({}, { reportLoad: true });
    const { seen, handler } = reports();
    await texts(connectTalk(address, { transport, metaHandlers: [handler] }).list({ text: '1' }));
    expect(seen.map((text) => parseLoad(text) !== undefined)).toEqual([true]);
  });
});

it('a framed answer has no place for it, and is as it was', async () => {
  const { address } = await serve({}, { reportLoad: true });
  expect(await connect(address, { transport: 'framed' }).echo({ text: 'x' })).toEqual({ text: 'x' });
});
