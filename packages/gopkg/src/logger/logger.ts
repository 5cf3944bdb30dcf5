// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isThenable } from '../async/index.js';
import type { Context } from '../context/index.js';
import { formatRecord } from './format.js';
import { DefaultRedacted, redactor } from './redact.js';

/** Levels in the order of klog, hlog and gopkg's util/logger, 0 to 6. Source: cloudwego/kitex pkg/klog/log.go. */
export const LogLevels = ['trace', 'debug', 'info', 'notice', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LogLevels)[number];

export type LogFields = Readonly<Record<string, unknown>>;

/** One line before it is written. */
export interface LogRecord {
  readonly level: LogLevel;
  /** Unix time. Unit ms. */
  readonly time: number;
  readonly message: string;
  readonly fields: LogFields;
}

/** Takes records. What it throws, or a promise of it rejects with, never reaches the code that logs. */
export type LogSink = (r: LogRecord) => unknown;

/**
 * Where frameworks write their lines. A message may be a function, which is called only when the level is on: it takes the place of the originals'
 * formatted variants, `withContext` that of their `Ctx…` variants.
 * `Differs:` `fatal` does not end the process; a library that does so takes the decision from the program. There is no file:line in front of a line: a
 * stack trace per line costs more than the line.
 */
export interface Logger {
  trace(message: string | (() => string), fields?: LogFields): void;
  debug(message: string | (() => string), fields?: LogFields): void;
  info(message: string | (() => string), fields?: LogFields): void;
  notice(message: string | (() => string), fields?: LogFields): void;
  warn(message: string | (() => string), fields?: LogFields): void;
  error(message: string | (() => string), fields?: LogFields): void;
  fatal(message: string | (() => string), fields?: LogFields): void;
  enabled(level: LogLevel): boolean;
  /** A logger that adds `fields` to every line. */
  child(fields: LogFields): Logger;
  /** A logger that adds what `fromContext` finds in `ctx`, such as a log id. */
  withContext(ctx: Context): Logger;
}

/** A logger whose level and output can be changed while it is in use; its children follow. Source: klog Control. */
export interface ControlledLogger extends Logger {
  readonly level: LogLevel;
  setLevel(level: LogLevel): void;
  /** Replaces the sink. Source: klog SetOutput. */
  setOutput(write: LogSink): void;
}

export interface LoggerOptions {
  /** Lines below are dropped. @defaultValue 'info', as in klog; hlog and util/logger start at 'trace' */
  readonly level?: LogLevel | undefined;
  /** Receives each record that passes the level. @defaultValue one line of text on stderr */
  readonly write?: LogSink | undefined;
  readonly fields?: LogFields | undefined;
  /** Put before every message, such as `KITEX: `. @defaultValue '' */
  readonly prefix?: string | undefined;
  /** Fields taken from a context by `withContext`. */
  readonly fromContext?: ((ctx: Context) => LogFields) | undefined;
  /**
   * Names of fields whose values are secrets, at any depth; case, `-` and `_` do not matter. `[]` shows everything.
   * @defaultValue {@link DefaultRedacted}: passwords, tokens, keys, cookies
   */
  readonly redact?: readonly string[] | undefined;
  /** Told when the sink fails. @defaultValue the record goes to stderr, with what the sink threw */
  readonly onSinkError?: ((error: unknown, r: LogRecord) => void) | undefined;
}

/** Makes a logger. Errors: RangeError for a level that does not exist. */
export function createLogger(o: LoggerOptions = {}): ControlledLogger {
  const state = { level: rank(o.level ?? 'info'), write: o.write ?? toStderr, writing: false };
  const prefix = o.prefix ?? '';
  const redact = redactor(o.redact ?? DefaultRedacted);
  const failed = (e: unknown, r: LogRecord): void => {
    try {
      if (o.onSinkError !== undefined) o.onSinkError(e, r);
      else toStderr({ ...r, fields: { ...r.fields, sinkError: e } });
    } catch {
      // Nowhere left to say it; the code that logs goes on.
    }
  };
  const emit = (r: LogRecord): void => {
    // A sink that logs to its own logger would never end.
    if (state.writing) {
      failed(new Error('the sink logged to its own logger'), r);
      return;
    }
    state.writing = true;
    try {
      const result = state.write(r);
      if (isThenable(result)) {
        result.then(undefined, (e: unknown) => {
          failed(e, r);
        });
      }
    } catch (e) {
      failed(e, r);
    } finally {
      state.writing = false;
    }
  };
  const make = (fields: LogFields): Logger => {
    const log = (level: LogLevel): Logger['info'] => {
      const own = rank(level);
      return (message, extra) => {
        if (own < state.level) return;
        const text = typeof message === 'function' ? evaluated(message) : message;
        const all = extra === undefined ? fields : { ...fields, ...extra };
        emit({ level, time: Date.now(), message: prefix + text, fields: redact(all) });
      };
    };
    return {
      trace: log('trace'),
      debug: log('debug'),
      info: log('info'),
      notice: log('notice'),
      warn: log('warn'),
      error: log('error'),
      fatal: log('fatal'),
      enabled: (level) => rank(level) >= state.level,
      child: (more) => make({ ...fields, ...more }),
      withContext: (ctx) => make({ ...fields, ...found(o.fromContext, ctx) }),
    };
  };
  return {
    ...make(o.fields ?? {}),
    get level() {
      return LogLevels[state.level]!;
    },
    setLevel(level) {
      state.level = rank(level);
    },
    setOutput(write) {
      state.write = write;
    },
  };
}

function evaluated(message: () => string): string {
  try {
    return message();
  } catch (e) {
    return `(the message threw: ${String(e)})`;
  }
}

function found(fromContext: ((ctx: Context) => LogFields) | undefined, ctx: Context): LogFields {
  if (fromContext === undefined) return {};
  try {
    return fromContext(ctx);
  } catch (e) {
    return { contextError: e };
  }
}

function rank(level: LogLevel): number {
  const i = LogLevels.indexOf(level);
  if (i < 0) throw new RangeError(`log level: got ${String(level)}, wanted one of ${LogLevels.join(', ')}`);
  return i;
}

function toStderr(r: LogRecord): void {
  process.stderr.write(formatRecord(r) + '\n');
}

interface Slot {
  readonly version: 1;
  logger: Logger | undefined;
}

/** One for all installed copies. */
function slot(): Slot {
  const g = globalThis as unknown as Record<symbol, Slot | undefined>;
  return (g[Symbol.for('cloudwego.logger.default/1')] ??= { version: 1, logger: undefined });
}

/** The process's logger, used by everything that was given none. `CLOUDWEGO_LOG_LEVEL` sets its level. Source: klog DefaultLogger. */
export function defaultLogger(): Logger {
  return (slot().logger ??= createLogger({ level: envLevel() }));
}

/** Replaces the process's logger; `undefined` brings the first one back. Source: klog SetLogger. */
export function setDefaultLogger(l: Logger | undefined): void {
  slot().logger = l;
}

function envLevel(): LogLevel {
  const v = process.env['CLOUDWEGO_LOG_LEVEL'];
  return v !== undefined && (LogLevels as readonly string[]).includes(v) ? (v as LogLevel) : 'info';
}
