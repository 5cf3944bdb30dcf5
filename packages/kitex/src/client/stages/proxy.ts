// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isThenable } from '@cloudwego/gopkg/async';
import type { AddressLike } from '@cloudwego/gopkg/io';
import { parseAddress } from '@cloudwego/gopkg/io';
import type { RpcEndpoint } from '../../types.js';
import type { ClientContext } from '../context.js';
import type { ForwardProxy } from '../options.js';

/** Asks the proxy where to go, then attempts it there. Source: cloudwego/kitex client/middlewares.go newProxyMW. */
export function composeProxy(proxy: ForwardProxy, attempt: RpcEndpoint): RpcEndpoint {
  const next = proxy.middleware === undefined ? attempt : proxy.middleware(attempt);
  return (req, ctx) => {
    const { call } = ctx as ClientContext;
    const go = (a: AddressLike): ReturnType<RpcEndpoint> => {
      call.instance = { address: typeof a === 'string' ? parseAddress(a, 'proxy.resolveInstance') : a, weight: 10, tags: {} };
      return next(req, ctx);
    };
    const address = proxy.resolveInstance(ctx);
    return isThenable(address) ? address.then(go) : go(address);
  };
}
