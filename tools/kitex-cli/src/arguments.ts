// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';
import type { KitexOptions } from './generate.js';

/** The command line, or the options of `generate()`, make no sense. The message says what was wrong and what is allowed. */
export class UsageError extends CloudWeGoError {
  static override readonly type: string = 'kitex-cli/UsageError';
  readonly code = 'KITEX_CLI_USAGE';
}

/** What a command line asks for. */
export type Command = { readonly kind: 'version' } | { readonly kind: 'help' } | { readonly kind: 'generate'; readonly options: KitexOptions; readonly watch: boolean; readonly verbose: boolean };

const TAKES_VALUE: ReadonlySet<string> = new Set(['module', 'service', 'use', 'gen-path', 'type', 'I', 'i64']);
const SWITCHES: ReadonlySet<string> = new Set(['copy-idl', 'no-recurse', 'version', 'watch', 'help', 'h', 'keep-unknown-fields', 'v', 'verbose']);

/** Flags of the Go tool that mean nothing here, each with what takes its place. */
const REFUSED: Readonly<Record<string, string>> = {
  'combine-service': 'register several services on one server instead: createServer().register(A, a).register(B, b)',
  tpl: 'every service of the IDL gets its handler already; there is no other template',
  'template-dir': 'write the files you want once: the scaffold is never overwritten',
  'template-extension': 'use suites and middlewares, which need no generated code',
  streamx: 'streams have one API here, and need no flag',
  invoker: 'call a server in its own process over a memory network, see @cloudwego/netpoll/memory',
  thrift: 'use -i64 and -keep-unknown-fields; the other options of thriftgo shape Go code',
  'thrift-plugin': 'use the plugins of @cloudwego/pilota-build',
  'thrift-plugin-time-limit': 'use the plugins of @cloudwego/pilota-build',
  'no-fast-api': 'generated code has one codec here',
  'deep-copy-api': 'use structuredClone() on the plain values',
  'frugal-pretouch': 'nothing is compiled at run time here',
  'frugal-struct': 'nothing is compiled at run time here',
  protocol: 'Hessian2 is not supported; use Thrift or Protobuf',
  hessian2: 'Hessian2 is not supported; use Thrift or Protobuf',
  'handler-return-keep-resp': 'a handler either returns or throws in TypeScript',
  record: 'put the command into the scripts of package.json',
  'no-dependency-check': 'dependencies are added to package.json when they are missing, and never changed',
  'compiler-path': 'the compiler is part of this tool',
  'local-thriftgo': 'the compiler is part of this tool',
  protobuf: 'options of protoc do not apply: the compiler is part of this tool',
  'protobuf-plugin': 'plugins of protoc do not apply: the compiler is part of this tool',
  'gen-frugal': 'nothing is compiled at run time here',
};

/** What `kitex -help` prints. */
export const USAGE: string = `usage: kitex [flags] FILE.thrift

  -module NAME      name of the package; must be that of an existing package.json, is used for a new one
  -service NAME     name of the server: writes main.ts, handler.ts and what they need, beside kitex_gen; existing files are left alone
  -use PATH         generate no kitex_gen, import it from PATH; needs -service
  -gen-path DIR     where generated code goes (default kitex_gen)
  -type thrift      kind of IDL (default: by the file's suffix)
  -I PATH           where includes are looked for, after the folder of the including file; repeatable; a folder, or a git URL with an optional @branch
  -copy-idl         copy the IDL files beside the generated code
  -no-recurse       generate the given file only, not what it includes
  -i64 KIND         i64 as bigint (default), number or string
  -keep-unknown-fields  keep fields that the IDL does not know, and send them on
  -watch            generate again whenever an IDL file changes
  -version          print the version
`;

/** Reads a command line. One or two dashes, `-flag value` or `-flag=value`. Errors: {@link UsageError}. */
export function parseArguments(args: readonly string[]): Command {
  const values = new Map<string, string[]>();
  const files: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    if (!word.startsWith('-') || word === '-') {
      files.push(word);
      continue;
    }
    const m = /^--?([^=]+)(?:=([\s\S]*))?$/.exec(word);
    const name = m?.[1] ?? '';
    const instead = Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined;
    if (instead !== undefined) throw new UsageError(`-${name} is not supported: ${instead}`);
    if (TAKES_VALUE.has(name)) {
      const value = m?.[2] ?? args[++i];
      if (value === undefined) throw new UsageError(`-${name} needs a value`);
      (values.get(name) ?? values.set(name, []).get(name)!).push(value);
    } else if (SWITCHES.has(name)) {
      const value = m?.[2] ?? 'true';
      if (value !== 'true' && value !== 'false') throw new UsageError(`-${name}: got "${value}", wanted true or false`);
      if (value === 'true') values.set(name, ['true']);
    } else {
      throw new UsageError(`unknown flag ${word}, see kitex -help`);
    }
  }
  if (values.has('help') || values.has('h')) return { kind: 'help' };
  if (values.has('version')) return { kind: 'version' };
  if (files.length !== 1) throw new UsageError(`got ${files.length === 0 ? 'no IDL file' : `${files.length} files`}, wanted exactly one; flags stand before it`);
  const one = (name: string): string | undefined => values.get(name)?.at(-1);
  return {
    kind: 'generate',
    watch: values.has('watch'),
    verbose: values.has('v') || values.has('verbose'),
    options: {
      idl: files[0]!,
      module: one('module'),
      service: one('service'),
      use: one('use'),
      genPath: one('gen-path'),
      type: one('type') as 'thrift' | undefined,
      include: values.get('I'),
      copyIdl: values.has('copy-idl'),
      noRecurse: values.has('no-recurse'),
      i64: one('i64') as 'bigint' | undefined,
      keepUnknownFields: values.has('keep-unknown-fields'),
    },
  };
}
