// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { SonicOptionError, show } from '../errors.js';
import { Sonic } from '../sonic.js';

/** Options of {@link encodeStream}. */
export interface StreamEncoderOptions {
  /** A line feed behind every value. @defaultValue true */
  readonly newline?: boolean | undefined;
  /** How values are written. @defaultValue Sonic.default */
  readonly sonic?: Sonic | undefined;
}

/** Writes values one after another. */
export interface StreamEncoder extends AsyncDisposable {
  /** Resolves when the output takes more. Errors: SonicTypeError for a value without JSON form; nothing was written then. */
  encode(v: unknown): Promise<void>;
  /** Ends the output. */
  close(): Promise<void>;
}

const OPTIONS: readonly string[] = ['newline', 'sonic'] satisfies (keyof StreamEncoderOptions)[];

/**
 * Writes JSON values to a Web or Node stream, NDJSON by default, in step with whoever reads.
 * Errors: SonicOptionError for a bad option or output. What the output throws passes through.
 * Source: bytedance/sonic encoder.StreamEncoder.
 */
export function encodeStream(out: WritableStream<Uint8Array> | Writable, o: StreamEncoderOptions = {}): StreamEncoder {
  const { newline = true, sonic = Sonic.default } = o;
  for (const k of Object.keys(o)) if (!OPTIONS.includes(k)) throw new SonicOptionError(`encodeStream: unknown option "${k}", known: ${OPTIONS.join(', ')}`);
  if (typeof newline !== 'boolean') throw new SonicOptionError(`encodeStream.newline: got ${show(newline)}, wanted true or false`);
  if (!(sonic instanceof Sonic)) throw new SonicOptionError(`encodeStream.sonic: got ${show(sonic)}, wanted a Sonic`);
  const bytes = (v: unknown): Uint8Array => Buffer.from(sonic.stringify(v) + (newline ? '\n' : ''), 'utf8');
  if (typeof out !== 'object' || out === null || !('getWriter' in out || 'write' in out)) throw new SonicOptionError(`encodeStream: got ${show(out)}, wanted a WritableStream or a Writable`);
  const sink = 'getWriter' in out ? web(out) : node(out);
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= sink.close());
  return {
    encode: async (v) => sink.write(bytes(v)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Sink {
  write(b: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

function web(out: WritableStream<Uint8Array>): Sink {
  const writer = out.getWriter();
  return {
    async write(b) {
      await writer.ready;
      await writer.write(b);
    },
    close: () => writer.close(),
  };
}

function node(out: Writable): Sink {
  return {
    async write(b) {
      if (out.destroyed) throw out.errored ?? new SonicOptionError('encode: the output is destroyed');
      if (!out.write(b)) await settled(out, 'drain');
    },
    async close() {
      if (out.writableFinished || out.destroyed) return;
      const finished = settled(out, 'finish');
      if (!out.writableEnded) out.end();
      await finished;
    },
  };
}

/** Until `event`, an error, or the end of the output: a destroyed one drains no more. */
async function settled(out: Writable, event: 'drain' | 'finish'): Promise<void> {
  const ends = new AbortController();
  try {
    await Promise.race([once(out, event, { signal: ends.signal }), once(out, 'close', { signal: ends.signal })]);
  } finally {
    ends.abort();
  }
  if (event === 'drain' && out.destroyed) throw out.errored ?? new SonicOptionError('encode: the output was destroyed');
}
