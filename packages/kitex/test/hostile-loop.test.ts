// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { createClient, createServer } from '@cloudwego/kitex';
import type { CallOptions, ClientOptions, Server, ServerOptions } from '@cloudwego/kitex';
import { createHostileNetwork, Recorder, send } from '@cloudwego/netpoll/testing';
import type { HostileNetworkOptions, MemoryNetwork } from '@cloudwego/netpoll/testing';
import { Echo, Refused } from './fixtures/echo.js';
import type { EchoHandlers } from './fixtures/echo.js';
import { echoArgs, framed, silentLogger } from './fixtures/harness.js';

// Client and server of Kitex over a network that breaks every careless assumption. Every call has the right reply or a typed error, no call ever has another
// one's bytes, and nothing stays open.

const wires = ['buffered', 'framed', 'ttheader', 'ttheader-framed'] as const;

function random(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 4294967296;
  };
}

/** A text that tells whose it is all along. */
function textOf(call: number, size: number): string {
  const unit = `<${call}>`;
  return unit.repeat(Math.max(1, Math.ceil(size / unit.length)));
}

/** Answers now, in a microtask or some turns later, as the length of the text has it. */
function later<T>(text: string, v: T): T | Promise<T> {
  switch (text.length % 4) {
    case 0:
      return v;
    case 1:
      return Promise.resolve(v);
    case 2:
      return new Promise((resolve) => setImmediate(resolve, v));
    default:
      return new Promise((resolve) => setTimeout(resolve, 1, v));
  }
}

/** What handlers saw that nobody sent. */
const strange: string[] = [];
let headers = 0;

/** Every request is whole and one caller's. */
function seen(text: string): string {
  const unit = /^<\d+>/.exec(text)?.[0];
  if (unit === undefined || unit.repeat(text.length / unit.length) !== text) strange.push(text.slice(0, 60));
  return text;
}

const handlers: EchoHandlers = {
  async echo(req, ctx) {
    const v = await later(seen(req.text), { text: req.text });
    // Read late, when the bytes of the header are long gone.
    const call = ctx.metainfo.get('call');
    if (call !== undefined && !v.text.startsWith(`<${call}>`)) strange.push(`metainfo of ${call} on ${v.text.slice(0, 20)}`);
    if (call !== undefined) headers++;
    return v;
  },
  join: (a, b) => {
    seen(a.text);
    if (b.text === 'refuse') throw new Refused(a.text);
    return later(a.text, { text: a.text + b.text });
  },
  ping: () => undefined,
  tell: (req) => {
    seen(req.text);
  },
};

interface Outcome {
  readonly right: number;
  readonly wrong: readonly string[];
  readonly errors: readonly unknown[];
}

/** What happens while the calls run. */
interface Meanwhile {
  readonly each?: (random: () => number) => CallOptions;
  readonly act?: (server: Server) => Promise<unknown>;
}

async function calls(network: MemoryNetwork, seed: number, n: number, o: Partial<ClientOptions>, so: ServerOptions = {}, meanwhile: Meanwhile = {}): Promise<Outcome> {
  const server = createServer({ serviceName: 'echo', address: 'memory:echo', network, logger: silentLogger, ...so }).register(Echo, handlers);
  const { address } = await server.start();
  const client = createClient(Echo, { destService: 'echo', hostPorts: [address], network, logger: silentLogger, rpcTimeoutMs: 15_000, connectTimeoutMs: 15_000, ...o });
  const carries = o.transport?.startsWith('ttheader') === true;
  const next = random(seed);
  const wrong: string[] = [];
  const errors: unknown[] = [];
  let right = 0;
  const one = async (i: number, each: CallOptions = meanwhile.each?.(next) ?? {}): Promise<void> => {
    const size = Math.floor(2 ** (next() * 15));
    const text = textOf(i, size);
    const kind = next();
    try {
      if (kind < 0.6) {
        const { text: got } = await client.echo({ text }, carries ? { metainfo: { transient: { call: String(i) } }, ...each } : each);
        if (got !== text) wrong.push(`echo ${i}: ${got.length} characters, ${got.slice(0, 40)}`);
      } else if (kind < 0.8) {
        const { text: got } = await client.join({ text }, { text: `|${i}` }, each);
        if (got !== `${text}|${i}`) wrong.push(`join ${i}: ${got.slice(-40)}`);
      } else if (kind < 0.9) {
        const e: unknown = await client.join({ text }, { text: 'refuse' }, each).catch((x: unknown) => x);
        if (!(e instanceof Refused)) throw e;
        if (e.reason !== text) wrong.push(`refusal ${i}: ${e.reason.slice(0, 40)}`);
      } else if (kind < 0.95) {
        if ((await client.ping(each)) !== undefined) wrong.push(`ping ${i}`);
      } else {
        await client.tell({ text }, each);
      }
      right++;
    } catch (e) {
      errors.push(e);
    }
  };
  const all = Promise.all(Array.from({ length: n }, (_, i) => one(i)));
  await meanwhile.act?.(server);
  await all;
  // Again on what the pool kept.
  for (let i = 0; i < 10; i++) await one(n + i);
  await client.close();
  await server.stop();
  await expect.poll(() => network.openConnections, { timeout: 10_000 }).toBe(0);
  expect(network.openListeners).toBe(0);
  expect(strange).toEqual([]);
  return { right, wrong, errors };
}

const hostile = (o: HostileNetworkOptions): MemoryNetwork => createHostileNetwork({ maxUnreadBytes: 4096, highWaterBytes: 8192, ...o });

describe.each(wires)('over %s', (transport) => {
  it('every call has its own answer, with many seeds', { timeout: 120_000 }, async () => {
    for (let seed = 1; seed <= 15; seed++) {
      const network = hostile({ seed });
      const r = await calls(network, seed, 80, { transport });
      expect({ seed, ...r }).toEqual({ seed, right: 90, wrong: [], errors: [] });
    }
    // Plain Thrift has no headers.
    if (transport.startsWith('ttheader')) expect(headers).toBeGreaterThan(500);
  });

  it('every call has its own answer on connections of its own, and with several running on one', { timeout: 120_000 }, async () => {
    for (let seed = 100; seed < 105; seed++) {
      expect(await calls(hostile({ seed }), seed, 60, { transport, pool: 'short' })).toEqual({ right: 70, wrong: [], errors: [] });
      expect(await calls(hostile({ seed }), seed, 60, { transport }, { pipelineDepth: 4 })).toEqual({ right: 70, wrong: [], errors: [] });
    }
  });

  it('ends every call in its answer or in a typed error when connections are reset and cut', { timeout: 120_000 }, async () => {
    let right = 0;
    let failed = 0;
    for (let seed = 200; seed < 220; seed++) {
      const network = hostile({ seed, resetRate: 0.25, cutRate: 0.25, faultWithinBytes: 20_000 });
      const r = await calls(network, seed, 80, { transport });
      expect(r.wrong).toEqual([]);
      for (const e of r.errors) expect(e).toMatchObject({ code: expect.stringMatching(/^KITEX_(REMOTE_OR_NETWORK|CONNECTION_UNAVAILABLE)$/) as string });
      right += r.right;
      failed += r.errors.length;
      expect(network.faults).toBeGreaterThan(0);
    }
    expect(right).toBeGreaterThan(500);
    expect(failed).toBeGreaterThan(50);
  });

  it('gives up calls that take too long or are cancelled, and no later call gets their answer', { timeout: 120_000 }, async () => {
    let given = 0;
    for (let seed = 300; seed < 310; seed++) {
      const r = await calls(hostile({ seed }), seed, 80, { transport }, {}, {
        each: (next) => {
          if (next() < 0.5) return {};
          if (next() < 0.5) return { rpcTimeoutMs: 1 + Math.floor(next() * 8) };
          const abort = new AbortController();
          setTimeout(() => {
            abort.abort(new Error('not any more'));
          }, next() * 8);
          return { signal: abort.signal };
        },
      });
      expect(r.wrong).toEqual([]);
      for (const e of r.errors) expect(e).toMatchObject({ code: expect.stringMatching(/^KITEX_(RPC_TIMEOUT|CALL_CANCELED)$/) as string });
      given += r.errors.length;
    }
    expect(given).toBeGreaterThan(0);
  });

  it('stops in the middle of it: what was begun is answered or fails with a typed error', { timeout: 120_000 }, async () => {
    for (let seed = 400; seed < 408; seed++) {
      const r = await calls(hostile({ seed }), seed, 80, { transport }, { exitWaitTimeMs: 10_000 }, {
        act: async (server) => {
          for (let i = 0; i < seed % 20; i++) await new Promise((resolve) => setImmediate(resolve));
          const report = await server.stop();
          expect(report.forced).toBe(0);
        },
      });
      expect(r.wrong).toEqual([]);
      for (const e of r.errors) expect(e).toMatchObject({ code: expect.stringMatching(/^KITEX_(REMOTE_OR_NETWORK|CONNECTION_UNAVAILABLE)$/) as string });
    }
  });
});

describe('a raw peer that pipelines', () => {
  it.each([1, 8])('has its answers in order at pipelineDepth %i', { timeout: 60_000 }, async (pipelineDepth) => {
    for (let seed = 500; seed < 510; seed++) {
      const network = hostile({ seed });
      const server = createServer({ serviceName: 'echo', address: 'memory:echo', network, logger: silentLogger, pipelineDepth }).register(Echo, handlers);
      await server.start();
      const next = random(seed);
      const c = await network.dial({ kind: 'memory', name: 'echo' });
      const r = new Recorder('raw');
      c.attach(r);
      const frames = Array.from({ length: 100 }, (_, i) => framed(1, 'Echo', i + 1, echoArgs(textOf(i, Math.floor(next() * 300)))));
      for (let all = Buffer.concat(frames), n = 0; all.length > 0; all = all.subarray(n)) {
        n = 1 + Math.floor(next() * 2000);
        send(c, all.subarray(0, n));
        if (next() < 0.3) await new Promise((resolve) => setImmediate(resolve));
      }
      const answers = frames.map((f, i) => framed(2, 'Echo', i + 1, Buffer.concat([Buffer.from([12, 0, 0]), f.subarray(23)])));
      const expected = Buffer.concat(answers);
      await expect.poll(() => r.length, { timeout: 20_000 }).toBe(expected.length);
      expect(r.bytes().equals(expected)).toBe(true);
      c.destroy();
      await server.stop();
      await expect.poll(() => network.openConnections, { timeout: 10_000 }).toBe(0);
    }
  });
});
