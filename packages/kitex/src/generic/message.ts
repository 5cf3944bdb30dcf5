// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { DynamicError } from '@cloudwego/pilota/dynamic';

/** A Thrift message of the strict binary protocol: 0x8001, type, name, sequence number, struct. */
export interface ThriftMessage {
  readonly name: string;
  /** 1 call, 2 reply, 3 exception, 4 oneway. */
  readonly type: number;
  readonly seqId: number;
  /** The struct of arguments or result; looks at the bytes it was taken from. */
  readonly body: Uint8Array;
}

/** Takes a message apart. Errors: DynamicError PILOTA_DYNAMIC_BYTES_INVALID. */
export function readThriftMessage(bytes: Uint8Array): ThriftMessage {
  const r = ByteReader.from(bytes);
  try {
    const head = r.u32();
    if (head >>> 16 !== 0x8001) throw new DynamicError('PILOTA_DYNAMIC_BYTES_INVALID', `got 0x${head.toString(16)} at the start of a Thrift message, wanted 0x8001 and its type`);
    const name = r.string32();
    const seqId = r.i32();
    return { name, type: head & 0xff, seqId, body: bytes.subarray(r.pos) };
  } catch (e) {
    if (e instanceof DynamicError) throw e;
    throw new DynamicError('PILOTA_DYNAMIC_BYTES_INVALID', 'a Thrift message ends in its head', [], { cause: e });
  }
}

/** Puts a message together. */
export function writeThriftMessage(m: ThriftMessage): Uint8Array {
  const w = new ByteWriter(m.body.length + m.name.length + 16);
  w.u32((0x80010000 | m.type) >>> 0);
  w.string32(m.name);
  w.i32(m.seqId);
  w.bytes(m.body);
  return w.toBytes();
}
