// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@cloudwego/gopkg/logger';
import { Hertz, staticFiles, stripSegments } from '@cloudwego/hertz';
import { performRequest } from '@cloudwego/hertz/testing';
import { afterAll, describe, expect, it } from 'vitest';

const logger = createLogger({ write: () => undefined });
const top = mkdtempSync(join(tmpdir(), 'hertz-static-'));
afterAll(() => { rmSync(top, { recursive: true, force: true }); });
const root = join(top, 'root');
mkdirSync(join(root, 'sub'), { recursive: true });
mkdirSync(join(root, 'bare'));
const big = Buffer.alloc(200_000, 'abcdefghij');
writeFileSync(join(top, 'secret.txt'), 'secret');
writeFileSync(join(root, 'a.txt'), '0123456789');
writeFileSync(join(root, 'big.bin'), big);
writeFileSync(join(root, 'sub', 'index.html'), '<p>index</p>');
writeFileSync(join(root, 'bare', '<b>&.txt'), '');
const at = new Date(Date.UTC(2024, 0, 2, 3, 4, 5));
utimesSync(join(root, 'a.txt'), at, at);

const h = new Hertz({ logger });
const serve = staticFiles(root, { acceptByteRange: true, indexNames: ['index.html'], pathRewrite: stripSegments(1) });
h.get('/s/*filepath', serve);
h.head('/s/*filepath', serve);
h.get('/list/*filepath', staticFiles(root, { generateIndexPages: true, pathRewrite: stripSegments(1) }));
h.get('/raw/*filepath', staticFiles(root, { pathRewrite: (c) => c.query('p') ?? '/' }));
h.get('/one', (c) => c.fileAttachment(join(root, 'a.txt'), 'b"\u00e9.txt'));
h.get('/gone', (c) => c.fileAttachment(join(root, 'gone'), 'x'));
h.get('/folder', (c) => c.file(root));
h.staticFile('/alone', join(root, 'a.txt'));
h.static('/sub', root);

const get = (path: string, headers: Record<string, string> = {}, method: string = 'GET'): ReturnType<typeof performRequest> => performRequest(h, method, path, { headers });

describe('static files', () => {
  it('have a type, a date and a tag', async () => {
    const r = await get('/s/a.txt');
    expect([r.status, r.text(), r.header('content-type'), r.header('last-modified'), r.header('accept-ranges')]).toEqual([200, '0123456789', 'text/plain; charset=utf-8', 'Tue, 02 Jan 2024 03:04:05 GMT', 'bytes']);
    expect((await get('/s/a.txt', { 'If-None-Match': `"x", ${r.header('etag')!}` })).status).toBe(304);
    expect((await get('/s/a.txt', { 'If-None-Match': '"x"', 'If-Modified-Since': r.header('last-modified')! })).status).toBe(200);
    expect((await get('/s/a.txt', { 'If-Modified-Since': r.header('last-modified')! })).status).toBe(304);
    expect((await get('/s/a.txt', { 'If-Modified-Since': 'Tue, 02 Jan 2024 03:04:04 GMT' })).status).toBe(200);
  });

  it.each<[string, number, string, string | undefined]>([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=-99', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=5-99', 206, '56789', 'bytes 5-9/10'],
    ['bytes=10-', 416, 'Range Not Satisfiable', 'bytes */10'],
    ['bytes=-0', 416, 'Range Not Satisfiable', 'bytes */10'],
    ['bytes=3-1', 200, '0123456789', undefined],
    ['bytes=-', 200, '0123456789', undefined],
    ['bytes=0-1,3-4', 200, '0123456789', undefined],
    ['lines=0-1', 200, '0123456789', undefined],
  ])('%s is %d', async (range, status, body, said) => {
    const r = await get('/s/a.txt', { Range: range });
    expect([r.status, r.text(), r.header('content-range')]).toEqual([status, body, said]);
  });

  it('a part fits only to what has not changed', async () => {
    expect((await get('/s/a.txt', { Range: 'bytes=0-1', 'If-Range': 'Tue, 02 Jan 2024 03:04:05 GMT' })).status).toBe(206);
    expect((await get('/s/a.txt', { Range: 'bytes=0-1', 'If-Range': 'Tue, 02 Jan 2024 03:04:06 GMT' })).status).toBe(200);
    expect((await get('/s/a.txt', { Range: 'bytes=0-1', 'If-Range': '"a"' })).status).toBe(200);
  });

  it('large ones are streamed, whole and in part', async () => {
    expect(Buffer.from((await get('/s/big.bin')).body).equals(big)).toBe(true);
    expect(Buffer.from((await get('/s/big.bin', { Range: 'bytes=5-150000' })).body).equals(big.subarray(5, 150_001))).toBe(true);
  });

  it('folders: an index, a list, or nothing', async () => {
    expect((await get('/s/sub/')).text()).toBe('<p>index</p>');
    const there = await get('/s/sub');
    expect([there.status, there.header('location')]).toEqual([302, '/s/sub/']);
    expect((await get('/s/bare/')).status).toBe(403);
    expect((await get('/raw/x?p=/sub/')).status).toBe(403);
    const list = await get('/list/bare/');
    expect(list.text()).toContain('<li><a href="./%3Cb%3E%26.txt">&lt;b&gt;&amp;.txt</a></li>');
    expect((await get('/list/')).text()).toContain('<a href="./sub/">sub/</a>');
    expect((await get('/s/none')).text()).toBe('Cannot open requested path');
    expect((await get('/s/a.txt/x')).status).toBe(404);
  });

  it.each(['/s/../secret.txt', '/s/..%2fsecret.txt', '/s/%2e%2e/secret.txt', '/s/%2e%2e%2fsecret.txt', '/s/.%2e/secret.txt', '/s/sub/..%2f..%2fsecret.txt', '/s/..%5csecret.txt', '/s/..%c0%afsecret.txt', '/s/%252e%252e/secret.txt', '/s//../secret.txt', '/s/....//secret.txt'])('%s does not leave the root', async (path) => {
    const r = await get(path);
    expect(r.text()).not.toContain('secret');
    expect(r.status).toBeGreaterThanOrEqual(400);
  });

  it.each(['/../secret.txt', '..', '/sub/../../secret.txt', '/..\\secret.txt', '/a.txt%00', '../root-else'])('a rewrite to %j is refused', async (p) => {
    const r = await get(`/raw/x?p=${p.includes('%') ? p : encodeURIComponent(p)}`);
    expect([r.status, r.text()]).toEqual([400, 'Bad Request']);
  });

  it('a download says its name, whatever is in it', async () => {
    expect((await get('/one')).header('content-disposition')).toBe('attachment; filename="b\\"_.txt"; filename*=UTF-8\'\'b%22%C3%A9.txt');
  });

  it('one file, and what is none', async () => {
    expect((await get('/alone')).text()).toBe('0123456789');
    expect((await get('/alone', {}, 'HEAD')).status).toBe(200);
    // The prefix is a folder below the root.
    expect((await get('/sub/index.html')).text()).toBe('<p>index</p>');
    const gone = await get('/gone');
    expect([gone.status, gone.header('content-disposition')]).toEqual([404, undefined]);
    expect((await get('/folder')).status).toBe(403);
  });

  it.each(['netpoll', 'node'] as const)('HEAD has the length, and a real client its bytes, on %s', async (carrier) => {
    const s = new Hertz({ logger, carrier, hostPorts: '127.0.0.1:0' });
    const files = staticFiles(root, { acceptByteRange: true });
    s.get('/*filepath', files);
    s.head('/*filepath', files);
    const { address } = await s.start();
    const head = await fetch(`http://${address}/big.bin`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '200000']);
    expect(Buffer.from(await (await fetch(`http://${address}/big.bin`)).arrayBuffer()).equals(big)).toBe(true);
    expect(await (await fetch(`http://${address}/a.txt`, { headers: { Range: 'bytes=2-4' } })).text()).toBe('234');
    await s.stop();
  });
});
