// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { fromBizStatusError, isKitexError, isTimeoutError } from '@cloudwego/kitex';
import { httpStatus } from '../shared/codes.js';
import { Problem } from './http.js';

/** What a buyer is told of an error. Business codes say themselves what they are; the inside of a failure stays inside. */
export function problemOf(e: unknown): Problem {
  if (e instanceof Problem) return e;
  const biz = fromBizStatusError(e);
  if (biz !== undefined) return new Problem(httpStatus(biz.statusCode), biz.bizMessage, { ...biz.extra, code: biz.statusCode });
  if (isKitexError(e)) {
    if (isTimeoutError(e) || e.kind === 'timeoutByBusiness') return new Problem(504, 'no answer in time; ask again with the same key', { code: e.code });
    return new Problem(503, 'a service is not there at the moment; ask again with the same key', { code: e.code }, { 'retry-after': '1' });
  }
  return new Problem(500, 'something went wrong here', { code: 'SHOP_INTERNAL' });
}
