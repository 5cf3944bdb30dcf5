// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ProtobufError, show } from './errors.js';

/** JSON that is not what a field takes. */
export function jsonError(where: string, got: unknown, wanted: string): ProtobufError {
  return new ProtobufError('PILOTA_PROTOBUF_JSON_INVALID', `${where}: got ${show(got)}, wanted ${wanted}`);
}
