// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '../errors/index.js';

/** A read was begun while another one was waiting for bytes. */
export class ReadBusyError extends CloudWeGoError {
  static override readonly type: string = 'gopkg/ReadBusyError';
  readonly code = 'GOPKG_IO_READ_BUSY';

  constructor() {
    super('a read is waiting for bytes, wanted one at a time');
  }
}

/** More bytes were asked for at once than may be held. */
export class ReadLimitError extends CloudWeGoError {
  static override readonly type: string = 'gopkg/ReadLimitError';
  readonly code = 'GOPKG_IO_READ_LIMIT';

  constructor(wanted: number, limit: number) {
    super(`a read of ${wanted} bytes, wanted at most ${limit} (maxBytes)`);
  }
}
