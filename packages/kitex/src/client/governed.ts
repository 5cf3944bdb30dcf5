// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Instance, ResolvedPolicy, RetryRun } from '@cloudwego/governance';
import type { ClientCall } from './call.js';

/** What governance keeps of a call; there is none where everything is off. */
export class Governed {
  /** Set on an attempt: the call that it belongs to. */
  readonly root: ClientCall | undefined;
  /** Number of the attempt; 0 = the first, or a call that is not retried. */
  readonly attempt: number;
  /** Set on a call that is retried. */
  run: RetryRun<ClientCall> | undefined = undefined;
  readonly attempts: ClientCall[] = [];
  /** Retries were refused before the first attempt: why, and by which policy. */
  refused: { readonly reason: string; readonly policy: ResolvedPolicy } | undefined = undefined;
  /** The breaker that let the call pass and waits for its outcome. */
  breakerKey: string | undefined = undefined;
  /** Instances that earlier attempts went to. */
  tried: readonly Instance[] = NONE;
  /** The instance that the attempt has to go to. */
  pinned: Instance | undefined = undefined;
  /** How the attempt ended: with an answer. */
  ok: boolean = false;

  constructor(root: ClientCall | undefined, attempt: number) {
    this.root = root;
    this.attempt = attempt;
  }
}

const NONE: readonly Instance[] = Object.freeze([]);
