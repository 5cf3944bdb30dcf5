// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import { background, contextKey } from '@cloudwego/gopkg/context';
import type { Context, ContextKey } from '@cloudwego/gopkg/context';
import { toError } from '@cloudwego/gopkg/errors';
import { formatAddress } from '@cloudwego/gopkg/io';
import type { Instance, LoadBalancer, Resolver } from '@cloudwego/governance';
import { createDispatch, weightedRoundRobin } from '@cloudwego/governance';
import { defaultNetwork } from '@cloudwego/transport';

/** What undici calls a dispatch; only what is used of it, so that any version fits. */
type Dispatcher<O, H> = (options: O, handler: H) => boolean;

/** Options of {@link discoveryInterceptor}. */
export interface DiscoveryInterceptorOptions {
  readonly resolver: Resolver;
  /** @defaultValue weighted round robin */
  readonly loadBalancer?: LoadBalancer | undefined;
  /** Whether a host is the name of a service. @defaultValue those without a dot */
  readonly isService?: ((host: string) => boolean) | undefined;
}

const ORIGIN: ContextKey<URL> = contextKey<URL>('hertz.undici.origin');

interface Fails {
  onResponseError?(controller: unknown, e: Error): void;
  onError?(e: Error): void;
}

/**
 * Discovery and balancing for undici, and with it for plain `fetch`:
 * `setGlobalDispatcher(new Agent().compose(discoveryInterceptor({ resolver })))`, then `fetch('http://stock/items')`. The field Host stays the service's name.
 * Requests go to an instance each; undici's own retry comes to others.
 */
export function discoveryInterceptor(o: DiscoveryInterceptorOptions): { <O extends { origin?: string | URL | null | undefined; headers?: unknown }, H>(dispatch: Dispatcher<O, H>): Dispatcher<O, H>; close(): Promise<void> } {
  const isService = o.isService ?? ((host) => !host.includes('.') && !host.includes(':') && host !== 'localhost');
  const choosing = createDispatch<undefined, Instance, Context>({
    resolver: o.resolver,
    loadBalancer: o.loadBalancer ?? weightedRoundRobin(),
    clock: defaultNetwork().clock,
    plan: { target: (ctx) => ({ service: ctx.value(ORIGIN)!.hostname, method: '', tags: {} }), attempt: (i) => i, classify: () => 'final' },
  });
  const interceptor = <O extends { origin?: string | URL | null | undefined; headers?: unknown }, H>(dispatch: Dispatcher<O, H>): Dispatcher<O, H> => (options, handler) => {
    const origin = options.origin === undefined || options.origin === null ? undefined : new URL(options.origin);
    if (origin === undefined || !isService(origin.hostname)) return dispatch(options, handler);
    const go = (i: Instance): boolean => {
      const at = i.address.kind === 'tcp' ? formatAddress(i.address) : undefined;
      if (at === undefined) throw new Error(`${origin.hostname}: the instance ${formatAddress(i.address)} has no host and port`);
      return dispatch({ ...options, origin: `${origin.protocol}//${at}`, headers: withHost(options.headers, origin.host) }, handler);
    };
    const fail = (e: unknown): void => {
      const error = toError(e);
      const h = handler as Fails;
      if (typeof h.onResponseError === 'function') h.onResponseError(undefined, error);
      else h.onError?.(error);
    };
    const choose = async (): Promise<void> => {
      const i: Awaitable<Instance> = choosing.run(undefined, background.with(ORIGIN, origin));
      go(await i);
    };
    choose().catch(fail);
    return true;
  };
  return Object.assign(interceptor, { close: () => choosing.close() });
}

/** Fields as undici takes them, with the host that was asked for. */
function withHost(headers: unknown, host: string): string[] {
  const out: string[] = [];
  if (Array.isArray(headers)) {
    out.push(...(headers as string[]).map(String));
  } else if (typeof headers === 'object' && headers !== null) {
    const entries = Symbol.iterator in headers ? (headers as Iterable<[string, unknown]>) : Object.entries(headers);
    for (const [k, v] of entries) for (const one of [v].flat()) if (one !== undefined && one !== null) out.push(k, String(one));
  }
  for (let i = 0; i < out.length; i += 2) if (out[i]!.toLowerCase() === 'host') return out;
  out.push('host', host);
  return out;
}
