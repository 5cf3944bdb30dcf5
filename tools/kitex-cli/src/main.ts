// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { dirname } from 'node:path';
import { IdlError } from '@cloudwego/pilota-build';
import { parseArguments, USAGE, UsageError } from './arguments.js';
import { generate } from './generate.js';
import type { GenerateResult, KitexOptions } from './generate.js';
import { ownRange } from './package-file.js';
import { loadPlugins } from './plugins.js';

/** Where the command writes; the process's own streams unless told otherwise. */
export interface Output {
  out(text: string): void;
  error(text: string): void;
  /** Ends `-watch`. */
  readonly signal?: AbortSignal | undefined;
}

const processOutput: Output = {
  out: (t) => void process.stdout.write(t),
  error: (t) => void process.stderr.write(t),
};

/** Runs a command line and gives the exit status: 0, 1 for an IDL that was refused, 2 for a command line that makes no sense. */
export async function main(args: readonly string[], o: Output = processOutput): Promise<number> {
  try {
    const c = parseArguments(args);
    if (c.kind === 'version') {
      o.out(`kitex ${ownRange().slice(1)}\n`);
      return 0;
    }
    if (c.kind === 'help') {
      o.out(USAGE);
      return 0;
    }
    const options = c.plugins.length === 0 ? c.options : { ...c.options, plugins: await loadPlugins(c.plugins) };
    if (c.watch) return await watching(options, o);
    report(generate(options), o, c.verbose);
    return 0;
  } catch (e) {
    return explain(e, o);
  }
}

function report(r: GenerateResult, o: Output, verbose: boolean): void {
  for (const w of r.warnings) o.error(`${w}\n`);
  const written = r.files.filter((f) => f.action === 'written');
  for (const f of r.files) if (f.action !== 'unchanged' || verbose) o.out(`${f.action === 'kept' ? 'kept   ' : f.action === 'written' ? 'wrote  ' : 'same   '} ${f.path}\n`);
  if (written.length === 0) o.out('everything is up to date\n');
}

function explain(e: unknown, o: Output): number {
  if (e instanceof IdlError) {
    o.error(`${e.message}\n`);
    return 1;
  }
  if (e instanceof UsageError) {
    o.error(`kitex: ${e.message}\n`);
    return 2;
  }
  throw e;
}

/** Generates whenever a file changes that the program read, until the signal aborts or the process is interrupted. */
function watching(options: KitexOptions, o: Output): Promise<number> {
  return new Promise((resolve) => {
    const watchers = new Map<string, FSWatcher>();
    let timer: NodeJS.Timeout | undefined;
    const end = (): void => {
      clearTimeout(timer);
      for (const w of watchers.values()) w.close();
      process.off('SIGINT', end);
      process.off('SIGTERM', end);
      resolve(0);
    };
    const run = (): void => {
      let sources: readonly string[] = [];
      try {
        const r = generate(options);
        sources = r.sources;
        report(r, o, false);
      } catch (e) {
        try {
          explain(e, o);
        } catch (x) {
          o.error(`kitex: ${(x as Error).message}\n`);
        }
        sources = [options.idl];
      }
      // Folders, not files: editors replace files by renaming.
      for (const dir of new Set(sources.map((s) => dirname(s)))) {
        if (watchers.has(dir)) continue;
        const w = watch(dir, (_event, name) => {
          if (name !== null && !name.endsWith('.thrift') && !name.endsWith('.proto')) return;
          clearTimeout(timer);
          timer = setTimeout(run, 50);
        });
        // A folder that was removed: the next run says what is missing, and watches it when it is back.
        w.on('error', () => {
          w.close();
          watchers.delete(dir);
        });
        watchers.set(dir, w);
      }
    };
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
    o.signal?.addEventListener('abort', end, { once: true });
    run();
    o.out('watching for changes, end with Ctrl-C\n');
  });
}
