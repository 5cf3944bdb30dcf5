// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createFaultProxy, randomPlan, tempDir } from '@cloudwego/testkit';
import type { FaultProxy, FaultProxyOptions, ProxyPlan } from '@cloudwego/testkit';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const f of open.splice(0).reverse()) await f();
});

/** A server that echoes and ends when its client does; what each connection sent is kept. */
async function echo(where: object = { host: '127.0.0.1', port: 0 }): Promise<{ server: Server; got: Buffer[][]; how: string[] }> {
  const got: Buffer[][] = [];
  const how: string[] = [];
  const server = createServer({ allowHalfOpen: true }, (s) => {
    const mine: Buffer[] = [];
    const i = got.push(mine) - 1;
    s.on('data', (d) => {
      mine.push(d);
      s.write(d);
    });
    s.on('end', () => s.end());
    s.on('error', (e) => (how[i] = (e as NodeJS.ErrnoException).code ?? 'error'));
    s.on('close', () => (how[i] ??= 'closed'));
  });
  server.listen(where);
  await once(server, 'listening');
  open.push(() => server.close());
  return { server, got, how };
}

async function proxy(o: FaultProxyOptions): Promise<FaultProxy> {
  const p = await createFaultProxy(o);
  open.push(() => p.close());
  return p;
}

/** Sends, ends, and tells what came back and how it ended. */
function ask(address: string, bytes: Uint8Array, o: { end?: boolean } = {}): Promise<{ got: Buffer; pieces: number; how: string }> {
  return new Promise((resolve) => {
    const colon = address.lastIndexOf(':');
    const s: Socket = address.startsWith('unix:') ? connect({ path: address.slice(5), allowHalfOpen: true }) : connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)), allowHalfOpen: true });
    const got: Buffer[] = [];
    let how = '';
    s.on('data', (d: Buffer) => got.push(d));
    s.on('end', () => {
      how ||= 'end';
      s.end();
    });
    s.on('error', (e) => (how = (e as NodeJS.ErrnoException).code ?? 'error'));
    s.on('close', () => {
      resolve({ got: Buffer.concat(got), pieces: got.length, how });
    });
    s.write(bytes);
    if (o.end !== false) s.end();
  });
}

const plan = (p: ProxyPlan) => (): ProxyPlan => p;
const message = Buffer.from('0123456789abcdef');

async function through(p: ProxyPlan, bytes: Uint8Array = message, o?: { end?: boolean }): Promise<Awaited<ReturnType<typeof ask>> & { proxy: FaultProxy; server: Buffer[]; serverHow: () => string | undefined }> {
  const { server, got, how } = await echo();
  const f = await proxy({ target: `127.0.0.1:${(server.address() as AddressInfo).port}`, plan: plan(p) });
  const r = await ask(f.address, bytes, o);
  return { ...r, proxy: f, server: got[0] ?? [], serverHow: () => how[0] };
}

describe('the fault proxy', () => {
  it('without a plan is a wire, also for half-closes and megabytes', async () => {
    const bytes = Buffer.alloc(3_000_000, 'abc');
    const r = await through({}, bytes);
    expect(r.got.equals(bytes)).toBe(true);
    expect(r.how).toBe('end');
    await expect.poll(() => r.proxy.connections[0]).toMatchObject({ up: bytes.length, down: bytes.length, struck: [], closed: true });
  });

  it('goes before unix sockets, and listens on one', async () => {
    const dir = tempDir();
    open.push(() => {
      dir[Symbol.dispose]();
    });
    await echo({ path: dir.file('server') });
    const f = await proxy({ target: `unix:${dir.file('server')}`, listen: `unix:${dir.file('proxy')}`, plan: plan({ down: { faults: [{ at: 4, do: 'cut' }] } }) });
    expect(f.address).toBe(`unix:${dir.file('proxy')}`);
    expect(String((await ask(f.address, message)).got)).toBe('0123');
  });

  it.each(['up', 'down'] as const)('cuts, resets and ends %s at every byte', async (way) => {
    for (const kind of ['cut', 'reset', 'end'] as const) {
      for (let at = 0; at <= message.length; at++) {
        // Without an end from the client: only the fault can end it.
        const r = await through({ [way]: { faults: [{ at, do: kind }] } }, message, { end: false });
        expect(r.proxy.connections[0]!.struck).toEqual([`${way} ${kind} at ${at}`]);
        expect(r.proxy.connections[0]![way]).toBe(at);
        expect(message.subarray(0, r.got.length).equals(r.got), 'a beginning of the answer').toBe(true);
        if (way === 'down' && kind !== 'reset') expect(r.got.length).toBe(at);
        if (way === 'up') expect(Buffer.concat(r.server).equals(message.subarray(0, r.server.reduce((n, b) => n + b.length, 0)))).toBe(true);
        if (kind === 'reset') expect(at === 0 ? ['ECONNRESET'] : ['ECONNRESET', 'end']).toContain(r.how);
        else expect(r.how).toBe('end');
        if (kind === 'end' && way === 'up') expect(r.got.length).toBe(at);
        await expect.poll(r.serverHow).toBeDefined();
      }
    }
  });

  it('splits at every byte', async () => {
    for (let at = 1; at < message.length; at++) {
      const r = await through({ up: { faults: [{ at, do: 'split' }] } });
      expect(r.server.length).toBeGreaterThanOrEqual(2);
      expect(r.server[0]!.length).toBe(at);
      expect(r.got.equals(message)).toBe(true);
    }
  });

  it('sends in pieces, with delays and a throttle', async () => {
    const r = await through({ up: { pieceBytes: 1, delayMs: 1 }, down: { bytesPerSecond: 2000, pieceBytes: 2 } });
    expect(r.got.equals(message)).toBe(true);
    expect(r.server.length).toBeGreaterThan(4);
    expect(r.pieces).toBeGreaterThan(2);
  });

  it('holds for a while, or for good', async () => {
    const r = await through({ up: { faults: [{ at: 3, do: 'hold', forMs: 20 }] } });
    expect(r.got.equals(message)).toBe(true);
    const { server, got } = await echo();
    const f = await proxy({ target: `127.0.0.1:${(server.address() as AddressInfo).port}`, plan: plan({ up: { faults: [{ at: 3, do: 'hold' }] } }) });
    const asked = ask(f.address, message);
    await expect.poll(() => Buffer.concat(got[0] ?? []).length).toBe(3);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(Buffer.concat(got[0]!).length).toBe(3);
    await f.close();
    expect((await asked).got.length).toBeLessThanOrEqual(3);
  });

  it('has another plan for every connection, the same for the same seed', async () => {
    const describePlans = (seed: number): unknown => {
      const p = randomPlan(seed, { faultRate: 0.5, withinBytes: 100 });
      return Array.from({ length: 50 }, (_, i) => [p(i).up?.faults, p(i).down?.faults]);
    };
    expect(describePlans(1)).toEqual(describePlans(1));
    expect(describePlans(1)).not.toEqual(describePlans(2));
    const { server } = await echo();
    const f = await proxy({ target: `127.0.0.1:${(server.address() as AddressInfo).port}`, plan: randomPlan(5, { faultRate: 0.5, withinBytes: 32, maxPieceBytes: 4 }) });
    const all = await Promise.all(Array.from({ length: 30 }, () => ask(f.address, message, { end: false }).then((r) => r.how)).concat(Array.from({ length: 30 }, () => ask(f.address, message).then((r) => r.how))).map((x) => Promise.race([x, new Promise<string>((resolve) => setTimeout(resolve, 1000, 'open'))])));
    expect(new Set(all).size).toBeGreaterThan(1);
    expect(f.connections.filter((c) => c.struck.length > 0).length).toBeGreaterThan(5);
  });

  it('tells the client when the server is not there', async () => {
    const { server } = await echo();
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const f = await proxy({ target: `127.0.0.1:${port}` });
    expect((await ask(f.address, message)).how).toBe('ECONNRESET');
    await expect(createFaultProxy({ target: 'memory:x' })).rejects.toMatchObject({ code: 'GOPKG_OPTION_INVALID' });
  });
});
