// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { isTimeoutError } from '@cloudwego/kitex';
import { connect, gate, serve } from './fixtures/harness.js';

// Calls that share a connection: TTHeader with the flag 0x0001.

const mux = (connectionsPerAddress: number): { pool: { kind: 'mux'; connectionsPerAddress: number }; connectTimeoutMs: number } => ({ pool: { kind: 'mux', connectionsPerAddress }, connectTimeoutMs: 10_000 });

describe.each(['ttheader', 'ttheader-framed'] as const)('calls that share connections, %s', (transport) => {
  it('run at once, a thousand on eight', async () => {
    const { address } = await serve({
      echo: async (req) => {
        await new Promise((r) => setImmediate(r));
        return req;
      },
    });
    const client = connect(address, { ...mux(8), transport });
    const all = await Promise.all(Array.from({ length: 1000 }, (_, i) => client.echo({ text: String(i) })));
    expect(all.map((m) => m.text)).toEqual(Array.from({ length: 1000 }, (_, i) => String(i)));
    const { addresses, calls } = client.dump() as { readonly addresses: Record<string, number[]>; readonly calls: number };
    expect([Object.values(addresses)[0]!.length, calls]).toEqual([8, 0]);
  });

  it('are answered in any order', async () => {
    const hold = gate();
    const { address } = await serve({
      echo: async (req) => {
        if (req.text === 'slow') await hold.wait;
        return req;
      },
    });
    const client = connect(address, { ...mux(1), transport });
    const order: string[] = [];
    const slow = client.echo({ text: 'slow' }).then((m) => order.push(m.text));
    await client.echo({ text: 'quick' }).then((m) => order.push(m.text));
    hold.open();
    await slow;
    expect(order).toEqual(['quick', 'slow']);
  });

  it('one that gives up leaves its connection to the others, and its late answer meets nobody', async () => {
    const hold = gate();
    const { address } = await serve({
      echo: async (req) => {
        if (req.text === 'slow') await hold.wait;
        return req;
      },
    });
    const client = connect(address, { ...mux(1), transport });
    const e: unknown = await client.echo({ text: 'slow' }, { rpcTimeoutMs: 30 }).catch((x: unknown) => x);
    expect(isTimeoutError(e)).toBe(true);
    const before = JSON.stringify(client.dump());
    hold.open();
    for (let i = 0; i < 10; i++) expect(await client.echo({ text: String(i) })).toEqual({ text: String(i) });
    expect(JSON.stringify(client.dump())).toBe(before);
  });

  it('more of them than a connection takes at once wait for their turn', async () => {
    const { address } = await serve({
      echo: async (req) => {
        await new Promise((r) => setTimeout(r, 5));
        return req;
      },
    });
    const client = connect(address, { ...mux(1), transport });
    const all = await Promise.all(Array.from({ length: 3000 }, (_, i) => client.echo({ text: String(i) })));
    expect(all.length).toBe(3000);
  });

  it('a oneway call goes beside the others', async () => {
    const got = gate<string>();
    const { address } = await serve({
      tell: (req) => {
        got.open(req.text);
      },
    });
    const client = connect(address, { ...mux(1), transport });
    await client.tell({ text: 'psst' });
    expect(await got.wait).toBe('psst');
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'x' });
    expect(client.dump()).toMatchObject({ calls: 0 });
  });

  it('a server that stops answers what it has, and says that the connection ends', async () => {
    const hold = gate();
    const first = await serve({
      echo: async (req) => {
        if (req.text === 'slow') await hold.wait;
        return req;
      },
    });
    const client = connect(first.address, { ...mux(1), transport });
    await client.echo({ text: 'x' });
    const slow = client.echo({ text: 'slow' });
    await client.echo({ text: 'y' });
    const stopped = first.server.stop();
    await new Promise((r) => setTimeout(r, 20));
    hold.open();
    expect(await slow).toEqual({ text: 'slow' });
    expect(await stopped).toMatchObject({ forced: 0 });
    await expect(client.echo({ text: 'z' })).rejects.toThrow();
  });
});

describe('a wire whose answers have an order', () => {
  it.each(['framed', 'buffered'] as const)('shares no connection: %s', (transport) => {
    expect(() => connect('127.0.0.1:1', { transport, pool: 'mux' })).toThrow('cannot share a connection');
  });
});
