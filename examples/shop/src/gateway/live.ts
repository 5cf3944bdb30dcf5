// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ServerResponse } from 'node:http';
import { Board } from '../ops/board.js';
import type { News } from '../ops/board.js';
import { json } from '../shared/json.js';

/** A page that does not read is cut off rather than kept in memory. Unit bytes. */
const MAX_BUFFERED = 1024 * 1024;

/** Server-sent events: everything that is known first, then what is new. */
export class Live {
  private readonly board = new Board();
  private readonly listeners = new Set<ServerResponse>();
  private seq: number = 0;

  news(n: News): void {
    this.board.apply(n);
    this.seq++;
    if (this.listeners.size === 0) return;
    const text = event('news', this.seq, n);
    for (const l of this.listeners) {
      if (l.writableLength > MAX_BUFFERED) l.destroy();
      else l.write(text);
    }
  }

  connect(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    response.write('retry: 500\n\n');
    response.write(event('all', this.seq, this.board.snapshot()));
    this.listeners.add(response);
    response.on('close', () => {
      this.listeners.delete(response);
    });
  }

  close(): void {
    for (const l of this.listeners) l.end();
  }
}

function event(name: string, id: number, n: News): string {
  return `event: ${name}\nid: ${id}\ndata: ${json.stringify(n)}\n\n`;
}
