// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createLogger } from '@cloudwego/gopkg/logger';
import type { ServiceDefinition } from '@cloudwego/pilota/codegen/v1';
import type { PortApp } from '@cloudwego/transport';
import { createPort } from '@cloudwego/transport';
import { createMemoryNetwork } from '@cloudwego/transport/testing';
import { createClient } from '../client/client.js';
import type { ClientControl } from '../client/client.js';
import type { ClientOptions } from '../client/options.js';
import type { Server } from '../server/server.js';
import { streams } from '../stream/kind.js';

/** Connections of tests, by server: what a server says of its port stays true. */
function withoutLife(server: Server): PortApp {
  return {
    name: `${server.name} (test)`,
    sniffers: server.sniffers,
    accept: (c, protocol) => server.accept(c, protocol),
    started: () => Promise.resolve(),
    stopping: () => Promise.resolve(),
    drain: () => Promise.resolve({ inFlight: 0, finished: 0, forced: 0, elapsedMs: 0 }),
  };
}

/**
 * A client of a server in the same process: everything that a call passes through is there, codecs, wire and middlewares included, but no socket is. The
 * server need not run; one that runs is called beside its port. Close the client when the test is done.
 * Defaults: `transport` is `grpc` for services that stream or speak Protobuf, else `ttheader-framed`.
 * Errors: as of `createClient`.
 */
export async function createTestClient<C>(s: ServiceDefinition<C, unknown>, server: Server, o: Partial<ClientOptions> = {}): Promise<C & ClientControl> {
  const network = createMemoryNetwork();
  // What the port of a test has to say is no news.
  const port = createPort({ address: { kind: 'memory', name: 'test' }, network, logger: createLogger({ write: () => undefined }) }).add(withoutLife(server));
  const { address } = await port.listen();
  const client = createClient(s, {
    destService: s.name,
    hostPorts: ['127.0.0.1:1'],
    transport: s.payload === 'protobuf' || s.methods.some(streams) ? 'grpc' : 'ttheader-framed',
    exitWaitTimeMs: 0,
    ...o,
    network,
    dialer: { dial: (_address, d) => network.dial(address, d) },
    closeCallbacks: [
      ...(o.closeCallbacks ?? []),
      async () => {
        await port.close({ drainMs: 0 });
      },
    ],
  });
  return client;
}
