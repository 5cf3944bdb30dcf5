// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Client } from './client.js';
import type { ZooKeeperError } from './errors.js';

/** Told by a watch. What it throws is thrown as an uncaught error, and ends nothing. */
export interface ZooKeeperWatcher {
  /** What there is: by name, what each node holds. */
  nodes(all: ReadonlyMap<string, Uint8Array>): void;
  /** The servers cannot be asked: what was told may be old, until `nodes` is told again. */
  failed(e: Error): void;
}

const RETRY_MS = 1000;

/**
 * Watches the nodes below one path. ZooKeeper's watches fire once and do not say what changed: each one is followed by a look at all names, and at the nodes that are
 * new or that fired; a new connection by a look at everything.
 */
export class ChildWatch {
  private readonly client: Client;
  private readonly path: string;
  private readonly below: string;
  private readonly on: ZooKeeperWatcher;
  private readonly signal: AbortSignal;
  private readonly known = new Map<string, Uint8Array>();
  /** Nodes whose data has to be read again. */
  private readonly stale = new Set<string>();
  private looking: boolean = false;
  private again: boolean = false;
  /** Counts connections: a look that began on another one is void. */
  private epoch: number = 0;
  private timer: NodeJS.Timeout | undefined = undefined;
  private over: boolean = false;

  constructor(client: Client, path: string, on: ZooKeeperWatcher, signal: AbortSignal) {
    this.client = client;
    this.path = path;
    this.below = path === '/' ? '/' : `${path}/`;
    this.on = on;
    this.signal = signal;
    signal.addEventListener('abort', this.stop, { once: true });
  }

  readonly stop = (): void => {
    this.over = true;
    clearTimeout(this.timer);
    this.signal.removeEventListener('abort', this.stop);
  };

  connected(): void {
    this.epoch++;
    // The watches of the old connection are gone.
    this.known.clear();
    void this.look();
  }

  disconnected(e: ZooKeeperError): void {
    this.epoch++;
    this.tell(() => {
      this.on.failed(e);
    });
  }

  /** A watch fired somewhere. */
  changed(path: string): void {
    if (path !== this.path) {
      if (!path.startsWith(this.below)) return;
      const name = path.slice(this.below.length);
      if (name.includes('/')) return;
      this.stale.add(name);
    }
    void this.look();
  }

  private isVoid(epoch: number): boolean {
    return this.over || epoch !== this.epoch;
  }

  private async look(): Promise<void> {
    if (this.over) return;
    if (this.looking) {
      this.again = true;
      return;
    }
    this.looking = true;
    try {
      do {
        this.again = false;
        await this.lookOnce();
      } while (this.again && !this.isVoid(this.epoch));
    } finally {
      this.looking = false;
    }
  }

  private async lookOnce(): Promise<void> {
    const { epoch } = this;
    try {
      const names = await this.names();
      if (this.isVoid(epoch)) return;
      const there = new Set(names);
      for (const name of this.known.keys()) if (!there.has(name)) this.known.delete(name);
      const wanted = names.filter((n) => !this.known.has(n) || this.stale.has(n));
      this.stale.clear();
      const read = await Promise.all(wanted.map(async (n) => [n, await this.client.getData(this.below + n, true, this.signal)] as const));
      if (this.isVoid(epoch)) return;
      for (const [name, node] of read) {
        if (node === undefined) this.known.delete(name);
        else this.known.set(name, node.data);
      }
      const all = new Map(this.known);
      this.tell(() => {
        this.on.nodes(all);
      });
    } catch (e) {
      if (this.isVoid(epoch) || !this.client.isConnected) return;
      // The servers answer, but not this: say, the node belongs to somebody else.
      this.tell(() => {
        this.on.failed(e as Error);
      });
      this.timer = setTimeout(() => {
        this.known.clear();
        void this.look();
      }, RETRY_MS);
      this.timer.unref();
    }
  }

  private async names(): Promise<readonly string[]> {
    for (;;) {
      const names = await this.client.getChildren(this.path, true, this.signal);
      if (names !== undefined) return names;
      // It is told when the path comes; it may have come in between.
      if ((await this.client.exists(this.path, true, this.signal)) === undefined) return [];
    }
  }

  private tell(f: () => void): void {
    if (this.over) return;
    try {
      f();
    } catch (e) {
      queueMicrotask(() => {
        throw e;
      });
    }
  }
}
