// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ListenOptions } from 'node:net';
import { register } from 'prom-client';
import type { Registry } from 'prom-client';
import { toError } from '@cloudwego/gopkg/errors';
import { formatAddress, parseAddress } from '@cloudwego/gopkg/io';
import type { AddressLike } from '@cloudwego/gopkg/io';
import { any, optionTable, text } from '@cloudwego/gopkg/options';
import { isRegistry } from './call-metrics.js';

/** Options of {@link serveMetrics}. */
export interface MetricsEndpointOptions {
  /** Where Prometheus asks. @defaultValue '127.0.0.1:9091' */
  readonly address?: AddressLike | undefined;
  /** @defaultValue '/metrics' */
  readonly path?: string | undefined;
  /** What is told. @defaultValue prom-client's own */
  readonly registry?: Registry | undefined;
}

const table = optionTable<MetricsEndpointOptions>({
  address: any<AddressLike>({ what: 'an address', default: '127.0.0.1:9091' }),
  path: text({ default: '/metrics', pattern: /^\//, what: 'a path' }),
  registry: any<Registry>({ what: 'a Registry of prom-client', test: isRegistry }),
});

/** A page that Prometheus scrapes. */
export interface MetricsEndpoint extends AsyncDisposable {
  /** `host:port`, as text. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves the metrics of a registry, in the text format (0.0.4). It keeps no process alive. Frameworks with a port of their own answer `registry.metrics()` there instead.
 * Errors: OptionError; the system's error when it cannot listen. `Differs:` Go ends the process then.
 */
export async function serveMetrics(options: MetricsEndpointOptions = {}): Promise<MetricsEndpoint> {
  const o = table.resolve(options, 'serveMetrics');
  const registry = o.registry ?? register;
  const where = parseAddress(o.address!, 'serveMetrics.address');
  const server = createServer((req, res) => {
    const path = (req.url ?? '').replace(/\?.*$/s, '');
    if (path !== o.path) res.writeHead(404).end();
    else if (req.method !== 'GET' && req.method !== 'HEAD') res.writeHead(405, { allow: 'GET, HEAD' }).end();
    else {
      registry.metrics().then(
        (t) => {
          res.writeHead(200, { 'content-type': registry.contentType }).end(t);
        },
        (e: unknown) => {
          res.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(toError(e).message);
        },
      );
    }
  });
  const at: ListenOptions = where.kind === 'tcp' ? { port: where.port, ...(where.host === '' ? {} : { host: where.host }) } : { path: formatAddress(where).replace(/^unix:/, '') };
  server.listen(at);
  await once(server, 'listening');
  server.unref();
  const bound = server.address();
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    address: typeof bound === 'object' && bound !== null ? formatAddress({ kind: 'tcp', host: bound.address, port: bound.port }) : formatAddress(where),
    close,
    [Symbol.asyncDispose]: close,
  };
}
