// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAddress, formatAddress } from '@cloudwego/gopkg/io';
import { fileResolver } from '@kitex-contrib/registry-file';
import type { InventoryServiceClient } from '../kitex_gen/shop/inventory/index.js';
import type { OrderServiceClient } from '../kitex_gen/shop/order/index.js';
import type { PaymentServiceClient } from '../kitex_gen/shop/payment/index.js';
import { Board } from '../ops/board.js';
import type { Check, EventLine, LoadLine, News, ProcessLine } from '../ops/board.js';
import { Collector } from '../ops/collector.js';
import type { Action, FromChild, LoadPlan, LoadProgress, LoadReport } from '../ops/messages.js';
import { Supervisor } from '../ops/supervisor.js';
import type { Ending, ProcessSpec, SupervisorEvent } from '../ops/supervisor.js';
import { catalogue } from '../product/catalogue.js';
import { audit, settle } from './checks.js';
import { Clients } from '../shared/clients.js';
import { Telemetry } from '../shared/telemetry.js';

/** Options of {@link Shop.start}. */
export interface ShopOptions {
  /** Where databases and leases lie; made when it is not there. */
  readonly dir: string;
  /** Port of the page. @defaultValue 0, a free one */
  readonly port?: number;
  /** Lets the page kill and restart processes. @defaultValue false */
  readonly drills?: boolean;
  /** `unsafe` sells wrongly on purpose. @defaultValue 'safe' */
  readonly stock?: 'safe' | 'unsafe';
  readonly execArgv?: readonly string[];
  readonly onEvent?: (e: EventLine) => void;
  /** A message from the load driver. */
  readonly onLoad?: (p: LoadProgress) => void;
}

const WINDOW_MS = 500;

/** A module of this package beside the running one: compiled when this one is, else its source. */
function entry(name: string): URL {
  const js = new URL(`../${name}/main.js`, import.meta.url);
  return existsSync(js) ? js : new URL(`../${name}/main.ts`, import.meta.url);
}

function specs(o: ShopOptions): readonly ProcessSpec[] {
  return [
    { name: 'product', entry: entry('product') },
    { name: 'inventory', entry: entry('inventory'), instances: 2, env: { SHOP_STOCK: o.stock ?? 'safe' } },
    { name: 'payment', entry: entry('payment') },
    { name: 'order', entry: entry('order'), instances: 2, after: ['product', 'inventory', 'payment'] },
    { name: 'gateway', entry: entry('gateway'), after: ['order'], env: { SHOP_PORT: String(o.port ?? 0), SHOP_DRILLS: o.drills === true ? '1' : '0' } },
    { name: 'load', entry: entry('load'), after: ['gateway'] },
  ];
}

/** The whole shop: its processes, the numbers of its page, and what can be done to it. */
export class Shop implements AsyncDisposable {
  readonly supervisor: Supervisor;
  private readonly o: ShopOptions;
  private readonly board = new Board();
  private readonly collector: Collector;
  private readonly clients: Clients;
  private readonly telemetry: Telemetry;
  private readonly resolver: ReturnType<typeof fileResolver>;
  readonly inventory: InventoryServiceClient;
  readonly order: OrderServiceClient;
  readonly payment: PaymentServiceClient;
  private readonly timer: NodeJS.Timeout;
  private turning: Promise<void> = Promise.resolve();
  private events: EventLine[] = [];
  private line: LoadLine | undefined;
  private plan: LoadPlan | undefined;
  private settleLoad: ((r: LoadReport | Error) => void) | undefined;
  private restocks: number = 0;
  private stopping: Promise<readonly Ending[]> | undefined;

  private constructor(supervisor: Supervisor, o: ShopOptions, collector: Collector) {
    this.supervisor = supervisor;
    this.o = o;
    this.collector = collector;
    const e = { instance: 'ops', registry: join(o.dir, 'registry'), data: join(o.dir, 'data') };
    this.telemetry = new Telemetry('ops');
    this.clients = new Clients(e, this.telemetry);
    this.resolver = fileResolver({ dir: e.registry, leaseTtlMs: 3000 });
    this.inventory = this.clients.inventory();
    this.order = this.clients.order();
    this.payment = this.clients.payment();
    this.timer = setInterval(() => {
      this.turning = this.turning.then(() => this.turn()).catch(() => undefined);
    }, WINDOW_MS);
  }

  /** Starts everything and fills the shelves. Errors: what a process said that could not start, nothing being left behind. */
  static async start(o: ShopOptions): Promise<Shop> {
    mkdirSync(o.dir, { recursive: true });
    const collector = new Collector();
    // What happens before there is somebody to tell.
    const early: SupervisorEvent[] = [];
    let onEvent = (e: SupervisorEvent): void => {
      early.push(e);
    };
    const supervisor = await Supervisor.start(specs(o), {
      dir: o.dir,
      ...(o.execArgv === undefined ? {} : { execArgv: o.execArgv }),
      onEvent: (e) => {
        onEvent(e);
      },
    });
    const shop = new Shop(supervisor, o, collector);
    onEvent = (e) => {
      shop.onSupervisor(e);
    };
    for (const e of early) shop.onSupervisor(e);
    try {
      await Promise.all(catalogue.map((p) => shop.inventory.adjust(p.sku, p.supply, `supply:${p.sku}`)));
    } catch (e) {
      await shop.stop();
      throw e;
    }
    return shop;
  }

  /** Where the page is. */
  get url(): string {
    return this.supervisor.find('gateway').address;
  }

  get news(): News {
    return this.board.snapshot();
  }

  say(tone: EventLine['tone'], text: string): void {
    const e = { at: Date.now(), tone, text };
    this.events.push(e);
    this.o.onEvent?.(e);
  }

  showChecks(checks: readonly Check[]): void {
    this.publish({ at: Date.now(), checks });
  }

  private onSupervisor(e: SupervisorEvent): void {
    if (e.kind === 'ready') {
      if (e.instance === 'gateway') this.supervisor.find('gateway').send({ kind: 'board', news: this.board.snapshot() });
      if (e.again) this.say('good', `${e.instance} is back`);
    } else if (e.kind === 'exit') {
      this.collector.forget(e.instance);
      if (!e.wanted) this.say('bad', `${e.instance} ended ${e.signal === null ? `with status ${e.code}${e.lines.length === 0 ? '' : `: ${e.lines.join(' ')}`}` : `by ${e.signal}`}`);
      if (e.instance === 'load') this.settleLoad?.(new Error('the load driver ended'));
    } else {
      this.onMessage(e.instance, e.message);
    }
  }

  private onMessage(instance: string, m: FromChild): void {
    switch (m.kind) {
      case 'report':
        this.collector.report(instance, this.supervisor.find(instance).spec.name, m);
        break;
      case 'stock':
        this.board.apply({ at: Date.now(), stock: m.rows, states: m.states, open: m.open });
        break;
      case 'progress':
        if (this.plan !== undefined) this.line = loadLine(this.plan, m, true);
        this.o.onLoad?.(m);
        break;
      case 'load-report':
        if (this.line !== undefined) this.line = { ...this.line, running: false, inFlight: 0 };
        this.settleLoad?.(m);
        break;
      case 'action':
        void this.act(m.action).then(
          () => {
            this.supervisor.find('gateway').send({ kind: 'answer', id: m.id, error: '' });
          },
          (e: unknown) => {
            this.supervisor.find('gateway').send({ kind: 'answer', id: m.id, error: e instanceof Error ? e.message : String(e) });
          },
        );
        break;
      case 'ready':
        break;
    }
  }

  private async act(a: Action): Promise<void> {
    switch (a.name) {
      case 'kill':
        this.kill(a.instance);
        break;
      case 'restart': {
        const c = this.supervisor.find(a.instance);
        if (c.state !== 'ready' && c.state !== 'stopped') throw new Error(`${a.instance} is ${c.state}`);
        this.say('plain', `${a.instance} is restarted in order`);
        // The gateway cannot answer for its own end.
        c.restart().catch((e: unknown) => {
          this.say('bad', e instanceof Error ? e.message : String(e));
        });
        break;
      }
      case 'load':
        if (this.settleLoad !== undefined) throw new Error('a load is running already');
        this.say('plain', `${a.rate} orders a second for ${a.seconds} s`);
        this.rush(a.rate, a.seconds).catch((e: unknown) => {
          this.say('bad', e instanceof Error ? e.message : String(e));
        });
        break;
      case 'restock':
        await this.restock();
        break;
    }
  }

  /** Ends a process the hard way, as a machine that loses its power does. */
  kill(instance: string): void {
    const c = this.supervisor.find(instance);
    if (c.pid === 0) throw new Error(`${instance} is not running`);
    this.say('bad', `${instance} is killed (pid ${c.pid})`);
    c.kill('SIGKILL');
  }

  async restock(): Promise<void> {
    const n = ++this.restocks;
    await Promise.all(catalogue.map((p) => this.inventory.adjust(p.sku, p.supply, `restock-${n}:${p.sku}`)));
    this.say('plain', 'the shelves are filled again');
  }

  /** Sends buyers; resolves with what they saw. One load at a time. */
  async runLoad(p: { readonly rate: number; readonly seconds: number; readonly seed?: number; readonly hot?: number }): Promise<LoadReport> {
    if (this.settleLoad !== undefined) throw new Error('a load is running already');
    const driver = this.supervisor.find('load');
    if (driver.state !== 'ready') throw new Error(`the load driver is ${driver.state}`);
    this.plan = {
      url: this.url,
      rate: p.rate,
      seconds: p.seconds,
      users: 200,
      seed: p.seed ?? 42,
      skus: catalogue.map((c) => c.sku),
      hot: p.hot ?? 0.45,
      twice: 0.03,
      declined: 0.02,
      misuse: 0.01,
    };
    const ended = new Promise<LoadReport | Error>((resolve) => {
      this.settleLoad = resolve;
    });
    driver.send({ kind: 'load', plan: this.plan });
    const r = await ended;
    this.settleLoad = undefined;
    if (r instanceof Error) throw r;
    return r;
  }

  /** Buyers that the page has sent for, and the audit after them. */
  private async rush(rate: number, seconds: number): Promise<void> {
    const load = await this.runLoad({ rate, seconds, seed: Date.now() % 100_000 });
    await settle(this, 20_000);
    const checks = await audit(this, load);
    this.showChecks(checks);
    const bad = checks.filter((c) => !c.ok).length;
    this.say(bad === 0 ? 'good' : 'bad', `${load.offered} buyers are served, ${bad === 0 ? 'everything adds up' : `${bad} of ${checks.length} checks failed`}`);
  }

  /** Ends a window of the page's numbers and sends them out. */
  private async turn(): Promise<void> {
    const leased = await this.leases();
    const own = this.telemetry.report();
    this.collector.report('ops', 'ops', { ...own, edges: [] });
    const processes: ProcessLine[] = this.supervisor.children.map((c) => ({
      instance: c.instance,
      service: c.spec.name,
      state: c.state,
      pid: c.pid,
      address: c.address,
      restarts: c.restarted,
      leased: leased.has(c.address),
      ...this.collector.turnProcess(c.instance, WINDOW_MS),
    }));
    const { stock, states, open } = this.board.snapshot();
    const events = this.events;
    this.events = [];
    this.publish({
      at: Date.now(),
      processes,
      edges: this.collector.turnEdges(WINDOW_MS),
      points: [this.collector.turnPoint(WINDOW_MS)],
      orders: this.collector.orders(),
      events,
      ...(stock === undefined ? {} : { stock }),
      ...(states === undefined ? {} : { states }),
      ...(open === undefined ? {} : { open }),
      ...(this.line === undefined ? {} : { load: this.line }),
    });
  }

  private publish(n: News): void {
    this.board.apply(n);
    this.supervisor.find('gateway').send({ kind: 'board', news: n });
  }

  /** Addresses that callers find in discovery. */
  private async leases(): Promise<ReadonlySet<string>> {
    const names = ['product', 'inventory', 'payment', 'order'];
    const lists = await Promise.all(names.map((n) => this.resolver.resolve(n, new AbortController().signal).catch(() => [])));
    return new Set(lists.flat().map((i) => formatAddress(parseAddress(i.address, 'lease'))));
  }

  /** Stops everything in order; a second call waits for the first. */
  stop(): Promise<readonly Ending[]> {
    return (this.stopping ??= this.stopAll());
  }

  private async stopAll(): Promise<readonly Ending[]> {
    clearInterval(this.timer);
    await this.turning;
    await this.clients[Symbol.asyncDispose]();
    await this.resolver[Symbol.asyncDispose]();
    this.telemetry.close();
    return this.supervisor.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function loadLine(plan: LoadPlan, p: LoadProgress, running: boolean): LoadLine {
  return { running, elapsedMs: p.elapsedMs, seconds: plan.seconds, rate: plan.rate, offered: p.offered, done: p.done, inFlight: p.inFlight };
}
