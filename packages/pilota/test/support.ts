// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';

/** Hex with anything between the digits. */
export const hex = (s: string): Buffer => Buffer.from(s.replaceAll(/[^0-9a-f]/g, ''), 'hex');

/** What a codec writes. */
export function bytes<In>(c: { encode(w: ByteWriter, v: In): void }, v: In): Buffer {
  const w = new ByteWriter(16);
  c.encode(w, v);
  return Buffer.from(w.toBytes());
}

/** What a codec reads, from bytes that are gone when it has: they stand at an odd offset and are overwritten with 0xDD. */
export function back<Out>(c: { decode(r: ByteReader): Out }, b: Uint8Array): Out {
  const lent = Buffer.alloc(b.length + 5, 0xdd);
  lent.set(b, 3);
  const r = new ByteReader(lent, 3, 3 + b.length);
  try {
    return c.decode(r);
  } finally {
    lent.fill(0xdd);
  }
}

/** Writes with a function of the run time. */
export const wrote = (f: (w: ByteWriter) => void): string => bytes({ encode: f }, undefined).toString('hex');

/** The stable code of what `f` throws, `no error`, or the message of an error without one. */
export function codeOf(f: () => unknown): string {
  try {
    f();
  } catch (e) {
    return (e as { code?: string }).code ?? `untyped: ${(e as Error).message}`;
  }
  return 'no error';
}

export const TYPED: RegExp = /^(GOPKG_IO|PILOTA_THRIFT)_[A-Z_]+$/;
