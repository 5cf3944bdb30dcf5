// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** A server listens on all interfaces, and this machine has none that others could reach. */
export class AdvertiseError extends CloudWeGoError {
  static override readonly type: string = 'discovery/AdvertiseError';
  readonly code = 'DISCOVERY_ADDRESS_MISSING';
}

/** An update of a registration that was disposed. */
export class RegistrationClosedError extends CloudWeGoError {
  static override readonly type: string = 'discovery/RegistrationClosedError';
  readonly code = 'DISCOVERY_REGISTRATION_CLOSED';
}
