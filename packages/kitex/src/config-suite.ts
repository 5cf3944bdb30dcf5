// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ClientConfig, ServerConfig } from '@cloudwego/governance';
import type { ClientOptions } from './client/options.js';
import type { ServerOptions } from './server/options.js';
import type { Suite } from './suites.js';

/**
 * Options of a client whose timeouts, retry policies, breakers and degradation come from a source while it runs. One client per configuration: it closes the
 * breakers. Timeouts given to the client or per call win. The caller closes the configuration.
 * Source: kitex-contrib/config-etcd client.NewSuite, and its siblings.
 */
export function clientConfigSuite(config: ClientConfig): Suite<ClientOptions> {
  return {
    name: 'config',
    timeoutProvider: { timeouts: (info) => config.timeout(info.invocation.methodName) },
    retryContainer: config.retry,
    circuitBreaker: config.breakers,
    aclRules: [() => config.refuse()],
  };
}

/** Options of a server whose limits come from a source while it runs. Source: kitex-contrib/config-etcd server.NewSuite, and its siblings. */
export function serverConfigSuite(config: ServerConfig): Suite<ServerOptions> {
  return {
    name: 'config',
    limit: {
      control: (updater) => {
        config.onLimits((l) => {
          updater.update({ maxConnections: l.maxConnections, maxQps: l.maxQps });
        });
      },
    },
  };
}
