// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '../errors/index.js';

/** Fewer bytes are left than a read needs. The reader is where it was before the read. */
export class ShortReadError extends CloudWeGoError {
  static override readonly type: string = 'gopkg/ShortReadError';
  readonly code = 'GOPKG_IO_READ_SHORT';
  override readonly originalName: string | undefined = 'io.ErrUnexpectedEOF';
  readonly wanted: number;
  readonly left: number;

  constructor(wanted: number, left: number) {
    super(`read past the end: wanted ${wanted} bytes, ${left} left`);
    this.wanted = wanted;
    this.left = left;
  }
}

/** A value cannot be read or written in the format asked for. */
export class ByteFormatError extends CloudWeGoError {
  static override readonly type: string = 'gopkg/ByteFormatError';
  readonly code = 'GOPKG_IO_VALUE_INVALID';
}
