// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatAddress } from '@cloudwego/gopkg/io';
import { int, optionTable, text } from '@cloudwego/gopkg/options';
import type { Instance, Registration, Registry } from '@cloudwego/governance';
import { MAX_INSTANCES, serviceFolder, writeDocument } from './document.js';
import { RegistryFileError } from './errors.js';

/** Options of {@link fileRegistry}. */
export interface FileRegistryOptions {
  /** Folder that servers and clients share. It is made when it is not there. */
  readonly dir: string;
  /** A lease that was not renewed for so long is dead. Unit ms. @defaultValue 5000 */
  readonly leaseTtlMs?: number | undefined;
  /** How often a lease is renewed. Unit ms. @defaultValue 1000 */
  readonly heartbeatMs?: number | undefined;
}

const table = optionTable<FileRegistryOptions>({
  dir: text({ required: true }),
  leaseTtlMs: int({ unit: 'ms', min: 100, default: 5000 }),
  heartbeatMs: int({ unit: 'ms', min: 20, default: 1000 }),
});

/**
 * Announces servers through files: `<dir>/<service>/<id>.json`, written beside and renamed; the time of modification is the lease. For one machine: readers
 * compare that time with their own clock, and a network file system gives neither renames nor times that can be trusted.
 * Errors: OptionError at construction; {@link RegistryFileError} when a lease cannot be written.
 */
export function fileRegistry(options: FileRegistryOptions): Registry {
  const o = table.resolve(options, 'fileRegistry');
  return {
    async register(i, signal) {
      signal.throwIfAborted();
      const lease = new Lease(serviceFolder(o.dir, i.service), i, o.leaseTtlMs!, o.heartbeatMs!);
      await lease.start();
      if (signal.aborted) {
        await lease[Symbol.asyncDispose]();
        signal.throwIfAborted();
      }
      return lease;
    },
  };
}

/** One registered instance: its file, and the timer that keeps it fresh. The timer keeps no process alive. */
class Lease implements Registration {
  status: 'active' | 'lost' | 'closed' = 'active';
  private readonly folder: string;
  private readonly path: string;
  private instance: Instance;
  private readonly ttlMs: number;
  private readonly heartbeatMs: number;
  private timer: NodeJS.Timeout | undefined = undefined;
  private beating: Promise<void> = Promise.resolve();
  private readonly listeners = new Set<() => void>();

  constructor(folder: string, instance: Instance, ttlMs: number, heartbeatMs: number) {
    this.folder = folder;
    this.instance = instance;
    this.ttlMs = ttlMs;
    this.heartbeatMs = heartbeatMs;
    // The same address means the same server: a restart takes its own lease over.
    const id = createHash('sha256').update(formatAddress(instance.address)).digest('hex').slice(0, 16);
    this.path = join(folder, `${id}.json`);
  }

  async start(): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true });
      await this.write();
    } catch (e) {
      throw new RegistryFileError(`${this.path} could not be written`, { cause: e });
    }
    this.timer = setInterval(() => {
      this.beating = this.beating.then(() => this.beat());
    }, this.heartbeatMs);
    this.timer.unref();
  }

  async update(p: Partial<Instance>): Promise<void> {
    if (this.status === 'closed') throw new RegistryFileError(`${this.path}: the registration is closed`);
    this.instance = { ...this.instance, ...p, address: this.instance.address };
    await this.write();
  }

  onChange(f: () => void): Disposable {
    this.listeners.add(f);
    return { [Symbol.dispose]: () => void this.listeners.delete(f) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.status === 'closed') return;
    clearInterval(this.timer);
    this.become('closed');
    await this.beating;
    await rm(this.path, { force: true });
  }

  private async write(): Promise<void> {
    const temporary = `${this.path}.${randomBytes(6).toString('hex')}.tmp`;
    await writeFile(temporary, writeDocument(this.instance));
    await rename(temporary, this.path);
  }

  private async beat(): Promise<void> {
    if (this.status === 'closed') return;
    const now = new Date();
    try {
      await utimes(this.path, now, now);
      this.become('active');
      await this.sweep(now.getTime());
    } catch {
      // The file is gone, or the folder: the lease heals itself.
      this.become('lost');
      try {
        await mkdir(this.folder, { recursive: true });
        await this.write();
        this.become('active');
      } catch {
        // The next beat tries again.
      }
    }
  }

  private become(status: 'active' | 'lost' | 'closed'): void {
    if (this.status === status || this.status === 'closed') return;
    this.status = status;
    for (const f of [...this.listeners]) f();
  }

  /** The live lease that comes first in the folder removes the dead ones. */
  private async sweep(now: number): Promise<void> {
    const names = (await readdir(this.folder)).sort().slice(0, MAX_INSTANCES);
    const dead: string[] = [];
    let first: string | undefined;
    for (const n of names) {
      const path = join(this.folder, n);
      const s = await stat(path).catch(() => undefined);
      if (s === undefined) continue;
      if (now - s.mtimeMs > this.ttlMs * (n.endsWith('.tmp') ? 2 : 1)) dead.push(path);
      else if (n.endsWith('.json')) first ??= path;
    }
    if (first !== this.path) return;
    for (const d of dead) await rm(d, { force: true });
  }
}
