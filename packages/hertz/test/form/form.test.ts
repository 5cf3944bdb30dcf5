// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createLogger } from '@cloudwego/gopkg/logger';
import { Hertz, streamBody } from '@cloudwego/hertz';
import type { Handler } from '@cloudwego/hertz';
import { performRequest } from '@cloudwego/hertz/testing';
import { afterAll, describe, expect, it } from 'vitest';

const logger = createLogger({ write: () => undefined });
const folder = mkdtempSync(join(tmpdir(), 'hertz-form-test-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A server whose handler says what it saw. */
async function serve(carrier: 'netpoll' | 'node', streams: boolean, handler: Handler, o: ConstructorParameters<typeof Hertz>[0] = {}): Promise<{ base: string; h: Hertz }> {
  const h = new Hertz({ logger, carrier, hostPorts: '127.0.0.1:0', ...o });
  if (streams) h.post('/', streamBody(), handler);
  else h.post('/', handler);
  const { address } = await h.start();
  return { base: `http://${address}/`, h };
}

function form(file: string | Uint8Array = 'content of x'): FormData {
  const f = new FormData();
  f.append('a', '1');
  f.append('a', '\u4f60');
  f.append('file', new Blob([Buffer.from(file as string)], { type: 'text/x' }), 'x.txt');
  f.append('file', new Blob(['second']), 'y.txt');
  return f;
}

describe.each([['netpoll', false], ['netpoll', true], ['node', false], ['node', true]] as const)('forms on %s, streamed: %s', (carrier, streams) => {
  it('have values and files', async () => {
    const { base, h } = await serve(carrier, streams, async (c) => {
      const f = await c.multipartForm();
      const x = await c.formFile('file');
      await c.saveUploadedFile(x, join(folder, 'saved.txt'));
      c.json(200, { a: c.postForm('a'), all: c.postFormArray('a'), none: c.postForm('none') ?? null, form: c.formValue('a'), file: [x.filename, x.contentType, x.size, await x.text()], files: f.files.get('file')!.length });
    });
    const r = await fetch(base, { method: 'POST', body: form() });
    expect(await r.json()).toEqual({ a: '1', all: ['1', '\u4f60'], none: null, form: '1', file: ['x.txt', 'text/x', 12, 'content of x'], files: 2 });
    expect(readFileSync(join(folder, 'saved.txt'), 'utf8')).toBe('content of x');
    await h.stop();
  });

  it('are read part by part, and what is not read is passed over', async () => {
    const { base, h } = await serve(carrier, streams, async (c) => {
      const seen: unknown[] = [];
      for await (const part of c.parts()) {
        if (part.filename === 'x.txt') continue;
        seen.push([part.name, part.filename ?? null, await part.text()]);
      }
      c.json(200, seen);
    });
    const r = await fetch(base, { method: 'POST', body: form(new Uint8Array(300_000)) });
    expect(await r.json()).toEqual([['a', null, '1'], ['a', null, '\u4f60'], ['file', 'y.txt', 'second']]);
    await h.stop();
  });

  it('may be compressed; what they are then is limited', async () => {
    const body = Buffer.from(await new Response(form()).arrayBuffer());
    const type = `multipart/form-data; boundary=${/--(\S+)/.exec(body.toString())![1]!}`;
    const { base, h } = await serve(carrier, streams, async (c) => {
      c.string(200, await (await c.formFile('file')).text());
    });
    const headers = { 'Content-Type': type, 'Content-Encoding': 'gzip' };
    const r = await fetch(base, { method: 'POST', body: gzipSync(body), headers });
    expect(await r.text()).toBe('content of x');
    expect((await fetch(base, { method: 'POST', body: gzipSync(body), headers: { ...headers, 'Content-Encoding': 'br' } })).status).toBe(400);
    await h.stop();
  });

  it('are refused where they break the grammar or a limit', async () => {
    const { base, h } = await serve(carrier, streams, async (c) => {
      await c.multipartForm({ maxParts: 3 });
      c.string(200, 'ok');
    });
    const send = async (body: string | FormData, type?: string): Promise<number> =>
      (await fetch(base, { method: 'POST', body, ...(type === undefined ? {} : { headers: { 'Content-Type': type } }) })).status;
    expect(await send(form())).toBe(413);
    expect(await send('--b\r\n', 'multipart/form-data; boundary=b')).toBe(400);
    expect(await send('a=b', 'application/x-www-form-urlencoded')).toBe(400);
    expect(await send('x', 'multipart/form-data')).toBe(400);
    await h.stop();
  });
});

describe('temporary files', () => {
  it('hold what is beyond memory, and are gone when the request is over', async () => {
    const temp = mkdtempSync(join(folder, 'temp-'));
    const big = Buffer.alloc(200_000, 'x');
    let during: string[] = [];
    const { base, h } = await serve('netpoll', true, async (c) => {
      await c.multipartForm({ maxMemoryBytes: 100, tempFolder: temp });
      const f = await c.formFile('file');
      during = readdirSync(temp);
      const pieces: Uint8Array[] = [];
      for await (const p of f.stream()) pieces.push(p);
      await f.saveTo(join(folder, 'big.bin'));
      if (c.header('x-fail') !== undefined) throw new Error('the handler fails');
      c.json(200, [f.isOnDisk, f.size, Buffer.concat(pieces).equals(big), Buffer.from(await f.bytes()).equals(big)]);
    });
    expect(await (await fetch(base, { method: 'POST', body: form(big) })).json()).toEqual([true, 200_000, true, true]);
    expect(during).toHaveLength(1);
    await expect.poll(() => readdirSync(temp)).toEqual([]);
    expect(readFileSync(join(folder, 'big.bin')).equals(big)).toBe(true);
    expect((await fetch(base, { method: 'POST', body: form(big), headers: { 'X-Fail': '1' } })).status).toBe(500);
    await expect.poll(() => readdirSync(temp)).toEqual([]);
    await h.stop();
  });

  it('are removed where the client leaves in the middle', async () => {
    const temp = mkdtempSync(join(folder, 'temp-'));
    let failed: unknown;
    const { base, h } = await serve('netpoll', true, async (c) => {
      await c.multipartForm({ maxMemoryBytes: 10, tempFolder: temp }).catch((e: unknown) => {
        failed = e;
      });
    });
    const leave = new AbortController();
    const sent = fetch(base, {
      method: 'POST',
      headers: { 'Content-Type': 'multipart/form-data; boundary=b' },
      duplex: 'half',
      signal: leave.signal,
      body: new ReadableStream({
        start(to) {
          to.enqueue(Buffer.from('--b\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\nmore than ten bytes of it'));
        },
      }),
    } as RequestInit);
    await expect.poll(() => readdirSync(temp), { timeout: 30_000 }).toHaveLength(1);
    leave.abort();
    await expect(sent).rejects.toThrow();
    await expect.poll(() => readdirSync(temp), { timeout: 30_000 }).toEqual([]);
    await expect.poll(() => failed, { timeout: 30_000 }).toMatchObject({ code: 'TRANSPORT_REQUEST_BROKEN' });
    await h.stop();
  });
});

describe('forms without a socket', () => {
  const h = new Hertz({ logger });
  h.post('/values', (c) => { c.json(200, [c.postForm('a') ?? null, c.postFormArray('a'), c.formValue('q') ?? null]); });
  h.post('/twice', async (c) => {
    const [a, b] = await Promise.all([c.multipartForm(), c.multipartForm()]);
    c.string(200, String(a === b && c.postForm('a') === a.value('a')));
  });
  h.post('/parts', async (c) => {
    for await (const p of c.parts()) await p.bytes(3);
    c.string(200, 'ok');
  });
  const type = 'multipart/form-data; boundary=b';
  const body = '--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1234\r\n--b\r\nContent-Disposition: form-data; name=f; filename=""\r\n\r\n\r\n--b--';
  const send = (path: string, b: string, t: string = type): ReturnType<typeof performRequest> => performRequest(h, 'POST', path, { body: b, headers: { 'Content-Type': t } });

  it('are read once, synchronously where they are there', async () => {
    expect((await send('/values?q=2', body)).text()).toBe('["1234",["1234"],"2"]');
    expect((await send('/values?q=2', 'a=1&a=2', 'application/x-www-form-urlencoded')).text()).toBe('["1",["1","2"],"2"]');
    expect((await send('/values', 'a=1', 'text/plain')).text()).toBe('[null,[],null]');
    expect((await send('/twice', body)).text()).toBe('true');
  });

  it('limits of readers count', async () => {
    expect((await send('/parts', body)).status).toBe(413);
    expect((await send('/values', '&a'.repeat(10_000), 'application/x-www-form-urlencoded')).status).toBe(200);
    expect((await send('/values', '&a'.repeat(10_001), 'application/x-www-form-urlencoded')).status).toBe(400);
    expect((await send('/values', '--b\r\nbroken', type)).status).toBe(400);
  });
});
