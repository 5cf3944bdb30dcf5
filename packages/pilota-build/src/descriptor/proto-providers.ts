// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bool, func, int, list, optionTable, record, text } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';
import { fixedProvider } from '@cloudwego/pilota/descriptor';
import type { DescriptorProvider, ProtoDescriptor } from '@cloudwego/pilota/descriptor';
import { fileDescriptorSet } from '../protobuf/descriptor.js';
import { loadProto, loadProtoText } from '../protobuf/loader.js';
import type { ProtoProgram } from '../protobuf/model.js';
import { WELL_KNOWN } from '../protobuf/well-known.js';
import { WatchedProvider } from './watch.js';

/** Options of {@link protoFromFile} and {@link protoFromFolder}. */
export interface ProtoSourceOptions {
  /** Where imports are looked for before the folder of the root file. @defaultValue [] */
  readonly includeDirs?: readonly string[] | undefined;
  /** Reads again when a file of the IDL changes, appears or goes. @defaultValue false */
  readonly watch?: boolean | undefined;
  /** How often watched files are looked at, beside what the system reports of them. Unit ms. @defaultValue 1000 */
  readonly pollMs?: number | undefined;
  /** Told of a change that is no valid IDL; the edition before stays in use. @defaultValue nobody is */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** Options of {@link protoFromText}. */
export interface ProtoTextOptions {
  /** Name of the text, in messages. @defaultValue 'idl.proto' */
  readonly path?: string | undefined;
  /** What it imports: texts by path. google/protobuf/*.proto come along. @defaultValue {} */
  readonly files?: Readonly<Record<string, string>> | undefined;
}

const sourceTable: OptionTable<ProtoSourceOptions> = optionTable<ProtoSourceOptions>({
  includeDirs: list(text(), { default: [] }),
  watch: bool({ default: false }),
  pollMs: int({ min: 10, default: 1000, unit: 'ms' }),
  onError: func<(error: Error) => void>(),
});

const textTable: OptionTable<ProtoTextOptions> = optionTable<ProtoTextOptions>({
  path: text({ default: 'idl.proto' }),
  files: record(text({ empty: true }), { default: {} }),
});

function describe(p: ProtoProgram): ProtoDescriptor {
  return { family: 'protobuf', set: fileDescriptorSet(p), root: p.root.path };
}

/**
 * A provider of a text. `update(text, files?)` gives it another edition.
 * Errors: {@link IdlError}, also from `update`, which then changes nothing; OptionError.
 */
export function protoFromText(source: string, options: ProtoTextOptions = {}): DescriptorProvider<ProtoDescriptor> & { update(source: string, files?: Readonly<Record<string, string>>): void } {
  const o = textTable.resolve(options, 'protoFromText');
  const build = (t: string, files: Readonly<Record<string, string>>): ProtoDescriptor => describe(loadProtoText(t, o.path, { readFile: (p) => (Object.hasOwn(files, p) ? files[p] : undefined) }));
  const provider = new WatchedProvider(build(source, o.files!));
  return Object.assign(provider, {
    update: (t: string, files: Readonly<Record<string, string>> = o.files!) => {
      provider.publish(build(t, files));
    },
  });
}

/**
 * A provider of a file and what it imports.
 * Errors: {@link IdlError}; OptionError. Later ones, of watched files, go to `onError`.
 */
export function protoFromFile(path: string, options: ProtoSourceOptions = {}): DescriptorProvider<ProtoDescriptor> {
  return fromProgram(options, undefined, (o) => loadProto(path, { includeDirs: o.includeDirs! }));
}

/**
 * A provider of all files of a folder that end in `.proto` (not of the folders inside it). The root file is one that imports them all and has no service: name
 * the service that is meant.
 * Errors: as of {@link protoFromFile}; also where two files declare one name.
 */
export function protoFromFolder(folder: string, options: ProtoSourceOptions = {}): DescriptorProvider<ProtoDescriptor> {
  return fromProgram(options, folder, (o) => {
    const names = readdirSync(folder).filter((n) => n.endsWith('.proto'));
    const imports = names.toSorted().map((n) => `import "${n.replaceAll(/["\\]/g, '\\$&')}";`);
    return loadProtoText(`syntax = "proto3";\n${imports.join('\n')}`, join(folder, '*.proto'), { includeDirs: [...o.includeDirs!, folder] });
  });
}

function fromProgram(options: ProtoSourceOptions, folder: string | undefined, load: (o: ProtoSourceOptions) => ProtoProgram): DescriptorProvider<ProtoDescriptor> {
  const o = sourceTable.resolve(options, folder === undefined ? 'protoFromFile' : 'protoFromFolder');
  const build = (): { edition: ProtoDescriptor; files: readonly string[] } => {
    const p = load(o);
    // Those that come along lie nowhere, and the root of a folder neither.
    return { edition: describe(p), files: p.files.filter((f) => (folder === undefined || f !== p.root) && !(f.source.path === f.path && Object.hasOwn(WELL_KNOWN, f.path))).map((f) => f.source.path) };
  };
  const first = build();
  if (o.watch !== true) return fixedProvider(first.edition);
  return new WatchedProvider(first.edition, { build, files: first.files, folder, extension: '.proto', pollMs: o.pollMs!, onError: o.onError });
}
