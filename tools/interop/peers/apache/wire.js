// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { Int64, thrift } from './generated.js';

/** As large as 16 MiB of data with a message around it, and more. */
export const maxMessage = 64 << 20;

export const transports = {
  buffered: thrift.TBufferedTransport,
  framed: thrift.TFramedTransport,
};

/** An i64 that is exact as text too, for it is text as the key of a map. */
class ExactInt64 extends Int64 {
  toString() {
    return this.buffer.readBigInt64BE(this.offset).toString();
  }
}

/** The i64 of a bigint. */
export function i64(value) {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64BE(BigInt.asIntN(64, value));
  return new ExactInt64(buffer);
}

/** The bigint of an i64, however it was made. */
export function toBigInt(value) {
  return value.buffer.readBigInt64BE(value.offset);
}

/**
 * Binary, with what the library lacks: generated code keeps maps in plain
 * objects and hands their keys to the protocol as text, and the library's own
 * double loses the sign of zero.
 */
export class Protocol extends thrift.TBinaryProtocol {
  readI64() {
    return new ExactInt64(Buffer.from(this.trans.read(8)));
  }

  writeI64(value) {
    super.writeI64(typeof value === 'string' ? i64(BigInt(value)) : value);
  }

  writeBool(value) {
    super.writeBool(value === 'false' ? false : value);
  }

  readDouble() {
    return this.trans.read(8).readDoubleBE(0);
  }

  writeDouble(value) {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    this.trans.write(bytes);
  }
}
