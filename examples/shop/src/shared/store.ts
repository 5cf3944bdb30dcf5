// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import Database from 'libsql';

/** A value that SQLite keeps. Integers come back as bigint, so that no amount loses a digit. */
export type Cell = string | bigint | number | null;
export type Row = Readonly<Record<string, string | bigint | number | null>>;

/** One prepared statement. */
export interface Statement {
  /** Rows that were changed. */
  run(...values: Cell[]): number;
  get(...values: Cell[]): Row | undefined;
  all(...values: Cell[]): readonly Row[];
}

/** The file was locked by other processes for longer than a writer waits. */
export class StoreBusyError extends Error {
  readonly code = 'SHOP_STORE_BUSY';
}

/** Options of {@link Store}. */
export interface StoreOptions {
  /** How long a writer waits for its turn. Unit ms. @defaultValue 3000 */
  readonly busyMs?: number;
  /** Writes that share one transaction. @defaultValue 64 */
  readonly maxBatch?: number;
}

/** How long opening a file may wait for other processes. Unit ms. */
const OPEN_MS = 10_000;

interface Waiting {
  readonly work: () => unknown;
  readonly done: (v: unknown) => void;
  readonly failed: (e: unknown) => void;
}

/**
 * One SQLite file that several processes share (WAL). Writes of one turn of the event loop share a transaction, each in a savepoint of its own: either all of a
 * write is there or nothing of it, and its promise settles after the commit. That is for speed; what is right or wrong is decided by the statements.
 *
 *   turn:  write(a) write(b) write(c)  ─▶  BEGIN IMMEDIATE │ SAVEPOINT a RELEASE │ SAVEPOINT b ROLLBACK │ SAVEPOINT c RELEASE │ COMMIT
 */
export class Store implements AsyncDisposable {
  private readonly db: Database.Database;
  private readonly busyMs: number;
  private readonly maxBatch: number;
  private readonly statements = new Map<string, Statement>();
  private waiting: Waiting[] = [];
  private scheduled: boolean = false;
  private waitingSince: number = 0;
  private closing: (() => void) | undefined;

  constructor(path: string, schema: string, options: StoreOptions = {}) {
    this.busyMs = options.busyMs ?? 3000;
    this.maxBatch = options.maxBatch ?? 64;
    this.db = new Database(path);
    this.db.defaultSafeIntegers(true);
    // While the file is opened, waiting in place is fine; afterwards the event loop must not wait for another process.
    this.db.pragma('busy_timeout = 5000');
    // Two processes that turn a new file into WAL at the same time: SQLite tells one of them at once, whatever the timeout says.
    patiently(() => this.db.pragma('journal_mode = WAL'));
    // A commit survives the end of the process at any point; only a loss of power can take the last ones.
    this.db.pragma('synchronous = NORMAL');
    this.db.pragma('foreign_keys = ON');
    patiently(() => this.db.exec(`BEGIN IMMEDIATE; ${schema}; COMMIT`));
    this.db.pragma('busy_timeout = 2');
  }

  /** The statement of this text, prepared once. */
  sql(text: string): Statement {
    let s = this.statements.get(text);
    if (s === undefined) {
      const p = this.db.prepare(text);
      s = {
        run: (...v) => p.run(...v).changes,
        get: (...v) => p.get(...v) as Row | undefined,
        all: (...v) => p.all(...v) as Row[],
      };
      this.statements.set(text, s);
    }
    return s;
  }

  /**
   * Runs `work` as a transaction. What it throws undoes what it did, and rejects the promise.
   * Errors: {@link StoreBusyError}; what `work` throws; SqliteError.
   */
  write<T>(work: () => T extends PromiseLike<unknown> ? never : T): Promise<T> {
    if (this.closing !== undefined) return Promise.reject(new Error('the store is closed'));
    return new Promise<T>((done, failed) => {
      if (this.waiting.length === 0) this.waitingSince = performance.now();
      this.waiting.push({ work, done: done as (v: unknown) => void, failed });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.flush();
    });
  }

  private flush(): void {
    this.scheduled = false;
    if (this.waiting.length > 0 && this.begin()) {
      const batch = this.waiting.splice(0, this.maxBatch);
      this.waitingSince = performance.now();
      this.run(batch);
    }
    if (this.waiting.length > 0) this.schedule();
    else this.closing?.();
  }

  /** Takes the write lock; when another process has it, comes back a little later. */
  private begin(): boolean {
    try {
      this.sql('BEGIN IMMEDIATE').run();
      return true;
    } catch (e) {
      const busy = isBusy(e);
      if (busy && performance.now() - this.waitingSince < this.busyMs) {
        this.scheduled = true;
        setTimeout(
          () => {
            this.flush();
          },
          1 + Math.random() * 4,
        );
        return false;
      }
      const error = busy ? new StoreBusyError(`the store was locked for more than ${this.busyMs} ms`, { cause: e }) : e;
      for (const w of this.waiting.splice(0)) w.failed(error);
      return false;
    }
  }

  private run(batch: readonly Waiting[]): void {
    const settle: (() => void)[] = [];
    try {
      for (const w of batch) {
        this.sql('SAVEPOINT one').run();
        try {
          const v = w.work();
          this.sql('RELEASE one').run();
          settle.push(() => {
            w.done(v);
          });
        } catch (e) {
          this.sql('ROLLBACK TO one').run();
          this.sql('RELEASE one').run();
          settle.push(() => {
            w.failed(e);
          });
        }
      }
      this.sql('COMMIT').run();
    } catch (e) {
      // Nothing of the batch is there.
      try {
        this.sql('ROLLBACK').run();
      } catch {
        // SQLite has rolled back already.
      }
      for (const w of batch) w.failed(e);
      return;
    }
    for (const s of settle) s();
  }

  /** Finishes what was asked for, then closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.closing !== undefined) return;
    const written = new Promise<void>((resolve) => {
      this.closing = resolve;
    });
    if (this.waiting.length === 0) this.closing!();
    await written;
    this.statements.clear();
    this.db.close();
  }
}

/** Does what may meet another process's lock again for a while. Blocks. */
function patiently(work: () => unknown): void {
  const until = performance.now() + OPEN_MS;
  for (;;) {
    try {
      work();
      return;
    } catch (e) {
      if (!isBusy(e) || performance.now() > until) throw e;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 + Math.random() * 8);
    }
  }
}

function isBusy(e: unknown): boolean {
  const { code } = e as { readonly code?: unknown };
  return typeof code === 'string' && code.startsWith('SQLITE_BUSY');
}
