// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Address } from '@cloudwego/gopkg/io';
import type { BodySink, Exchange } from '@cloudwego/transport';
import type { HertzApp } from '../app.js';
import { FetchBodyError } from '../fetch/errors.js';

/** What a request has beside method and target. */
export interface PerformOptions {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A response that was made without a connection. */
export interface PerformedResponse {
  readonly status: number;
  /** Name and value in turn. */
  readonly rawHeaders: readonly string[];
  readonly body: Uint8Array;
  readonly trailers: readonly string[];
  /** Interim answers that came before. */
  readonly informed: readonly number[];
  header(name: string): string | undefined;
  text(): string;
}

/** Runs one request through an engine without a connection; streamed responses, too. Source: cloudwego/hertz pkg/common/ut PerformRequest. */
export function performRequest(engine: HertzApp, method: string, target: string, o: PerformOptions = {}): Promise<PerformedResponse> {
  return new Promise((resolve, reject) => {
    const raw: string[] = [];
    const given = Object.entries(o.headers ?? {});
    if (!given.some(([name]) => name.toLowerCase() === 'host')) raw.push('Host', 'localhost');
    for (const [name, value] of given) raw.push(name, value);
    const bytes = o.body === undefined ? new Uint8Array(0) : typeof o.body === 'string' ? Buffer.from(o.body) : o.body;
    const informed: number[] = [];
    let answered = false;
    const find = (list: readonly string[], name: string): string | undefined => {
      for (let i = 0; i < list.length; i += 2) if (list[i]!.toLowerCase() === name.toLowerCase()) return list[i + 1];
      return undefined;
    };
    const done = (status: number, rawHeaders: readonly string[], parts: readonly (Uint8Array | string)[], trailers: readonly string[]): void => {
      const body = method === 'HEAD' ? new Uint8Array(0) : Buffer.concat(parts.map((p) => Buffer.from(p as string)));
      resolve({ status, rawHeaders, body, trailers, informed, header: (name) => find(rawHeaders, name), text: () => Buffer.from(body).toString() });
    };
    const begin = (): void => {
      if (answered) throw new Error('the request was answered already');
      answered = true;
    };
    const remote: Address = { kind: 'memory', name: 'test' };
    const x: Exchange & { readonly version: '1.1' } = {
      version: '1.1',
      method,
      target,
      signal: o.signal ?? new AbortController().signal,
      remote,
      tls: undefined,
      header: (name) => find(raw, name),
      rawHeaders: raw,
      body: (limit) => {
        if (bytes.length > limit) throw new FetchBodyError(`body: got ${bytes.length} bytes, wanted at most ${limit}`);
        return bytes;
      },
      stream: async function* () {
        if (bytes.length > 0) yield bytes;
      },
      trailers: () => [],
      respond: (status, headers, body) => {
        begin();
        done(status, headers, body === undefined ? [] : [body], []);
      },
      startStream: (status, headers): BodySink => {
        begin();
        const parts: (Uint8Array | string)[] = [];
        return {
          write: (b) => void parts.push(typeof b === 'string' ? b : Uint8Array.from(b)),
          end: (trailers = []) => {
            done(status, headers, parts, trailers);
          },
          destroy: (e) => {
            reject(e ?? new Error('the response broke off'));
          },
        };
      },
      inform: (status) => void informed.push(status),
    };
    engine.serve(x);
  });
}
