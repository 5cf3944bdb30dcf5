// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { BizStatusError } from '@cloudwego/kitex';
import { GenericException } from '@cloudwego/kitex/generic';
import { IdlError } from '@cloudwego/pilota-build';
import { OptionError } from '@cloudwego/gopkg/errors';
import { DynamicError } from '@cloudwego/pilota/dynamic';
import { parse, stringify } from '@cloudwego/sonic';
import { parseArguments, USAGE, UsageError } from './arguments.js';
import type { CallCommand } from './arguments.js';
import { callOptions, prepare } from './call.js';
import type { Prepared } from './call.js';
import { indented, jsonValues } from './json.js';

/** Where the command reads and writes; the process's own streams unless told otherwise. */
export interface Terminal {
  readonly input: AsyncIterable<string>;
  out(text: string): void;
  error(text: string): void;
  /** Whether errors may have colours. */
  readonly colours: boolean;
}

const own: Terminal = {
  get input() {
    return process.stdin.setEncoding('utf8') as AsyncIterable<string>;
  },
  out: (t) => void process.stdout.write(t),
  error: (t) => void process.stderr.write(t),
  colours: process.stderr.isTTY && process.env['NO_COLOR'] === undefined,
};

/**
 * Runs a command line and gives the exit status: 0, also for a business error, which is an answer; 1 for everything that failed.
 * Source: kitex-contrib/kitexcall v0.1.1.
 */
export async function main(args: readonly string[], t: Terminal = own): Promise<number> {
  try {
    const c = parseArguments(args);
    if (c.kind === 'help') t.out(USAGE);
    else if (c.kind === 'version') t.out(`kitexcall ${(parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version}\n`);
    else return await run(c, t);
    return 0;
  } catch (e) {
    return failed(e, t);
  }
}

async function run(c: CallCommand, t: Terminal): Promise<number> {
  const p = prepare(c);
  if (c.verbose) t.error(`[Call]: ${p.service}/${c.method} (${p.kind}) over ${p.transport} at ${c.endpoints.join(', ')}\n`);
  try {
    let status = 0;
    if (p.kind === 'client' || p.kind === 'bidi') status = await one(c, p, requests(c, t), t);
    // One call for each value, also behind one that failed.
    else for await (const request of requests(c, t)) status = Math.max(status, await one(c, p, request, t));
    return status;
  } finally {
    await p.client.close();
  }
}

async function* requests(c: CallCommand, t: Terminal): AsyncGenerator<string> {
  const text = c.data !== undefined && c.data !== '-' ? (c.data.startsWith('@') ? fileText(c.data.slice(1)) : c.data) : c.data === undefined && c.file !== undefined ? fileText(c.file) : undefined;
  if (text?.trim() === '') yield '{}';
  else yield* jsonValues(text === undefined ? t.input : [text]);
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (e) {
    throw new UsageError(`cannot read ${path}: ${(e as Error).message}`, { cause: e });
  }
}

async function one(c: CallCommand, p: Prepared, request: string | AsyncIterable<string>, t: Terminal): Promise<number> {
  const backward = new Map<string, string>();
  const o = callOptions(c, (values) => {
    for (const [k, v] of values) backward.set(k, v);
  });
  const print = (answer: unknown): void => {
    const text = p.text(answer);
    if (text !== undefined) t.out(`${c.compact ? text : indented(text)}\n`);
  };
  try {
    if (p.kind === 'unary' || p.kind === 'oneway') print(await p.client.genericCall(c.method, request, o));
    else if (p.kind === 'client') print(await p.client.clientStreaming(c.method, request as AsyncIterable<string>, o));
    else for await (const m of p.kind === 'server' ? p.client.serverStreaming(c.method, request, o) : p.client.bidiStreaming(c.method, request as AsyncIterable<string>, o)) print(m);
    if (!c.quiet) t.error(`${paint(t, 32, '[Status]: Success')}\n`);
    return 0;
  } catch (e) {
    return failed(e, t);
  } finally {
    for (const [k, v] of backward) t.error(`[MetaBackward]: ${k}=${v}\n`);
  }
}

function failed(e: unknown, t: Terminal): number {
  if (e instanceof BizStatusError) {
    t.error(`${paint(t, 31, '[Status]: Failed')}\n[BizStatusError]: BizStatusCode=${e.statusCode}, BizMessage=${e.bizMessage}, BizExtra=${stringify(e.extra ?? {})}\n`);
    return 0;
  }
  const kind = e instanceof UsageError ? 'ArgParseError' : ofClient(e) || (e instanceof Error && ofClient(e.cause)) ? 'ClientError' : 'ServerError';
  t.error(`${paint(t, 31, '[Status]: Failed')}\n[${kind}]: ${textOf(e)}\n`);
  return 1;
}

/** Nothing was sent. */
function ofClient(e: unknown): boolean {
  return e instanceof IdlError || e instanceof OptionError || e instanceof DynamicError;
}

function textOf(e: unknown): string {
  if (e instanceof GenericException) return `${e.field} ${String(e.value)}`;
  if (!(e instanceof Error)) return String(e);
  return ofClient(e.cause) ? (e.cause as Error).message : e.message;
}

function paint(t: Terminal, colour: number, text: string): string {
  return t.colours ? `\x1b[${colour}m${text}\x1b[0m` : text;
}
