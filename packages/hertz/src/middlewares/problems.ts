// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { BindingError } from '../binding/errors.js';
import { textOf } from '../errors.js';
import type { Handler } from '../handler.js';

/**
 * A middleware that answers what handlers throw with a fault of the client's (a `status` of 400 to 499) as a problem document; what `c.bind` found wrong is
 * listed in `errors`. Everything else goes on to whoever is outside.
 */
export function problems(): Handler {
  return async function problems(c) {
    try {
      await c.next();
    } catch (e) {
      const status = (e as { readonly status?: unknown } | null)?.status;
      if (typeof status !== 'number' || status < 400 || status > 499 || c.isSent) throw e;
      c.resetResponse();
      c.problem(status, { detail: textOf(e), ...(e instanceof BindingError ? { errors: e.issues } : {}) });
      c.abort();
    }
  };
}
