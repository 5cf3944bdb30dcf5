// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { REASONS } from '@cloudwego/protocol';

/** What went wrong, for programs. Source: RFC 9457. Members beside these are extensions. */
export interface Problem {
  /** @defaultValue 'about:blank' */
  readonly type?: string | undefined;
  /** @defaultValue the words of the status */
  readonly title?: string | undefined;
  readonly detail?: string | undefined;
  readonly instance?: string | undefined;
  readonly [extension: string]: unknown;
}

/** The members of a problem with their defaults, in the order of the RFC. */
export function problemOf(status: number, p: Problem): Record<string, unknown> {
  const { type = 'about:blank', title = REASONS[status] ?? 'Error', detail, instance, ...more } = p;
  return { type, title, status, detail, instance, ...more };
}
