// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Context } from '../context/index.js';

/** Levels in the order of klog and hlog. Source: cloudwego/kitex pkg/klog/log.go. */
export const LogLevels = ['trace', 'debug', 'info', 'notice', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LogLevels)[number];

export type LogFields = Readonly<Record<string, unknown>>;

/** One line before it is written. */
export interface LogRecord {
  readonly level: LogLevel;
  readonly time: number;
  readonly message: string;
  readonly fields: LogFields;
}

/**
 * Where frameworks write their lines. A message may be a function, which is called only when the level is on.
 * `Differs:` `fatal` does not end the process; a library that does so takes the decision from the program.
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

export interface LoggerOptions {
  /** Lines below are dropped. @defaultValue 'info' */
  readonly level?: LogLevel | undefined;
  /** Receives each record that passes the level. @defaultValue one line of text on stderr */
  readonly write?: ((r: LogRecord) => void) | undefined;
  readonly fields?: LogFields | undefined;
  /** Fields taken from a context by `withContext`. */
  readonly fromContext?: ((ctx: Context) => LogFields) | undefined;
}

/** Makes a logger. */
export function createLogger(o: LoggerOptions = {}): Logger & { setLevel(level: LogLevel): void } {
  const state = { level: rank(o.level ?? 'info') };
  const write = o.write ?? toStderr;
  const make = (fields: LogFields): Logger => {
    const log =
      (level: LogLevel) =>
      (message: string | (() => string), extra?: LogFields): void => {
        if (rank(level) < state.level) return;
        const text = typeof message === 'function' ? message() : message;
        write({ level, time: Date.now(), message: text, fields: extra === undefined ? fields : { ...fields, ...extra } });
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
      withContext: (ctx) => (o.fromContext === undefined ? make(fields) : make({ ...fields, ...o.fromContext(ctx) })),
    };
  };
  return Object.assign(make(o.fields ?? {}), {
    setLevel: (level: LogLevel) => {
      state.level = rank(level);
    },
  });
}

function rank(level: LogLevel): number {
  const i = LogLevels.indexOf(level);
  if (i < 0) throw new RangeError(`log level: got ${String(level)}, wanted one of ${LogLevels.join(', ')}`);
  return i;
}

function toStderr(r: LogRecord): void {
  process.stderr.write(formatRecord(r) + '\n');
}

/** `2026-01-02T03:04:05.678Z [Info] message key=value`. Line breaks inside values are escaped, so that one record is one line. */
export function formatRecord(r: LogRecord): string {
  let line = `${new Date(r.time).toISOString()} [${r.level[0]!.toUpperCase()}${r.level.slice(1)}] ${oneLine(r.message)}`;
  for (const [k, v] of Object.entries(r.fields)) line += ` ${k}=${oneLine(fieldText(v))}`;
  return line;
}

function fieldText(v: unknown): string {
  if (v instanceof Error) return v.stack ?? v.message;
  if (typeof v === 'string') return v;
  if (typeof v === 'object' && v !== null) {
    try {
      return JSON.stringify(v, (_k, x: unknown) => (typeof x === 'bigint' ? `${x}n` : x));
    } catch {
      return Object.prototype.toString.call(v);
    }
  }
  return String(v);
}

function oneLine(s: string): string {
  return s.replaceAll('\r', '\\r').replaceAll('\n', '\\n');
}

const slot = Symbol.for('cloudwego.logger.default');

/** The process's logger, used by everything that was given none. */
export function defaultLogger(): Logger {
  const g = globalThis as unknown as Record<symbol, Logger | undefined>;
  return (g[slot] ??= createLogger({ level: envLevel() }));
}

/** Replaces the process's logger. */
export function setDefaultLogger(l: Logger): void {
  (globalThis as unknown as Record<symbol, Logger>)[slot] = l;
}

function envLevel(): LogLevel {
  const v = process.env['CLOUDWEGO_LOG_LEVEL'];
  return v !== undefined && (LogLevels as readonly string[]).includes(v) ? (v as LogLevel) : 'info';
}
