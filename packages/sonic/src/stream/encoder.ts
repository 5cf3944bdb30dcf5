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

/** Writes JSON values to a Web or Node stream, NDJSON by default, in step with whoever reads. Source: bytedance/sonic encoder.StreamEncoder. */
export function encodeStream(out: WritableStream<Uint8Array> | Writable, o: StreamEncoderOptions = {}): StreamEncoder {
  const { newline = true, sonic = Sonic.default } = o;
  if (typeof newline !== 'boolean') throw new SonicOptionError(`encodeStream.newline: got ${show(newline)}, wanted true or false`);
  const bytes = (v: unknown): Uint8Array => Buffer.from(sonic.stringify(v) + (newline ? '\n' : ''), 'utf8');
  if ('getWriter' in out) {
    const writer = out.getWriter();
    const close = (): Promise<void> => writer.close();
    return {
      async encode(v) {
        const b = bytes(v);
        await writer.ready;
        await writer.write(b);
      },
      close,
      [Symbol.asyncDispose]: close,
    };
  }
  const close = async (): Promise<void> => {
    if (out.writableFinished || out.destroyed) return;
    const finished = once(out, 'finish');
    out.end();
    await finished;
  };
  return {
    async encode(v) {
      if (out.destroyed) throw out.errored ?? new SonicOptionError('encode: the output is destroyed');
      if (!out.write(bytes(v))) await once(out, 'drain');
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
