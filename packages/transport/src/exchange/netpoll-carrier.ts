// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Address, DrainReport } from '@cloudwego/gopkg/io';
import type { Exchange, HttpCarrier, Port } from '../contracts.js';
import type { PortOptions } from '../port/port.js';
import { createPort } from '../port/port.js';
import type { HttpAppOptions } from './http-app.js';
import { HttpApp } from './http-app.js';

/** Settings of {@link createNetpollCarrier}: those of its port and of its app. */
export interface NetpollCarrierOptions {
  readonly port: PortOptions;
  readonly app?: HttpAppOptions | undefined;
}

/** HTTP on our own engine, over the connections of `@cloudwego/netpoll`. */
export function createNetpollCarrier(o: NetpollCarrierOptions): HttpCarrier {
  return new NetpollCarrier(o);
}

class NetpollCarrier implements HttpCarrier {
  readonly capabilities: Readonly<Record<string, boolean>> = Object.freeze({
    http10: true,
    requestTrailers: true,
    responseTrailers: true,
    continueHook: true,
    informational: true,
    rawHeaderCase: true,
    upgrade: true,
    absoluteForm: true,
    customHeaderLimit: true,
    customTimeouts: true,
    suppressDate: true,
    inMemoryTls: true,
    clientCert: true,
    alpn: true,
    unix: true,
    pipelining: true,
    customMethods: true,
  });
  address: Address | undefined = undefined;
  private readonly o: NetpollCarrierOptions;
  private readonly port: Port;

  constructor(o: NetpollCarrierOptions) {
    this.o = o;
    this.port = createPort(o.port);
  }

  async serve(onExchange: (x: Exchange) => void): Promise<void> {
    this.port.add(new HttpApp(onExchange, { clock: this.o.port.network?.clock, ...this.o.app }));
    this.address = (await this.port.listen()).address;
  }

  /** `by` is a point in time of the loop's clock. */
  close(by: number): Promise<DrainReport> {
    return this.port.close({ drainMs: Math.max(0, by - performance.now()) });
  }
}
