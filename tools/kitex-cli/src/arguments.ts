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
export type Command = { readonly kind: 'version' } | { readonly kind: 'help' } | { readonly kind: 'generate'; readonly options: KitexOptions; readonly plugins: readonly string[]; readonly watch: boolean; readonly verbose: boolean };

const TAKES_VALUE: ReadonlySet<string> = new Set(['module', 'service', 'use', 'gen-path', 'type', 'I', 'i64', 'method', 'preserve', 'thrift-plugin']);
const SWITCHES: ReadonlySet<string> = new Set(['copy-idl', 'no-recurse', 'version', 'watch', 'help', 'h', 'keep-unknown-fields', 'descriptors', 'trim', 'no-preserve', 'v', 'verbose']);

/**
 * Flags of the Go tool (v0.16.3, tool/cmd/kitex/args/args.go) that mean nothing here, each with what takes its place. Anything that the Go tool takes and
 * that is neither here nor above is a mistake; a test compares the lists.
 */
export const REFUSED: Readonly<Record<string, string>> = {
  'combine-service': 'register several services on one server instead: createServer().register(A, a).register(B, b)',
  tpl: 'leave it out: every service of the IDL gets a handler file of its own, and one main.ts registers them all',
  'template-dir': 'use generate() of @cloudwego/kitex-cli and write further files beside it; the scaffold is never overwritten',
  'template-extension': 'use suites and middlewares of @cloudwego/kitex, which need no generated code',
  streamx: 'leave it out: streams have one API here',
  invoker: 'use a client of the address that server.start() gives, which works in the same process too',
  thrift: 'use -i64, -keep-unknown-fields, -descriptors and -trim; the other options of thriftgo shape Go code',
  'thrift-plugin-time-limit': 'leave it out: plugins are modules that run in this process',
  'no-fast-api': 'leave it out: generated code has one codec here',
  'deep-copy-api': 'use clone() of @cloudwego/pilota/thrift, which takes any generated type',
  'frugal-pretouch': 'leave it out: nothing is compiled at run time here',
  'frugal-struct': 'leave it out: nothing is compiled at run time here',
  'gen-frugal': 'leave it out: nothing is compiled at run time here',
  protocol: 'use -type thrift: Hessian2 is not supported',
  hessian2: 'use -type thrift: Hessian2 is not supported',
  'handler-return-keep-resp': 'use a union or an optional field in the result: a handler either returns or throws in TypeScript',
  record: 'put the command into the scripts of package.json, where "npm run" finds it',
  'no-dependency-check': 'leave it out: dependencies are added to package.json when they are missing, and never changed',
  'compiler-path': 'leave it out: the compiler is part of this tool',
  'local-thriftgo': 'leave it out: the compiler is part of this tool',
  protobuf: 'leave it out: the compiler is part of this tool, options of protoc do not apply',
  'protobuf-plugin': 'use the plugin with protoc itself: the compiler is part of this tool, plugins of protoc do not apply',
};

/** What `kitex -help` prints. */
export const USAGE: string = `usage: kitex [flags] FILE.thrift|FILE.proto

  -module NAME      name of the package; must be that of an existing package.json, is used for a new one
  -service NAME     name of the server: writes main.ts, handler.ts and what they need, beside kitex_gen; existing files are left alone
  -use PATH         generate no kitex_gen, import it from PATH; needs -service
  -gen-path DIR     where generated code goes (default kitex_gen)
  -type KIND        kind of IDL: thrift or protobuf (default: by the file's suffix)
  -I PATH           where includes are looked for, after the folder of the including file; repeatable; a folder, or a git URL with an optional @branch
  -copy-idl         copy the IDL files beside the generated code
  -no-recurse       generate the given file only, not what it includes
  -i64 KIND         i64 as bigint (default), number or string
  -keep-unknown-fields  keep fields that the IDL does not know, and send them on
  -descriptors      services have the descriptor of their IDL, for dynamic values and generic calls
  -trim             generate only what the services of the file need, constants, enums and typedefs, and structs with @preserve in the comment before them
  -method PATTERN   keep only methods that fit, "Service.Method" or a regular expression; repeatable; implies -trim
  -preserve STRUCT  keep this struct when trimming; repeatable
  -no-preserve      do not look for @preserve
  -thrift-plugin FILE  an ES module whose default export is a plugin of @cloudwego/pilota-build, or a list of them; repeatable
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
    plugins: values.get('thrift-plugin') ?? [],
    options: {
      idl: files[0]!,
      module: one('module'),
      service: one('service'),
      use: one('use'),
      genPath: one('gen-path'),
      type: one('type') as 'thrift' | 'protobuf' | undefined,
      include: values.get('I'),
      copyIdl: values.has('copy-idl'),
      noRecurse: values.has('no-recurse'),
      i64: one('i64') as 'bigint' | undefined,
      keepUnknownFields: values.has('keep-unknown-fields'),
      descriptors: values.has('descriptors'),
      trim: values.has('trim') || values.has('method') ? { methods: values.get('method'), preserve: !values.has('no-preserve'), preserveStructs: values.get('preserve') } : undefined,
    },
  };
}
