// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { toError } from '../errors/index.js';
import { func, int, optionTable } from '../options/index.js';
import { hash128 } from '../xxhash3/index.js';
import { ConfigInvalidError } from './errors.js';
import type { ConfigProvider } from './provider.js';
import { NotModified } from './provider.js';

export interface FileProviderOptions {
  /** Reads the text: an object whose keys are those of the configuration. @defaultValue JSON */
  readonly parse?: ((text: string) => unknown) | undefined;
  /** Largest file that is read. Unit bytes. @defaultValue 16 MiB */
  readonly maxBytes?: number | undefined;
}

const table = optionTable<FileProviderOptions>({ parse: func(), maxBytes: int({ min: 1, default: 16 << 20 }) });

/**
 * Configuration in a file, watched where the system can.
 * Errors: of the file system; {@link ConfigInvalidError} (GOPKG_CONFIG_INVALID) for text that is no object of keys, or too long.
 * Source: cloudwego/configmanager fileprovider.
 * Differs: a broken file is reported by every load until it is mended; in the original once, after which it looks unchanged.
 */
export class FileProvider implements ConfigProvider {
  readonly name: string;
  private readonly path: string;
  private readonly parse: (text: string) => unknown;
  private readonly maxBytes: number;
  private last = '';

  constructor(path: string, options: FileProviderOptions = {}) {
    const o = table.resolve(options, 'fileprovider');
    this.path = path;
    this.name = `file ${path}`;
    this.parse = o.parse ?? ((text) => JSON.parse(text) as unknown);
    this.maxBytes = o.maxBytes!;
  }

  async load(signal: AbortSignal): Promise<ReadonlyMap<string, unknown> | typeof NotModified> {
    const bytes = await readFile(this.path, { signal });
    if (bytes.length > this.maxBytes) throw new ConfigInvalidError(`config: ${this.path} has ${bytes.length} bytes, wanted at most ${this.maxBytes}`);
    const now = hash128(bytes).join();
    if (now === this.last) return NotModified;
    let v: unknown;
    try {
      v = this.parse(bytes.toString('utf8'));
    } catch (e) {
      throw new ConfigInvalidError(`config: ${this.path}: ${toError(e).message}`, { cause: e });
    }
    if (typeof v !== 'object' || v === null || Array.isArray(v)) throw new ConfigInvalidError(`config: ${this.path} is no object of keys`);
    this.last = now;
    return new Map(Object.entries(v));
  }

  watch(changed: () => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    try {
      // The folder: editors and orchestrators replace the file, and then the old one is watched for ever.
      const w = watch(dirname(this.path), { persistent: false, signal }, (_event, name) => {
        // Kubernetes swaps a link that is named `..data`.
        if (name === null || name === basename(this.path) || name.startsWith('..')) changed();
      });
      w.on('error', () => {
        w.close();
      });
    } catch {
      // A system without watching; polling goes on.
    }
  }
}
