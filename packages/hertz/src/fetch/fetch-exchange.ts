// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Address } from '@cloudwego/gopkg/io';
import type { BodySink, Exchange } from '@cloudwego/transport';
import { FetchBodyError, FetchClientGoneError } from './errors.js';

const NO_BYTES = new Uint8Array(0);
const NULL_BODY: ReadonlySet<number> = new Set([101, 204, 205, 304]);

/** One Request and the Response that is made for it. */
export class FetchExchange implements Exchange {
  /** What routers look at: a Request has no Host of its own. */
  readonly version: '1.1' = '1.1' as const;
  readonly method: string;
  readonly target: string;
  readonly remote: Address;
  readonly tls: undefined = undefined;
  readonly rawHeaders: readonly string[];
  readonly response: Promise<Response>;
  private readonly request: Request;
  private readonly leaving: AbortController = new AbortController();
  private answer!: (r: Response) => void;

  constructor(request: Request, remote: Address) {
    this.request = request;
    this.method = request.method;
    this.remote = remote;
    const url = new URL(request.url);
    this.target = url.pathname + url.search;
    const raw: string[] = [];
    for (const [k, v] of request.headers) raw.push(k, v);
    if (!request.headers.has('host')) raw.push('host', url.host);
    this.rawHeaders = raw;
    this.response = new Promise((resolve) => {
      this.answer = resolve;
    });
    const { signal } = request;
    const leave = (): void => {
      this.leaving.abort(signal.reason);
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true, signal: this.leaving.signal });
  }

  get signal(): AbortSignal {
    return this.leaving.signal;
  }

  header(lowerName: string): string | undefined {
    for (let i = 0; i < this.rawHeaders.length; i += 2) if (this.rawHeaders[i] === lowerName) return this.rawHeaders[i + 1];
    return undefined;
  }

  body(limit: number): Uint8Array | Promise<Uint8Array> {
    return this.request.body === null ? NO_BYTES : this.read(limit);
  }

  private async read(limit: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let n = 0;
    for await (const piece of this.stream()) {
      n += piece.length;
      if (n > limit) throw new FetchBodyError(`body: got ${n} bytes, wanted at most ${limit}`);
      pieces.push(piece);
    }
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }

  stream(): AsyncIterable<Uint8Array> {
    return (this.request.body ?? []) as unknown as AsyncIterable<Uint8Array>;
  }

  trailers(): readonly string[] {
    return [];
  }

  respond(status: number, headers: readonly string[], body: Uint8Array | string | undefined): void {
    const nothing = NULL_BODY.has(status) || this.method === 'HEAD' || body === undefined;
    this.answer(new Response(nothing ? null : (body as Uint8Array<ArrayBuffer> | string), { status, headers: fieldsOf(headers) }));
  }

  startStream(status: number, headers: readonly string[], length: number | undefined): BodySink {
    let to: ReadableStreamDefaultController<Uint8Array> | undefined;
    let more: (() => void) | undefined;
    let over = false;
    /** Who reads the response left: whoever makes it must hear of that, or it would be made for ever. */
    let gone: FetchClientGoneError | undefined;
    const leave = (reason: unknown): void => {
      gone = new FetchClientGoneError('the reader of the response left', { cause: reason });
      if (end()) to!.error(reason);
    };
    this.signal.addEventListener('abort', () => {
      leave(this.signal.reason);
    }, { once: true });
    const end = (): boolean => {
      if (over) return false;
      over = true;
      more?.();
      return true;
    };
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        to = controller;
      },
      pull: () => {
        more?.();
        more = undefined;
      },
      cancel: (reason) => {
        over = true;
        leave(reason);
        more?.();
        this.leaving.abort(reason);
      },
    });
    const fields = fieldsOf(headers);
    if (length !== undefined) fields.set('content-length', String(length));
    this.answer(new Response(NULL_BODY.has(status) || this.method === 'HEAD' ? null : stream, { status, headers: fields }));
    return {
      write: (b) => {
        if (gone !== undefined) throw gone;
        if (over) return;
        to!.enqueue(typeof b === 'string' ? Buffer.from(b) : Uint8Array.from(b));
        if ((to!.desiredSize ?? 1) > 0) return;
        return new Promise<void>((resolve) => {
          more = resolve;
        });
      },
      end: () => {
        if (end()) to!.close();
      },
      destroy: (e) => {
        if (end()) to!.error(e ?? new Error('the response broke off'));
      },
    };
  }
}

/** What frames a message is the business of whoever carries the Response. */
const FRAMING: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'trailer']);

function fieldsOf(raw: readonly string[]): Headers {
  const h = new Headers();
  for (let i = 0; i < raw.length; i += 2) if (!FRAMING.has(raw[i]!.toLowerCase())) h.append(raw[i]!, raw[i + 1]!);
  return h;
}
