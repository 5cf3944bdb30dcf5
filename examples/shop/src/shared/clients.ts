// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ClientControl, ClientOptions } from '@cloudwego/kitex';
import { createClient } from '@cloudwego/kitex';
import { fileRegistry, fileResolver } from '@kitex-contrib/registry-file';
import { InventoryService } from '../kitex_gen/shop/inventory/index.js';
import type { InventoryServiceClient } from '../kitex_gen/shop/inventory/index.js';
import { OrderService } from '../kitex_gen/shop/order/index.js';
import type { OrderServiceClient } from '../kitex_gen/shop/order/index.js';
import { PaymentService } from '../kitex_gen/shop/payment/index.js';
import type { PaymentServiceClient } from '../kitex_gen/shop/payment/index.js';
import { ProductService } from '../kitex_gen/shop/product/index.js';
import type { ProductServiceClient } from '../kitex_gen/shop/product/index.js';
import type { Env } from './runtime.js';
import type { Telemetry } from './telemetry.js';

/** A process that dies is gone from the list after this time; before, callers find its port closed and take the next one. */
const LEASE = { leaseTtlMs: 3000 } as const;

export const registryOf = (e: Env): ReturnType<typeof fileRegistry> => fileRegistry({ dir: e.registry, ...LEASE, heartbeatMs: 500 });

/** Clients of one process, made on first use, closed together. Each edge has its own limits; everything that is called with `{ ctx }` keeps the caller's too. */
export class Clients implements AsyncDisposable {
  private readonly made: ClientControl[] = [];
  private readonly resolver: ReturnType<typeof fileResolver>;
  private readonly base: Pick<ClientOptions, 'clientInfo' | 'suites' | 'resolver' | 'connectTimeoutMs' | 'transport' | 'pool'>;

  constructor(e: Env, telemetry: Telemetry) {
    this.resolver = fileResolver({ dir: e.registry, ...LEASE, pollMs: 250 });
    this.base = {
      clientInfo: { serviceName: e.instance },
      suites: [telemetry.client],
      resolver: this.resolver,
      connectTimeoutMs: 300,
      transport: 'ttheader-framed',
      // A rush has many calls under way at a time; with the default of 10, the others would be closed after each wave and made again for the next.
      pool: { kind: 'long', maxIdlePerAddress: 256, maxIdleGlobal: 1024 },
    };
  }

  private keep<C extends ClientControl>(c: C): C {
    this.made.push(c);
    return c;
  }

  product(): ProductServiceClient {
    return this.keep(createClient(ProductService, { ...this.base, destService: 'product', rpcTimeoutMs: 800 }));
  }

  inventory(): InventoryServiceClient {
    return this.keep(createClient(InventoryService, { ...this.base, destService: 'inventory', rpcTimeoutMs: 1000 }));
  }

  payment(): PaymentServiceClient {
    return this.keep(createClient(PaymentService, { ...this.base, destService: 'payment', rpcTimeoutMs: 1500 }));
  }

  order(): OrderServiceClient {
    return this.keep(createClient(OrderService, { ...this.base, destService: 'order', rpcTimeoutMs: 3000 }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.made.map((c) => c.close()));
    await this.resolver[Symbol.asyncDispose]();
  }
}
