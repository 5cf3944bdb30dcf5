// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { MethodDefinition } from '@cloudwego/pilota/codegen/v1';

/** True for a method with a stream of messages in either direction. */
export function streams(m: MethodDefinition): boolean {
  return m.kind !== 'unary' && m.kind !== 'oneway';
}
