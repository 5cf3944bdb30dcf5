// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Duplex } from 'node:stream';
import type { ByteConsumer, Connection } from '@cloudwego/gopkg/io';

/** A Node stream over a connection, for libraries that want one. It becomes the connection's consumer. */
export function connectionDuplex(c: Connection): Duplex {
  let blocked: (() => void) | undefined;
  const stream = new Duplex({
    allowHalfOpen: true,
    read: () => {
      c.resume();
    },
    write: (chunk: Buffer, _encoding, done) => {
      c.beginWrite(chunk.length).bytes(chunk);
      if (c.endWrite()) done();
      else blocked = done;
    },
    final: (done) => {
      c.end();
      done();
    },
    destroy: (e, done) => {
      c.destroy(e ?? undefined);
      done(e);
    },
  });
  const consumer: ByteConsumer = {
    need: 1,
    receive: (buf, start, end) => {
      // The bytes are lent; the stream keeps its own.
      if (!stream.push(Buffer.from(buf.subarray(start, end)))) c.pause();
      return end - start;
    },
    receiveEnd: () => {
      stream.push(null);
    },
    writable: () => {
      const f = blocked;
      blocked = undefined;
      f?.();
    },
    closed: (cause) => {
      stream.destroy(cause);
    },
  };
  c.attach(consumer);
  return stream;
}
