// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { FileHandle } from 'node:fs/promises';
import { open, rename, rm } from 'node:fs/promises';
import { int, optionTable, func } from '../options/index.js';
import { formatRecord } from './format.js';
import type { LogRecord, LogSink } from './logger.js';
import type { LogFormat } from './sinks.js';

export interface FileSinkOptions {
  /** @defaultValue formatRecord */
  readonly format?: LogFormat | undefined;
  /** Size at which a new file is begun; 0 = never. Unit bytes. @defaultValue 0 */
  readonly maxBytes?: number | undefined;
  /** Files that are kept beside the present one: `x.log.1` is the youngest. @defaultValue 5 */
  readonly maxFiles?: number | undefined;
  /** Bytes that may wait to be written; lines beyond are counted and dropped. @defaultValue 1 MiB */
  readonly maxBufferedBytes?: number | undefined;
}

const table = optionTable<FileSinkOptions>({
  format: func(),
  maxBytes: int({ min: 0, default: 0 }),
  maxFiles: int({ min: 0, max: 1000, default: 5 }),
  maxBufferedBytes: int({ min: 1, default: 1 << 20 }),
});

/**
 * Appends lines to a file, many at a time, off the path of the code that logs. Close it to write what waits.
 * Errors: what the file system refuses rejects the promise of the line that met it, which the logger takes to its `onSinkError`; the next line tries again.
 */
export class FileSink implements AsyncDisposable {
  /** What a logger takes as `write`. */
  readonly write: LogSink;
  private readonly path: string;
  private readonly format: LogFormat;
  private readonly maxBytes: number;
  private readonly maxFiles: number;
  private readonly maxBufferedBytes: number;
  private lines: string[] = [];
  private buffered = 0;
  private dropped = 0;
  private file: FileHandle | undefined;
  private size = 0;
  private flushing: Promise<void> | undefined;

  constructor(path: string, options: FileSinkOptions = {}) {
    const o = table.resolve(options, 'filesink');
    this.path = path;
    this.format = o.format ?? formatRecord;
    this.maxBytes = o.maxBytes!;
    this.maxFiles = o.maxFiles!;
    this.maxBufferedBytes = o.maxBufferedBytes!;
    this.write = (r) => this.add(r);
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    while (this.lines.length > 0 || this.flushing !== undefined) await (this.flushing ?? this.start());
  }

  /** Writes what waits and closes the file; a later line opens it again. */
  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      const { file } = this;
      this.file = undefined;
      await file?.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private add(r: LogRecord): Promise<void> | undefined {
    const line = this.format(r) + '\n';
    if (this.buffered + line.length > this.maxBufferedBytes) {
      this.dropped++;
      return undefined;
    }
    if (this.dropped > 0) {
      this.lines.push(this.format({ level: 'warn', time: r.time, message: `${this.dropped} lines were dropped`, fields: {} }) + '\n');
      this.dropped = 0;
    }
    this.lines.push(line);
    this.buffered += line.length;
    // The line that starts a batch carries its outcome.
    return this.flushing === undefined ? this.start() : undefined;
  }

  private async start(): Promise<void> {
    this.flushing = this.drain().finally(() => {
      this.flushing = undefined;
    });
    return this.flushing;
  }

  private async drain(): Promise<void> {
    // Lines of one turn are one write.
    await new Promise<void>((r) => setImmediate(r));
    while (this.lines.length > 0) {
      const { lines } = this;
      this.lines = [];
      this.buffered = 0;
      const bytes = Buffer.from(lines.join(''));
      await this.opened();
      if (this.maxBytes > 0 && this.size > 0 && this.size + bytes.length > this.maxBytes) await this.rotate();
      await (await this.opened()).writeFile(bytes);
      this.size += bytes.length;
    }
  }

  private async opened(): Promise<FileHandle> {
    if (this.file === undefined) {
      this.file = await open(this.path, 'a', 0o644);
      this.size = (await this.file.stat()).size;
    }
    return this.file;
  }

  private async rotate(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    this.size = 0;
    await file?.close();
    if (this.maxFiles === 0) {
      await rm(this.path, { force: true });
      return;
    }
    await rm(`${this.path}.${this.maxFiles}`, { force: true });
    for (let i = this.maxFiles - 1; i >= 0; i--) {
      try {
        await rename(i === 0 ? this.path : `${this.path}.${i}`, `${this.path}.${i + 1}`);
      } catch (e) {
        if ((e as NodeJS.ErrnoException).code !== 'ENOENT') throw e;
      }
    }
  }
}
