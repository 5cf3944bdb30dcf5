// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createBoundary, writeMultipartEnd, writePartHead } from '@cloudwego/protocol';
import { Sonic } from '@cloudwego/sonic';
import { HttpClientError } from './errors.js';

/** What can be sent. Iterables are sent as they are made, and cannot be sent again. */
export type BodyInput = string | Uint8Array | ArrayBuffer | URLSearchParams | FormData | Blob | AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;

/** A body as it is sent. */
export interface SentBody {
  readonly bytes: Uint8Array | undefined;
  /** Starts it; undefined where `bytes` are it. */
  readonly pieces: (() => AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>) | undefined;
  readonly length: number | undefined;
  readonly type: string | undefined;
  /** It can be sent again. */
  readonly again: boolean;
}

const sonic = new Sonic();

export function jsonBody(value: unknown): SentBody {
  return whole(Buffer.from(sonic.stringify(value)), 'application/json');
}

/** Errors: HERTZ_CLIENT_REQUEST_INVALID for what is no body. */
export function bodyOf(b: BodyInput): SentBody {
  if (typeof b === 'string') return whole(Buffer.from(b), 'text/plain; charset=utf-8');
  if (b instanceof Uint8Array) return whole(b, undefined);
  if (b instanceof ArrayBuffer) return whole(new Uint8Array(b), undefined);
  if (b instanceof URLSearchParams) return whole(Buffer.from(b.toString()), 'application/x-www-form-urlencoded');
  if (b instanceof FormData) return form(b);
  if (b instanceof Blob) return { bytes: undefined, pieces: () => b.stream() as unknown as AsyncIterable<Uint8Array>, length: b.size, type: b.type === '' ? undefined : b.type, again: true };
  if (typeof b === 'object' && (Symbol.asyncIterator in b || Symbol.iterator in b)) return { bytes: undefined, pieces: () => b, length: undefined, type: undefined, again: false };
  throw new HttpClientError('HERTZ_CLIENT_REQUEST_INVALID', 'body: wanted text, bytes, a form, a blob or an iterable of pieces; values are sent by `json`');
}

function whole(bytes: Uint8Array, type: string | undefined): SentBody {
  return { bytes, pieces: undefined, length: bytes.length, type, again: true };
}

/** A form as multipart, files as they are read. */
function form(data: FormData): SentBody {
  const boundary = createBoundary();
  const parts: { readonly head: Buffer; readonly content: Buffer | Blob }[] = [];
  for (const [name, v] of data) {
    const text = typeof v === 'string';
    const head = writePartHead(boundary, text ? { name } : { name, filename: v.name, contentType: v.type === '' ? undefined : v.type }, parts.length === 0);
    parts.push({ head: Buffer.from(head), content: text ? Buffer.from(v) : v });
  }
  const end = Buffer.from(parts.length === 0 ? `--${boundary}--\r\n` : writeMultipartEnd(boundary));
  const length = parts.reduce((n, p) => n + p.head.length + (p.content instanceof Blob ? p.content.size : p.content.length), end.length);
  const pieces = async function* (): AsyncIterable<Uint8Array> {
    for (const p of parts) {
      yield p.head;
      if (p.content instanceof Blob) yield* p.content.stream() as unknown as AsyncIterable<Uint8Array>;
      else yield p.content;
    }
    yield end;
  };
  return { bytes: undefined, pieces, length, type: `multipart/form-data; boundary=${boundary}`, again: true };
}
