// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { RequestContext } from '../context.js';
import { mediaTypeOf } from './media-types.js';
import { rangeOf } from './range.js';

/** Up to this a file is read at once; above, it is streamed. */
const WHOLE_BYTES = 64 * 1024;

/** How a file is sent. */
export interface SendFileOptions {
  /** Answers `Range`. @defaultValue true */
  readonly acceptByteRange?: boolean | undefined;
}

/** What became of it; for 'absent' and 'folder' nothing was answered. */
export type SendFileOutcome = 'sent' | 'absent' | 'folder';

/**
 * Answers a file: 304 by If-None-Match or If-Modified-Since, 206 and 416 by Range and If-Range, else 200.
 * `path`: of the file system, chosen by the caller; nothing of it is checked here.
 */
export async function sendFile(c: RequestContext, path: string, o: SendFileOptions = {}): Promise<SendFileOutcome> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (e) {
    const { code } = e as { readonly code?: string };
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES' || code === 'ENAMETOOLONG' || code === 'ELOOP') return 'absent';
    throw e;
  }
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) return 'folder';
    if (!stat.isFile()) return 'absent';
    const { size } = stat;
    const changedAt = Math.floor(stat.mtimeMs / 1000) * 1000;
    const tag = `W/"${size.toString(16)}-${Math.floor(stat.mtimeMs).toString(16)}"`;
    c.setHeader('Last-Modified', new Date(changedAt).toUTCString());
    c.setHeader('ETag', tag);
    const ranges = o.acceptByteRange !== false;
    if (ranges) c.setHeader('Accept-Ranges', 'bytes');
    if (isFresh(c, tag, changedAt)) {
      c.status = 304;
      return 'sent';
    }
    if (c.responseHeader('content-type') === undefined) c.setContentType(mediaTypeOf(path));
    const range = ranges && sameAsBefore(c, changedAt) ? rangeOf(c.header('range'), size) : undefined;
    if (range === 'none') {
      c.setHeader('Content-Range', `bytes */${size}`);
      c.abortWithStatus(416);
      c.setContentType('text/plain; charset=utf-8');
      c.write('Range Not Satisfiable');
      return 'sent';
    }
    const start = range?.start ?? 0;
    const length = range === undefined ? size : range.end - start + 1;
    c.status = range === undefined ? 200 : 206;
    if (range !== undefined) c.setHeader('Content-Range', `bytes ${start}-${range.end}/${size}`);
    if (c.method === 'HEAD') c.startStream(length).end();
    else if (length <= WHOLE_BYTES) {
      const b = Buffer.allocUnsafe(length);
      const { bytesRead } = await file.read(b, 0, length, start);
      c.write(b.subarray(0, bytesRead));
    } else await c.stream(file.createReadStream({ start, end: start + length - 1, autoClose: false }) as AsyncIterable<Buffer>, length);
    return 'sent';
  } finally {
    await file.close();
  }
}

/** Source: RFC 9110 section 13.2.2: a tag decides, where one was sent. */
function isFresh(c: RequestContext, tag: string, changedAt: number): boolean {
  const tags = c.header('if-none-match');
  if (tags !== undefined) return tags.trim() === '*' || tags.split(',').some((t) => t.trim().replace(/^W\//, '') === tag.slice(2));
  const since = Date.parse(c.header('if-modified-since') ?? '');
  return !Number.isNaN(since) && changedAt <= since;
}

/** Whether a part fits to what the client has. Our tags are weak, which If-Range does not take: the date does. */
function sameAsBefore(c: RequestContext, changedAt: number): boolean {
  const field = c.header('if-range');
  return field === undefined || Date.parse(field) === changedAt;
}

/** The value of Content-Disposition for a file of that name, as a download. Source: RFC 6266. Differs: Hertz writes the name as it is. */
export function attachment(name: string): string {
  const plain = name.replaceAll(/[^\u0020-\u007e]/g, '_').replaceAll(/["\\]/g, '\\$&');
  const more = /^[\u0020-\u007e]*$/.test(name) ? '' : `; filename*=UTF-8''${encodeURIComponent(name).replaceAll(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`;
  return `attachment; filename="${plain}"${more}`;
}
