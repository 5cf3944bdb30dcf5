// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Duplex } from 'node:stream';
import type { ByteConsumer, Connection } from '@cloudwego/gopkg/io';

/** A Node stream over a connection, for libraries that want one. It becomes the connection's consumer. */
export function connectionDuplex(c: Connection): Duplex {
  let blocked: (() => void) | undefined;
  let ended = false;
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
      // A stream whose both sides have ended destroys itself, and then the last bytes may still be on their way.
      if (e === null && stream.writableFinished && stream.readableEnded) void c.close();
      else c.destroy(e ?? undefined);
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
      ended = true;
      stream.push(null);
    },
    writable: () => {
      const f = blocked;
      blocked = undefined;
      f?.();
    },
    closed: (cause) => {
      // After an orderly end the reader still takes what is buffered; the stream then ends itself.
      if (cause !== undefined || !ended || !stream.writableEnded) stream.destroy(cause);
    },
  };
  c.attach(consumer);
  return stream;
}
