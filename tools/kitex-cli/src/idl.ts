// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { allFunctions, formatDiagnostic, generateProto, generateThrift, loadProto, loadThrift, namespacePath, protoNamespace, trimThrift } from '@cloudwego/pilota-build';
import type { GeneratedFile, GenerateOptions, ProtoService, ResolvedService, TrimOptions } from '@cloudwego/pilota-build';

/** A method, as far as the scaffold needs it. */
export interface IdlMethod {
  readonly name: string;
  /** Names of the arguments; of none where requests come as a stream. */
  readonly args: readonly string[];
  /** Whether requests, and whether responses, come as a stream. */
  readonly requests: boolean;
  readonly responses: boolean;
}

/** A service of the root IDL. */
export interface IdlService {
  readonly name: string;
  /** Those that are generated. */
  readonly methods: readonly IdlMethod[];
  /** Names of all methods, those that are left out too. */
  readonly all: readonly string[];
}

/** A program of either family. */
export interface Idl {
  /** Folder of the root file's code. */
  readonly namespace: string;
  /** What is generated from, as text. */
  readonly files: readonly { readonly path: string; readonly namespace: string; readonly root: boolean; readonly text: string }[];
  /** Files that were read from somewhere. */
  readonly sources: readonly string[];
  readonly services: readonly IdlService[];
  /** Ready to print. */
  readonly warnings: readonly string[];
  generate(o: GenerateOptions): readonly GeneratedFile[];
}

/** Loads an IDL with everything it needs. Errors: IdlError. */
export function loadIdl(type: 'thrift' | 'protobuf', path: string, includeDirs: readonly string[], trim: Omit<TrimOptions, 'includeDirs'> | undefined): Idl {
  return type === 'thrift' ? thrift(path, includeDirs, trim) : proto(path, includeDirs);
}

function thrift(path: string, includeDirs: readonly string[], trim: Omit<TrimOptions, 'includeDirs'> | undefined): Idl {
  const whole = loadThrift(path, { includeDirs });
  const trimmed = trim === undefined ? undefined : trimThrift(whole, { ...trim, includeDirs });
  const program = trimmed?.program ?? whole;
  return {
    namespace: namespacePath(program.root),
    files: program.files.map((f) => ({ path: f.path, namespace: namespacePath(f), root: f === program.root, text: f.source.text })),
    sources: whole.files.map((f) => f.path),
    services: program.root.definitions.filter((d) => d.kind === 'service').map(thriftService),
    warnings: [...whole.warnings.map(formatDiagnostic), ...(trimmed?.unmatched ?? []).map((m) => `-method ${m}: no method fits`)],
    generate: (o) => generateThrift(program, o),
  };
}

function thriftService(s: ResolvedService): IdlService {
  const all = allFunctions(s);
  return {
    name: s.name,
    all: all.map((f) => f.name),
    methods: all
      .filter((f) => !f.name.startsWith('_'))
      .map((f) => ({
        name: f.name,
        args: f.args.map((a) => a.name),
        requests: f.streaming === 'client' || f.streaming === 'bidirectional',
        responses: f.streaming === 'server' || f.streaming === 'bidirectional',
      })),
  };
}

function proto(path: string, includeDirs: readonly string[]): Idl {
  const program = loadProto(path, { includeDirs });
  // Those that come along with the compiler lie nowhere.
  const own = program.files.filter((f) => f.source.path !== f.path || f === program.root || !f.path.startsWith('google/protobuf/'));
  return {
    namespace: protoNamespace(program.root),
    files: own.map((f) => ({ path: f.source.path, namespace: protoNamespace(f), root: f === program.root, text: f.source.text })),
    sources: own.map((f) => f.source.path),
    services: program.root.services.map(protoService),
    warnings: [],
    generate: (o) => generateProto(program, o),
  };
}

function protoService(s: ProtoService): IdlService {
  return {
    name: s.name,
    all: s.methods.map((m) => m.name),
    methods: s.methods.map((m) => ({ name: m.name, args: ['req'], requests: m.clientStreaming, responses: m.serverStreaming })),
  };
}
