// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';
import type { BaseContext, CancelListener, Context } from '@cloudwego/gopkg/context';
import type { OptionTable } from '@cloudwego/gopkg/options';
import { func, int, oneOf, optionTable } from '@cloudwego/gopkg/options';
import type { ClientRequest } from './request.js';
import type { ClientResponse } from './response.js';
import { isConnectionFault } from './errors.js';

/** When and how a request is sent again. Source: cloudwego/hertz pkg/app/client/retry. */
export interface RetryOptions {
  /** Attempts in all. Integer >= 1. @defaultValue 1 */
  readonly maxAttempts?: number | undefined;
  /** Before the second attempt. Unit ms. @defaultValue 1 */
  readonly initDelayMs?: number | undefined;
  /** Unit ms. @defaultValue 100 */
  readonly maxDelayMs?: number | undefined;
  /** Added at random. Unit ms. @defaultValue 20 */
  readonly maxJitterMs?: number | undefined;
  /** How delays grow: `fixed` not at all, `backoff` twofold, `random` by jitter alone, `none` no delay. @defaultValue 'none' */
  readonly policy?: 'none' | 'fixed' | 'random' | 'backoff' | undefined;
  /** @defaultValue idempotent requests whose connection was lost, that could not be sent, or that were answered 502, 503 or 504 */
  readonly retryIf?: ((req: ClientRequest, res: ClientResponse | undefined, e: unknown) => boolean) | undefined;
}

export const retryTable: OptionTable<RetryOptions> = optionTable<RetryOptions>({
  maxAttempts: int({ min: 1, max: 100, default: 1 }),
  initDelayMs: int({ unit: 'ms', min: 0, default: 1 }),
  maxDelayMs: int({ unit: 'ms', min: 0, default: 100 }),
  maxJitterMs: int({ unit: 'ms', min: 0, default: 20 }),
  policy: oneOf(['none', 'fixed', 'random', 'backoff'], { default: 'none' }),
  retryIf: func<NonNullable<RetryOptions['retryIf']>>(),
});

/** What is sent again unless told otherwise. */
function shouldRetry(req: ClientRequest, res: ClientResponse | undefined, e: unknown): boolean {
  if (res !== undefined) return req.isIdempotent && res.status >= 502 && res.status <= 504;
  return isConnectionFault(e) && (req.isIdempotent || !e.sent);
}

/** Sends until it is answered, or attempts are used up. A body that cannot be sent again ends it. */
export async function withRetries(req: ClientRequest, ctx: Context, o: Required<RetryOptions>, clock: Clock, send: () => Awaitable<ClientResponse>): Promise<ClientResponse> {
  const again = (o as RetryOptions).retryIf ?? shouldRetry;
  for (let n = 1; ; n++) {
    let res: ClientResponse | undefined;
    let failure: unknown;
    try {
      res = await send();
    } catch (e) {
      failure = e;
    }
    const last = n >= o.maxAttempts! || !req.isRepeatable || (ctx as BaseContext).cancelReason !== undefined;
    if (last || !again(req, res, failure)) {
      if (res !== undefined) return res;
      throw failure;
    }
    res?.cancel();
    const ms = delay(o, n);
    if (ms > 0) await pause(ms, clock, ctx);
  }
}

function delay(o: Required<RetryOptions>, n: number): number {
  const jitter = Math.random() * o.maxJitterMs!;
  if (o.policy === 'none') return 0;
  if (o.policy === 'random') return jitter;
  return Math.min(o.maxDelayMs!, o.policy === 'fixed' ? o.initDelayMs! : o.initDelayMs! * 2 ** Math.min(n - 1, 40)) + jitter;
}

/** Ends early when the context does; whoever goes on sees that. */
export function pause(ms: number, clock: Clock, ctx: Context): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clock.wheel.remove(w);
      (ctx as BaseContext).unlisten(w);
      resolve();
    };
    const w: TimerEntry & CancelListener = { at: Infinity, fire: end, canceled: end };
    clock.wheel.add(w, clock.now() + ms);
    (ctx as BaseContext).listen(w);
  });
}
