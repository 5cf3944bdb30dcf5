// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { background } from '@cloudwego/gopkg/context';
import { loopClock } from '@cloudwego/gopkg/clock';
import { Clients } from '../shared/clients.js';
import { formatMoney } from '../shared/money.js';
import { main, tell } from '../shared/runtime.js';
import type { News } from '../ops/board.js';
import { catalogue } from '../product/catalogue.js';
import { addApi } from './api.js';
import { Http } from './http.js';
import { Live } from './live.js';
import { Ops } from './ops.js';
import { addPage } from './page.js';
import { problemOf } from './problems.js';

const LOOK_MS = 400;

await main(async (e, telemetry) => {
  const clients = new Clients(e, telemetry);
  const services = { product: clients.product(), inventory: clients.inventory(), order: clients.order() };
  const http = new Http({ problemOf });
  const live = new Live();
  const ops = new Ops(process.env['SHOP_DRILLS'] === '1');
  const prices = new Map(catalogue.map((p) => [p.sku, formatMoney(p.price)]));
  let stopping = false;

  addApi(http, services, telemetry, (sku) => prices.get(sku) ?? '');
  addPage(http);
  ops.add(http);
  http
    .on('GET', '/api/events', (x) => {
      live.connect(x.response);
    })
    .on('GET', '/healthz', (x) => {
      x.send(200, { ok: true });
    })
    .on('GET', '/readyz', (x) => {
      x.send(stopping ? 503 : 200, { ok: !stopping });
    });

  // What the page shows of stock and orders is asked of the services, as anybody would ask.
  const skus = catalogue.map((p) => p.sku);
  let looking: Promise<unknown> = Promise.resolve();
  let busy = false;
  const look = async (): Promise<void> => {
    const ctx = background.withDeadline(loopClock().now() + 1000);
    const [levels, tally] = await Promise.all([services.inventory.levels(skus, { ctx }), services.order.count({ ctx })]);
    tell({
      kind: 'stock',
      rows: catalogue.flatMap((p) => {
        const s = levels.get(p.sku);
        if (s === undefined) return [];
        return [{ sku: p.sku, name: p.name, price: formatMoney(p.price), available: Number(s.available), reserved: Number(s.reserved), sold: Number(s.sold), adjusted: Number(s.adjusted) }];
      }),
      states: Object.fromEntries([...tally.states].map(([k, v]) => [k, Number(v)])),
      open: Number(tally.open),
    });
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    looking = look()
      // A service that is away is seen elsewhere on the page.
      .catch(() => undefined)
      .finally(() => {
        busy = false;
      });
  }, LOOK_MS);

  // A gateway that was started again answers where the old one did, so that pages find it.
  const before = process.env['SHOP_ADDRESS'] ?? '';
  const port = before === '' ? Number(process.env['SHOP_PORT'] ?? 0) : Number(new URL(before).port);
  const { url } = await http.listen(port);
  return {
    address: url,
    stop: async () => {
      stopping = true;
      clearInterval(timer);
      live.close();
      await http.close();
      await looking;
      await clients[Symbol.asyncDispose]();
    },
    onMessage: (m) => {
      if (m.kind === 'board') live.news(m.news as News);
      else if (m.kind === 'answer') ops.answered(m.id, m.error);
    },
  };
});
