// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { defaultLogger } from '@cloudwego/gopkg/logger';
import type { RequestContext } from '../context.js';
import type { Handler } from '../handler.js';

/** Catches what handlers behind it throw: logged, and status 500; or `onError` decides. Fields and body that were written stay. Source: cloudwego/hertz pkg/app/middlewares/server/recovery. */
export function recovery(onError: (c: RequestContext, e: unknown) => void = report): Handler {
  return async function recovery(c) {
    try {
      await c.next();
    } catch (e) {
      // Who is gone needs no answer, and who sent too much or what does not parse gets the one of the engine.
      const status = (e as { readonly status?: unknown } | null)?.status;
      if (typeof status === 'number' && status >= 400 && status < 500) throw e;
      // A response that is half sent must not look whole.
      c.breakOff(e);
      onError(c, e);
    }
  };
}

function report(c: RequestContext, e: unknown): void {
  defaultLogger().error(`HERTZ: recovered from an error in ${c.method} ${c.fullPath || c.rawPath}`, { error: e });
  c.abortWithStatus(500);
}
