// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@cloudwego/gopkg/logger';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { ClientConfig, fileLayout, ServerConfig } from '@cloudwego/governance';
import { configSourceContract, runWithVitest } from '@cloudwego/governance/testing';
import { fileConfigSource } from '@kitex-contrib/config-file';

async function folder(after: (f: () => Promise<void>) => void): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'config-file-'));
  after(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

for (const how of ['written in place', 'replaced by another file']) {
  runWithVitest(
    { describe, it, onTestFinished },
    `fileConfigSource, the file ${how}`,
    configSourceContract({
      spoils: true,
      keys: ['a/b#timeout', 'c#limit'],
      async create(t) {
        const dir = await folder((f) => {
          t.after(f);
        });
        const path = join(dir, 'config.json');
        const write = async (text: string): Promise<void> => {
          if (how === 'written in place') return writeFile(path, text);
          await writeFile(`${path}.new`, text);
          await rename(`${path}.new`, path);
        };
        const content: Record<string, Record<string, unknown>> = {};
        await write('{}');
        const source = fileConfigSource({ path, refreshMs: 20 });
        t.after(async () => source[Symbol.asyncDispose]());
        return {
          source,
          async set(key, document) {
            const [top, name] = key.split('#') as [string, string];
            const entry = (content[top] ??= {});
            if (document === undefined) delete entry[name];
            else entry[name] = document;
            await write(text(content));
          },
          spoil: () => write('{ no JSON'),
        };
      },
    }),
  );
}

const text = (v: unknown): string => JSON.stringify(v);
const quiet = createLogger({ write: () => undefined });

async function file(content: unknown): Promise<string> {
  const path = join(await folder(onTestFinished), 'config.json');
  await writeFile(path, text(content));
  return path;
}

test('it configures clients and servers as the files of the original do', async () => {
  const path = await file({
    'me/stock': { timeout: { '*': { rpc_timeout_ms: 700, conn_timeout_ms: 70 } }, retry: { Echo: { enable: true, failure_policy: { stop_policy: { max_retry_times: 1 } } } }, circuitbreaker: { Echo: { enable: true, err_rate: 0.3, min_sample: 10 } } },
    stock: { limit: { qps_limit: 50 } },
  });
  await using source = fileConfigSource({ path });
  await using client = new ClientConfig({ source, client: 'me', server: 'stock', layout: fileLayout, logger: quiet });
  await using server = new ServerConfig({ source, server: 'stock', layout: fileLayout, logger: quiet });
  await Promise.all([client.ready(), server.ready()]);
  expect([client.timeout('Echo'), client.retry.find('Echo', undefined)?.maxRetries, server.limits]).toEqual([{ rpcTimeoutMs: 700, connectTimeoutMs: 70 }, 1, { maxConnections: 0, maxQps: 50 }]);
});

test('it reads other formats, and says what it cannot read', async () => {
  const path = join(await folder(onTestFinished), 'config.yml');
  await writeFile(path, 'limit=5');
  await using source = fileConfigSource({ path, refreshMs: 20, parse: (t) => ({ stock: { limit: { qps_limit: Number(t.split('=')[1]) } } }) });
  const seen: unknown[] = [];
  source.watch('stock#limit', { update: (d) => seen.push(d), stale: (e) => seen.push(e.message) }, new AbortController().signal);
  await expect.poll(() => seen).toEqual([{ qps_limit: 5 }]);
  await rm(path);
  await expect.poll(() => String(seen.at(-1))).toContain('ENOENT');
});

test('it waits for a file that is not there yet', async () => {
  const path = join(await folder(onTestFinished), 'config.json');
  await using source = fileConfigSource({ path, refreshMs: 20 });
  const seen: unknown[] = [];
  source.watch('a', { update: (d) => seen.push(d), stale: () => undefined }, new AbortController().signal);
  await expect.poll(() => seen).toEqual([undefined]);
  await writeFile(path, text({ a: { x: 1 } }));
  await expect.poll(() => seen).toEqual([undefined, { x: 1 }]);
});

test('it refuses options that it cannot use', () => {
  expect(() => fileConfigSource({ path: '' })).toThrow(/path/);
  expect(() => fileConfigSource({ path: 'x', refreshMs: 1 })).toThrow(/refreshMs/);
});
