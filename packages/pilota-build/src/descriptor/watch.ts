// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readdirSync, statSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { dirname } from 'node:path';
import { toError } from '@cloudwego/gopkg/errors';
import type { DescriptorProvider } from '@cloudwego/pilota/descriptor';

/** What is watched, and how it is read again. */
export interface WatchSource<D> {
  build(): { readonly edition: D; readonly files: readonly string[] };
  readonly files: readonly string[];
  /** A folder whose list of files matters too, and what names of those end in. */
  readonly folder: { readonly path: string; readonly extension: string } | undefined;
  readonly pollMs: number;
  readonly onError: ((error: Error) => void) | undefined;
}

/** Names of the files of a folder, in order. */
export function namesIn(folder: string, extension: string): string[] {
  return readdirSync(folder).filter((n) => n.endsWith(extension)).toSorted();
}

/** Editors write a file in several steps: reading waits until it is quiet. */
const QUIET_MS = 20;

/**
 * A provider whose edition changes. Files are watched by their folders, since editors replace files, and looked at every `pollMs`, since not every file system
 * reports. It keeps no process alive.
 */
export class WatchedProvider<D> implements DescriptorProvider<D> {
  private edition: D;
  private readonly listeners = new Set<{ readonly f: (edition: D) => void }>();
  private readonly source: WatchSource<D> | undefined;
  private files: readonly string[];
  private seen: string;
  private readonly watchers = new Map<string, FSWatcher>();
  private poll: NodeJS.Timeout | undefined = undefined;
  private quiet: NodeJS.Timeout | undefined = undefined;

  constructor(edition: D, source?: WatchSource<D>) {
    this.edition = edition;
    this.source = source;
    this.files = source?.files ?? [];
    this.seen = this.stamp();
    if (source === undefined) return;
    this.poll = setInterval(() => {
      this.look();
    }, source.pollMs).unref();
    this.watchFolders();
  }

  current(): D {
    return this.edition;
  }

  onChange(f: (edition: D) => void): Disposable {
    const entry = { f };
    this.listeners.add(entry);
    return {
      [Symbol.dispose]: () => {
        this.listeners.delete(entry);
      },
    };
  }

  /** Makes an edition the present one and tells everybody; one listener's error does not stop the others. */
  publish(edition: D): void {
    this.edition = edition;
    for (const { f } of [...this.listeners]) {
      try {
        f(edition);
      } catch (e) {
        queueMicrotask(() => {
          throw e;
        });
      }
    }
  }

  close(): Promise<void> {
    clearInterval(this.poll);
    clearTimeout(this.quiet);
    for (const w of this.watchers.values()) w.close();
    this.watchers.clear();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private watchFolders(): void {
    const wanted = new Set(this.files.map((f) => dirname(f)));
    if (this.source?.folder !== undefined) wanted.add(this.source.folder.path);
    for (const [folder, w] of this.watchers) {
      if (wanted.has(folder)) continue;
      w.close();
      this.watchers.delete(folder);
    }
    for (const folder of wanted) if (!this.watchers.has(folder)) this.watchFolder(folder);
  }

  private watchFolder(folder: string): void {
    try {
      const w = watch(folder, { persistent: false }, () => {
        clearTimeout(this.quiet);
        this.quiet = setTimeout(() => {
          this.look();
        }, QUIET_MS).unref();
      });
      // A folder that goes, or a system without watches to spare: polling goes on.
      w.on('error', () => {
        w.close();
        this.watchers.delete(folder);
      });
      this.watchers.set(folder, w);
    } catch {
      // As above.
    }
  }

  /** Sizes and times of everything that is watched. */
  private stamp(): string {
    const of = (path: string): string => {
      const s = statSync(path, { throwIfNoEntry: false });
      return s === undefined ? '-' : `${s.size},${s.mtimeMs},${s.ino}`;
    };
    const list = this.files.map((f) => `${f}:${of(f)}`);
    const folder = this.source?.folder;
    if (folder !== undefined) {
      try {
        list.push(...namesIn(folder.path, folder.extension));
      } catch {
        list.push('-');
      }
    }
    return list.join('\n');
  }

  private look(): void {
    const now = this.stamp();
    if (now === this.seen) return;
    this.seen = now;
    try {
      const { edition, files } = this.source!.build();
      this.files = files;
      this.seen = this.stamp();
      this.watchFolders();
      this.publish(edition);
    } catch (e) {
      this.source!.onError?.(toError(e));
    }
  }
}
