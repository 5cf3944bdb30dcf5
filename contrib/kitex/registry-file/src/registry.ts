// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatAddress } from '@cloudwego/gopkg/io';
import { int, optionTable, text } from '@cloudwego/gopkg/options';
import type { Instance, Registry } from '@cloudwego/governance';
import { StoredRegistration, writeInstance } from '@cloudwego/shared-discovery';
import { entries, serviceFolder } from './document.js';
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
 * Announces servers through files: `<dir>/<service>/<id>.json`, written beside and renamed; the time of modification is the lease. Every registration has a
 * file of its own: of two for one address, say of a process and the one that takes over from it, the younger counts, and neither touches the other's.
 * For one machine: a network file system gives neither renames nor times that can be trusted.
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

let lastStamp = 0;

/** Milliseconds since 1970, and never one twice in this process: of two registrations the later has the greater. */
function stamp(): string {
  lastStamp = Math.max(Date.now(), lastStamp + 1);
  return lastStamp.toString(36).padStart(9, '0');
}

/** A file as it was last seen, and since when (performance.now() scale) it has been like that. */
interface Seen {
  readonly mtimeMs: number;
  readonly since: number;
}

/** One registered instance: its file, and the timer that keeps it fresh. The timer keeps no process alive. */
class Lease extends StoredRegistration {
  private readonly folder: string;
  private readonly name: string;
  private readonly path: string;
  private instance: Instance;
  private readonly ttlMs: number;
  private readonly heartbeatMs: number;
  private timer: NodeJS.Timeout | undefined = undefined;
  private beating: boolean = false;
  private seen = new Map<string, Seen>();
  private sweptAt: number = -Infinity;

  constructor(folder: string, instance: Instance, ttlMs: number, heartbeatMs: number) {
    super();
    this.folder = folder;
    this.instance = instance;
    this.ttlMs = ttlMs;
    this.heartbeatMs = heartbeatMs;
    // Of one address, the youngest sorts last.
    const address = createHash('sha256').update(formatAddress(instance.address)).digest('hex').slice(0, 16);
    this.name = `${address}-${stamp()}${randomBytes(4).toString('hex')}.json`;
    this.path = join(folder, this.name);
  }

  async start(): Promise<void> {
    await this.write(this.instance);
    this.timer = setInterval(() => {
      if (this.beating) return;
      this.beating = true;
      void this.inTurn(() => this.beat()).finally(() => {
        this.beating = false;
      });
    }, this.heartbeatMs);
    this.timer.unref();
  }

  async update(p: Partial<Instance>): Promise<void> {
    await this.inTurn(async () => {
      if (this.isOver()) throw new RegistryFileError(`${this.path}: the registration is closed`);
      const next = { ...this.instance, ...p };
      await this.write(next);
      this.instance = next;
      this.become('active');
    });
  }

  protected close(): Promise<void> {
    clearInterval(this.timer);
    this.become('closed');
    return this.inTurn(async () => {
      try {
        await rm(this.path, { force: true });
      } catch (e) {
        throw new RegistryFileError(`${this.path} could not be removed`, { cause: e });
      }
    });
  }

  private async write(i: Instance): Promise<void> {
    const temporary = `${this.path}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      await mkdir(this.folder, { recursive: true });
      await writeFile(temporary, writeInstance(i), { flag: 'wx' });
      await rename(temporary, this.path);
    } catch (e) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw new RegistryFileError(`${this.path} could not be written`, { cause: e });
    }
  }

  private async beat(): Promise<void> {
    if (this.isOver()) return;
    const now = new Date();
    try {
      await utimes(this.path, now, now);
    } catch {
      // The file is gone, or the folder: the lease heals itself, now or at a later beat.
      this.become('lost');
      await this.write(this.instance).then(
        () => {
          this.become('active');
        },
        () => undefined,
      );
      return;
    }
    this.become('active');
    await this.sweep().catch(() => undefined);
  }

  /**
   * The live lease that comes first in the folder removes the dead ones. Dead is what this process has seen unchanged for `leaseTtlMs`, by a clock that does
   * not jump; the others look no further than the first live one.
   */
  private async sweep(): Promise<void> {
    const now = performance.now();
    if (now - this.sweptAt < this.ttlMs / 4) return;
    this.sweptAt = now;
    const before = this.seen;
    this.seen = new Map();
    const dead: string[] = [];
    for (const n of await entries(this.folder)) {
      if (n === this.name || !(n.endsWith('.json') || n.endsWith('.tmp'))) continue;
      const s = await lstat(join(this.folder, n)).catch(() => undefined);
      if (s === undefined || s.isDirectory()) continue;
      const k = before.get(n);
      const seen = k?.mtimeMs === s.mtimeMs ? k : { mtimeMs: s.mtimeMs, since: now };
      this.seen.set(n, seen);
      const live = n.endsWith('.json') && now - seen.since <= this.ttlMs;
      if (live && n < this.name) return;
      if (now - seen.since > this.ttlMs * (n.endsWith('.tmp') ? 2 : 1)) dead.push(n);
    }
    for (const n of dead) await rm(join(this.folder, n), { force: true });
  }
}
