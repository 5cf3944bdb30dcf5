// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { formatAddress } from '@cloudwego/gopkg/io';
import { int, optionTable, text } from '@cloudwego/gopkg/options';
import type { Instance, Resolver } from '@cloudwego/governance';
import type { FileIdentity } from './document.js';
import { entries, readLease, serviceFolder } from './document.js';
import { RegistryFileError } from './errors.js';

/** Options of {@link fileResolver}. */
export interface FileResolverOptions {
  /** Folder that servers and clients share. */
  readonly dir: string;
  /** Leases that were not renewed for so long are dead. The same as the registry's. Unit ms. @defaultValue 5000 */
  readonly leaseTtlMs?: number | undefined;
  /** How often the folder is read beside watching it: a lease that expires tells nobody. Unit ms. @defaultValue 500 */
  readonly pollMs?: number | undefined;
}

const table = optionTable<FileResolverOptions>({
  dir: text({ required: true }),
  leaseTtlMs: int({ unit: 'ms', min: 100, default: 5000 }),
  pollMs: int({ unit: 'ms', min: 20, default: 500 }),
});

/**
 * Finds the servers that {@link fileRegistry} announced in the same folder. A service that nobody announced has no instances. Nothing it does keeps a
 * process alive.
 * Errors: OptionError at construction; {@link RegistryFileError} when the folder is there and cannot be read.
 */
export function fileResolver(options: FileResolverOptions): Resolver {
  const o = table.resolve(options, 'fileResolver');
  const dir = resolve(o.dir);
  const watches = new Set<Watch>();
  const reader = new Reader(dir, o.leaseTtlMs!);
  let closed = false;
  return {
    name: 'file',
    identity: `file:${dir}`,
    key: (t) => t.service,
    resolve: async (key, signal) => {
      signal.throwIfAborted();
      if (closed) throw new RegistryFileError('the resolver is closed');
      return (await reader.list(key, signal)).instances;
    },
    watch(key, sink, signal) {
      if (closed) throw new RegistryFileError('the resolver is closed');
      if (signal.aborted) return;
      const w = new Watch(serviceFolder(dir, key), (s) => reader.list(key, s), sink, o.pollMs!);
      watches.add(w);
      signal.addEventListener(
        'abort',
        () => {
          w.close();
          watches.delete(w);
        },
        { once: true },
      );
      w.start();
    },
    [Symbol.asyncDispose]() {
      closed = true;
      for (const w of watches) w.close();
      watches.clear();
      return Promise.resolve();
    },
  };
}

/** What a look into a folder found. */
interface Found {
  readonly instances: readonly Instance[];
  /** The folder is not there. */
  readonly missing: boolean;
}

/** A lease as it was last seen. */
interface Known extends FileIdentity {
  readonly mtimeNs: bigint;
  /** When its time last changed. performance.now() scale; -Infinity = it was old when it was first seen. */
  readonly renewedAt: number;
  /** What it said; `read` is false while it has not been read, or not since it was too young to be told from a successor. */
  readonly read: boolean;
  readonly instance: Instance | undefined;
}

/** A file that is younger than this may be replaced by one with the same number and birth. Unit ms. */
const SETTLED_MS = 2000;

/**
 * Reads folders. Whether a lease lives is decided by the time for which it was seen unchanged, on a clock that does not jump; the wall clock decides on first
 * sight only. A file is read again only when it is another one: heartbeats change its time alone.
 */
class Reader {
  private readonly dir: string;
  private readonly ttlMs: number;
  private readonly folders = new Map<string, Map<string, Known>>();

  constructor(dir: string, ttlMs: number) {
    this.dir = dir;
    this.ttlMs = ttlMs;
  }

  async list(service: string, signal: AbortSignal | undefined): Promise<Found> {
    const folder = serviceFolder(this.dir, service);
    let names: string[];
    try {
      names = await entries(folder);
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== 'ENOENT') throw new RegistryFileError(`${folder} cannot be read`, { cause: e });
      this.folders.delete(folder);
      return { instances: [], missing: true };
    }
    const before = this.folders.get(folder);
    const now = new Map<string, Known>();
    // By address: of two leases, the one that sorts last is the younger.
    const found = new Map<string, Instance>();
    for (const name of names) {
      if (!name.endsWith('.json')) continue;
      signal?.throwIfAborted();
      const k = await this.look(join(folder, name), before?.get(name)).catch(() => undefined);
      if (k === undefined) continue;
      now.set(name, k);
      if (k.instance !== undefined && this.lives(k)) found.set(formatAddress(k.instance.address), k.instance);
    }
    if (now.size > 0) this.folders.set(folder, now);
    else this.folders.delete(folder);
    return { instances: [...found.values()], missing: false };
  }

  private lives(k: { readonly renewedAt: number }): boolean {
    return performance.now() - k.renewedAt <= this.ttlMs;
  }

  /** Undefined for what is no file. Fails when it went away between two looks. */
  private async look(path: string, k: Known | undefined): Promise<Known | undefined> {
    const s = await lstat(path, { bigint: true });
    if (!s.isFile()) return undefined;
    const { ino, birthtimeNs, size, mtimeNs } = s;
    const now = performance.now();
    let renewedAt = now;
    if (k === undefined) {
      const age = Date.now() - Number(mtimeNs / 1_000_000n);
      renewedAt = Math.abs(age) > this.ttlMs ? -Infinity : now - Math.max(0, age);
    } else if (k.mtimeNs === mtimeNs) {
      renewedAt = k.renewedAt;
    }
    const same = k !== undefined && k.read && k.ino === ino && k.birthtimeNs === birthtimeNs && k.size === size;
    if (same) return { ...k, mtimeNs, renewedAt };
    if (!this.lives({ renewedAt })) return { ino, birthtimeNs, size, mtimeNs, renewedAt, read: false, instance: undefined };
    const lease = await readLease(path);
    const age = Date.now() - Number(lease.birthtimeNs / 1_000_000n);
    return { ...lease, mtimeNs, renewedAt, read: lease.birthtimeNs > 0n && age > SETTLED_MS };
  }
}

/** Looks at a folder whenever the system says that it changed, and from time to time. */
class Watch {
  private readonly folder: string;
  private readonly list: (signal: AbortSignal) => Promise<Found>;
  private readonly sink: { update(i: readonly Instance[]): void; stale(cause: Error): void };
  private readonly pollMs: number;
  private readonly ending = new AbortController();
  private timer: NodeJS.Timeout | undefined = undefined;
  private watcher: FSWatcher | undefined = undefined;
  private soon: NodeJS.Timeout | undefined = undefined;
  private last: string | undefined = undefined;
  private looking: boolean = false;
  private again: boolean = false;

  constructor(folder: string, list: (signal: AbortSignal) => Promise<Found>, sink: { update(i: readonly Instance[]): void; stale(cause: Error): void }, pollMs: number) {
    this.folder = folder;
    this.list = list;
    this.sink = sink;
    this.pollMs = pollMs;
  }

  private get closed(): boolean {
    return this.ending.signal.aborted;
  }

  start(): void {
    this.timer = setInterval(() => {
      this.look();
    }, this.pollMs);
    this.timer.unref();
    this.look();
  }

  close(): void {
    this.ending.abort();
    clearInterval(this.timer);
    clearTimeout(this.soon);
    this.detach();
  }

  private look(): void {
    if (this.closed) return;
    if (this.looking) {
      this.again = true;
      return;
    }
    this.looking = true;
    // Watching comes first: what changes after the list was read is then an event.
    this.attach();
    this.list(this.ending.signal).then(
      ({ instances, missing }) => {
        // What is watched was removed; another of the same name may come.
        if (missing) this.detach();
        this.looked(() => {
          const text = instances.map((i) => `${formatAddress(i.address)} ${i.weight} ${JSON.stringify(i.tags)}`).join('\n');
          if (text === this.last) return;
          this.last = text;
          this.sink.update(instances);
        });
      },
      (e: unknown) => {
        this.looked(() => {
          // Whatever comes next is news.
          this.last = undefined;
          this.sink.stale(e instanceof Error ? e : new RegistryFileError(String(e)));
        });
      },
    );
  }

  private looked(tell: () => void): void {
    this.looking = false;
    if (this.closed) return;
    tell();
    if (this.again) {
      this.again = false;
      this.look();
    }
  }

  /** Watches once the folder is there. Renames are arrivals, departures and updates; other events are heartbeats. */
  private attach(): void {
    if (this.watcher !== undefined) return;
    try {
      const w = watch(this.folder, { persistent: false }, (event) => {
        if (event !== 'rename') return;
        this.soon ??= setTimeout(() => {
          this.soon = undefined;
          this.look();
        }, 5).unref();
      });
      w.on('error', () => {
        if (this.watcher === w) this.detach();
      });
      this.watcher = w;
    } catch {
      // Not there yet, or the system has no watches left: polling finds it.
    }
  }

  private detach(): void {
    this.watcher?.close();
    this.watcher = undefined;
  }
}
