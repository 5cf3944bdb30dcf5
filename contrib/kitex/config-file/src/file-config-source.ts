// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import { ConfigManager, FileProvider } from '@cloudwego/gopkg/configmanager';
import { toError } from '@cloudwego/gopkg/errors';
import { func, int, optionTable, text } from '@cloudwego/gopkg/options';
import type { ConfigSink, ConfigSource } from '@cloudwego/governance';

/** Options of {@link fileConfigSource}. */
export interface FileConfigSourceOptions {
  /** The file: an object of documents, or of objects of documents. It may come later, and go. */
  readonly path: string;
  /** Reads the text, say as YAML. @defaultValue JSON */
  readonly parse?: ((text: string) => unknown) | undefined;
  /** How often the file is looked at where the system tells of no change. Unit ms, integer >= 10. @defaultValue 10000 */
  readonly refreshMs?: number | undefined;
  /** Largest file that is read. Unit bytes. @defaultValue 16 MiB */
  readonly maxBytes?: number | undefined;
}

const table = optionTable<FileConfigSourceOptions>({
  path: text({ required: true }),
  parse: func<(text: string) => unknown>(),
  refreshMs: int({ unit: 'ms', min: 10, default: 10_000 }),
  maxBytes: int({ unit: 'bytes', min: 1, default: 16 << 20 }),
});

/**
 * Documents of governance in one file. A key is `top` or `top#name`: `fileLayout` of governance makes `client/server#timeout` and `server#limit`.
 * Differs: a file that is replaced (editors, ConfigMaps of Kubernetes) is followed, where the original stops watching for ever; a key that is taken out of the
 * file is gone, where the original keeps it.
 * Errors: OptionError at construction. A file that is not there, or cannot be read, is told to the sinks; what was there before stays.
 * Source: kitex-contrib/config-file filewatcher, monitor.
 */
export function fileConfigSource(options: FileConfigSourceOptions): ConfigSource {
  const o = table.resolve(options, 'fileConfigSource');
  return new FileSource(o.path, o.parse, o.refreshMs!, o.maxBytes!);
}

interface Watch {
  readonly key: string;
  readonly sink: ConfigSink;
  /** What was told last, so that a change elsewhere in the file is none here. */
  told: boolean;
  last: unknown;
}

class FileSource implements ConfigSource {
  readonly name: string;
  private readonly manager: ConfigManager;
  private readonly watches = new Set<Watch>();
  private loaded = false;
  private failure: Error | undefined = undefined;
  private closed = false;

  constructor(path: string, parse: ((text: string) => unknown) | undefined, refreshMs: number, maxBytes: number) {
    this.name = `file ${path}`;
    this.manager = new ConfigManager({
      provider: new FileProvider(path, { maxBytes, ...(parse === undefined ? {} : { parse }) }),
      refreshMs,
      onError: (e) => {
        this.failed(e);
      },
    });
    this.manager.onChange(() => {
      this.told();
    });
    // The first load may find an empty file, which is no change.
    this.manager.ready().then(
      () => {
        this.told();
      },
      () => undefined,
    );
  }

  watch(key: string, sink: ConfigSink, signal: AbortSignal): void {
    if (signal.aborted || this.closed) return;
    const w: Watch = { key, sink, told: false, last: undefined };
    this.watches.add(w);
    signal.addEventListener(
      'abort',
      () => {
        this.watches.delete(w);
      },
      { once: true },
    );
    if (this.loaded) this.tell(w);
    else if (this.failure !== undefined) this.complain(w, this.failure);
  }

  private told(): void {
    if (this.closed) return;
    this.loaded = true;
    this.failure = undefined;
    for (const w of [...this.watches]) this.tell(w);
  }

  private failed(e: Error): void {
    if (this.closed) return;
    this.failure = e;
    for (const w of [...this.watches]) this.complain(w, e);
  }

  /** Nothing is there yet: so much is known. Else what was told stays. */
  private complain(w: Watch, e: Error): void {
    w.sink.stale(e);
    if (!w.told && (e.cause as { readonly code?: string } | undefined ?? (e as { readonly code?: string })).code === 'ENOENT') {
      w.told = true;
      w.sink.update(undefined);
    }
  }

  private tell(w: Watch): void {
    const document = this.find(w.key);
    if (w.told && isDeepStrictEqual(w.last, document)) return;
    w.told = true;
    w.last = document;
    try {
      w.sink.update(document);
    } catch (e) {
      w.sink.stale(toError(e));
    }
  }

  private find(key: string): unknown {
    const hash = key.indexOf('#');
    const top = this.manager.get(hash < 0 ? key : key.slice(0, hash));
    if (hash < 0) return top ?? undefined;
    const name = key.slice(hash + 1);
    return typeof top === 'object' && top !== null && Object.hasOwn(top, name) ? ((top as Readonly<Record<string, unknown>>)[name] ?? undefined) : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.closed = true;
    this.watches.clear();
    await this.manager.close();
  }
}
