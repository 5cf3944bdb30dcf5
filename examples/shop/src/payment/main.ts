// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { PaymentService } from '../kitex_gen/shop/payment/index.js';
import { main } from '../shared/runtime.js';
import { serve } from '../shared/serve.js';
import { Ledger } from './ledger.js';

await main((e, telemetry) => {
  const ledger = new Ledger(join(e.data, 'payment.db'));
  return serve(
    'payment',
    e,
    telemetry,
    (s) =>
      s.register(PaymentService, {
        authorize: (charge) => ledger.authorize(charge),
        query: (orderId) => ledger.query(orderId),
        void: (orderId) => ledger.close(orderId),
        audit: () => ledger.audit(),
      }),
    () => ledger[Symbol.asyncDispose](),
  );
});
