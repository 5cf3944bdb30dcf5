// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { tell } from '../shared/runtime.js';
import type { Action } from '../ops/messages.js';
import { Problem } from './http.js';
import type { Exchange, Http } from './http.js';

/** The machine room. What it asks for is done by the supervisor, and only when faults are switched on. */
export class Ops {
  private readonly enabled: boolean;
  private readonly waiting = new Map<number, (error: string) => void>();
  private lastId: number = 0;

  constructor(enabled: boolean) {
    this.enabled = enabled;
  }

  add(http: Http): void {
    http
      .on('POST', '/api/ops/kill/:instance', (x) => this.act(x, { name: 'kill', instance: x.params['instance']! }))
      .on('POST', '/api/ops/restart/:instance', (x) => this.act(x, { name: 'restart', instance: x.params['instance']! }))
      .on('POST', '/api/ops/restock', (x) => this.act(x, { name: 'restock' }))
      .on('POST', '/api/ops/load', async (x) => {
        const { rate, seconds } = (await x.json()) as { readonly rate?: unknown; readonly seconds?: unknown };
        if (typeof rate !== 'number' || typeof seconds !== 'number' || !(rate >= 1 && rate <= 5000) || !(seconds >= 1 && seconds <= 120)) {
          throw new Problem(400, 'wanted { "rate": 1 to 5000, "seconds": 1 to 120 }');
        }
        await this.act(x, { name: 'load', rate, seconds });
      });
  }

  /** A header of our own: a page of another origin cannot send it without being asked first, and nobody answers. */
  private async act(x: Exchange, action: Action): Promise<void> {
    if (!this.enabled) throw new Problem(403, 'faults are switched off: start the shop with SHOP_DRILLS=1');
    if (x.header('x-shop-ops') !== '1') throw new Problem(403, 'the header X-Shop-Ops: 1 is missing');
    const id = ++this.lastId;
    const error = await new Promise<string>((resolve) => {
      const timer = setTimeout(() => {
        resolve('the supervisor does not answer');
      }, 5000);
      this.waiting.set(id, (text) => {
        clearTimeout(timer);
        resolve(text);
      });
      tell({ kind: 'action', id, action });
    });
    this.waiting.delete(id);
    if (error !== '') throw new Problem(409, error);
    x.send(202, { done: action.name });
  }

  answered(id: number, error: string): void {
    this.waiting.get(id)?.(error);
  }
}
