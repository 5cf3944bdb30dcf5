// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { formatAddress } from '@cloudwego/gopkg/io';
import { int, optionTable, text } from '@cloudwego/gopkg/options';
import type { Instance, Resolver } from '@cloudwego/governance';
import { MAX_FILE, MAX_INSTANCES, readDocument, serviceFolder } from './document.js';
import { RegistryFileError } from './errors.js';

/** Options of {@link fileResolver}. */
export interface FileResolverOptions {
  /** Folder that servers and clients share. */
  readonly dir: string;
  /** Leases older than this are dead. Unit ms. @defaultValue 5000 */
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
  const list = reader(dir, o.leaseTtlMs!);
  return {
    name: 'file',
    identity: `file:${dir}`,
    key: (t) => t.service,
    resolve: (key) => list(key),
    watch(key, sink, signal) {
      const w = new Watch(serviceFolder(dir, key), () => list(key), sink, o.pollMs!);
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
      for (const w of watches) w.close();
      watches.clear();
      return Promise.resolve();
    },
  };
}

interface Known {
  readonly ino: number;
  readonly size: number;
  readonly instance: Instance | undefined;
}

/** Reads a folder. A file is read again only when it is another one: heartbeats change its time alone. */
function reader(dir: string, ttlMs: number): (service: string) => Promise<readonly Instance[]> {
  const known = new Map<string, Map<string, Known>>();
  return async (service) => {
    const folder = serviceFolder(dir, service);
    let names: string[];
    try {
      names = await readdir(folder);
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw new RegistryFileError(`${folder} cannot be read`, { cause: e });
    }
    const before = known.get(folder) ?? new Map<string, Known>();
    const now = new Map<string, Known>();
    const out: Instance[] = [];
    for (const name of names.filter((n) => n.endsWith('.json')).sort().slice(0, MAX_INSTANCES)) {
      const path = join(folder, name);
      try {
        const s = await stat(path);
        if (!s.isFile() || s.size > MAX_FILE || Date.now() - s.mtimeMs > ttlMs) continue;
        let k = before.get(name);
        if (k === undefined || k.ino !== s.ino || k.size !== s.size) k = { ino: s.ino, size: s.size, instance: readDocument(await readFile(path, 'utf8')) };
        now.set(name, k);
        if (k.instance !== undefined) out.push(k.instance);
      } catch {
        // It went away between two looks.
      }
    }
    known.set(folder, now);
    return out;
  };
}

/** Looks at a folder whenever the system says that it changed, and from time to time. */
class Watch {
  private readonly folder: string;
  private readonly list: () => Promise<readonly Instance[]>;
  private readonly sink: { update(i: readonly Instance[]): void; stale(cause: Error): void };
  private readonly pollMs: number;
  private timer: NodeJS.Timeout | undefined = undefined;
  private watcher: FSWatcher | undefined = undefined;
  private soon: NodeJS.Timeout | undefined = undefined;
  private last: string | undefined = undefined;
  private looking: boolean = false;
  private again: boolean = false;
  private closed: boolean = false;

  constructor(folder: string, list: () => Promise<readonly Instance[]>, sink: { update(i: readonly Instance[]): void; stale(cause: Error): void }, pollMs: number) {
    this.folder = folder;
    this.list = list;
    this.sink = sink;
    this.pollMs = pollMs;
  }

  start(): void {
    this.timer = setInterval(() => {
      this.look();
    }, this.pollMs);
    this.timer.unref();
    this.look();
  }

  close(): void {
    this.closed = true;
    clearInterval(this.timer);
    clearTimeout(this.soon);
    this.watcher?.close();
    this.watcher = undefined;
  }

  private look(): void {
    if (this.closed) return;
    this.attach();
    if (this.looking) {
      this.again = true;
      return;
    }
    this.looking = true;
    this.list().then(
      (instances) => {
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

  /** Watches once the folder is there. Renames are arrivals and departures; other events are heartbeats. */
  private attach(): void {
    if (this.watcher !== undefined) return;
    try {
      const w = watch(this.folder, { persistent: false }, (event) => {
        if (event !== 'rename') return;
        clearTimeout(this.soon);
        this.soon = setTimeout(() => {
          this.look();
        }, 5);
        this.soon.unref();
      });
      w.on('error', () => {
        w.close();
        if (this.watcher === w) this.watcher = undefined;
      });
      this.watcher = w;
    } catch {
      // Not there yet, or the system has no watches left: polling finds it.
    }
  }
}
