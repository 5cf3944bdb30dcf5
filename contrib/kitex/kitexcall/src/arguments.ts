// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** The command line makes no sense. The message says what was wrong and what is allowed. */
export class UsageError extends CloudWeGoError {
  static override readonly type: string = 'kitexcall/UsageError';
  readonly code = 'KITEXCALL_USAGE';
}

export type Transport = 'buffered' | 'framed' | 'ttheader' | 'ttheader-framed' | 'ttheader-streaming' | 'grpc';

/** One call, or one for each JSON value, as the command line asks for it. */
export interface CallCommand {
  readonly kind: 'call';
  readonly idlType: 'thrift' | 'protobuf';
  readonly idlPath: string;
  readonly includePaths: readonly string[];
  readonly service: string | undefined;
  readonly method: string;
  /** Undefined: `file`, else standard input. */
  readonly data: string | undefined;
  readonly file: string | undefined;
  readonly endpoints: readonly string[];
  readonly transport: Transport | undefined;
  readonly bizError: boolean;
  readonly meta: Readonly<Record<string, string>>;
  readonly metaPersistent: Readonly<Record<string, string>>;
  readonly metaBackward: boolean;
  readonly timeoutMs: number | undefined;
  readonly connectTimeoutMs: number | undefined;
  readonly compact: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

export type Command = CallCommand | { readonly kind: 'help' } | { readonly kind: 'version' };

/** What `kitexcall -help` prints. */
export const USAGE = `usage: kitexcall -idl-path FILE -method [SERVICE/]METHOD -endpoint HOST:PORT [flags]

Calls a Kitex service with JSON. Answers go to standard output, everything else to standard error.

  -idl-path, -p FILE      the IDL, .thrift or .proto
  -type, -t KIND          thrift or protobuf, where the name of the file does not say it
  -include-path PATH      where includes are looked for; may be given several times
  -method, -m NAME        METHOD or SERVICE/METHOD
  -data, -d JSON          the request; @FILE reads a file, - standard input
  -file, -f FILE          the request from a file
                          without both: standard input, with as many JSON values as are to be sent
  -endpoint, -e ADDRESS   host:port or unix:/path; may be given several times
  -transport KIND         buffered, framed, TTHeader, TTHeaderFramed, gRPC, TTHeaderStreaming
                          (default: buffered for Thrift, TTHeaderFramed for Protobuf, gRPC for streams)
  -biz-error              take business errors: TTHeader, unless a transport that has them is given
  -meta K=V               a value for the next hop, over TTHeader or gRPC; may be given several times
  -meta-persistent K=V    a value for all hops
  -meta-backward          print what the server sends back
  -timeout MS             time for a call (default: 10000; 0: none)
  -connect-timeout MS     time for a connection (default: 1000)
  -streaming              for the original's sake: the IDL says what streams
  -compact                answers on one line
  -quiet, -q              answers and errors only
  -verbose, -v            print what is done
  -version, -help, -h
`;

const SHORT: Readonly<Record<string, string>> = { t: 'type', p: 'idl-path', m: 'method', d: 'data', f: 'file', e: 'endpoint', q: 'quiet', v: 'verbose', h: 'help' };
const VALUES = new Set(['type', 'idl-path', 'include-path', 'method', 'data', 'file', 'endpoint', 'transport', 'meta', 'meta-persistent', 'timeout', 'connect-timeout']);
const SWITCHES = new Set(['biz-error', 'meta-backward', 'streaming', 'compact', 'quiet', 'verbose', 'version', 'help']);
const SEVERAL = new Set(['include-path', 'endpoint', 'meta', 'meta-persistent']);
const TRANSPORTS: Readonly<Record<string, Transport>> = {
  buffered: 'buffered',
  framed: 'framed',
  ttheader: 'ttheader',
  ttheaderframed: 'ttheader-framed',
  ttheaderstreaming: 'ttheader-streaming',
  grpc: 'grpc',
};

/** Errors: {@link UsageError}. */
export function parseArguments(args: readonly string[]): Command {
  const given = new Map<string, string[]>();
  for (let i = 0; i < args.length; i++) {
    const m = /^--?([a-z][a-z-]*)(?:=([^]*))?$/.exec(args[i]!);
    if (m === null) throw new UsageError(`got "${args[i]!}", wanted a flag (see -help)`);
    const name = SHORT[m[1]!] ?? m[1]!;
    if (SWITCHES.has(name)) given.set(name, ['true']);
    else if (VALUES.has(name)) {
      const v = m[2] ?? args[++i];
      if (v === undefined) throw new UsageError(`-${name}: wanted a value behind it`);
      const before = given.get(name) ?? [];
      if (before.length > 0 && !SEVERAL.has(name)) throw new UsageError(`-${name}: given twice`);
      given.set(name, [...before, v]);
    } else throw new UsageError(`got the flag -${m[1]!}, which is none (see -help)`);
  }
  if (given.has('help')) return { kind: 'help' };
  if (given.has('version')) return { kind: 'version' };
  return call(given);
}

function call(given: ReadonlyMap<string, readonly string[]>): CallCommand {
  const one = (name: string): string | undefined => given.get(name)?.[0];
  const needed = (name: string): string => {
    const v = one(name);
    if (v === undefined || v === '') throw new UsageError(`-${name} is missing`);
    return v;
  };
  const idlPath = needed('idl-path');
  const [service, method] = splitMethod(needed('method'));
  needed('endpoint');
  const file = one('file');
  if (file !== undefined && !/\.jsonl?$/.test(file)) throw new UsageError(`-file: got "${file}", wanted a .json or .jsonl file`);
  return {
    kind: 'call',
    idlType: idlType(one('type'), idlPath),
    idlPath,
    includePaths: given.get('include-path') ?? [],
    service,
    method,
    data: one('data'),
    file,
    endpoints: given.get('endpoint')!,
    transport: transport(one('transport')),
    bizError: given.has('biz-error'),
    meta: pairs('meta', given.get('meta')),
    metaPersistent: pairs('meta-persistent', given.get('meta-persistent')),
    metaBackward: given.has('meta-backward'),
    timeoutMs: ms('timeout', one('timeout')),
    connectTimeoutMs: ms('connect-timeout', one('connect-timeout')),
    compact: given.has('compact'),
    quiet: given.has('quiet'),
    verbose: given.has('verbose'),
  };
}

function splitMethod(text: string): readonly [string | undefined, string] {
  const slash = text.lastIndexOf('/');
  const method = text.slice(slash + 1);
  if (method === '' || slash === 0) throw new UsageError(`-method: got "${text}", wanted METHOD or SERVICE/METHOD`);
  return [slash < 0 ? undefined : text.slice(0, slash), method];
}

function idlType(type: string | undefined, path: string): 'thrift' | 'protobuf' {
  if (type === 'thrift' || type === 'protobuf') return type;
  if (type !== undefined) throw new UsageError(`-type: got "${type}", wanted thrift or protobuf`);
  if (path.endsWith('.thrift')) return 'thrift';
  if (path.endsWith('.proto')) return 'protobuf';
  throw new UsageError(`-idl-path: got "${path}", which is neither .thrift nor .proto; say -type`);
}

function transport(text: string | undefined): Transport | undefined {
  if (text === undefined) return undefined;
  const found = TRANSPORTS[text.toLowerCase().replaceAll(/[-_]/g, '')];
  if (found === undefined) throw new UsageError(`-transport: got "${text}", wanted buffered, framed, TTHeader, TTHeaderFramed, gRPC or TTHeaderStreaming`);
  return found;
}

function pairs(name: string, list: readonly string[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(
    list.map((text) => {
      const eq = text.indexOf('=');
      if (eq <= 0) throw new UsageError(`-${name}: got "${text}", wanted KEY=VALUE`);
      return [text.slice(0, eq), text.slice(eq + 1)];
    }),
  );
}

function ms(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`-${name}: got "${text}", wanted milliseconds`);
  return Number(text);
}
