// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { optionTable, record, text } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';
import type { DescriptorProvider, ProtoDescriptor } from '@cloudwego/pilota/descriptor';
import { fileDescriptorSet } from '../protobuf/descriptor.js';
import { loadProto, loadProtoText } from '../protobuf/loader.js';
import type { ProtoProgram } from '../protobuf/model.js';
import { WELL_KNOWN } from '../protobuf/well-known.js';
import { sourceProvider, sourceTable } from './source.js';
import type { WatchOptions } from './source.js';
import { namesIn, WatchedProvider } from './watch.js';

/** Options of {@link protoFromFile} and {@link protoFromFolder}. */
export interface ProtoSourceOptions extends WatchOptions {
  /** Where imports are looked for before the folder of the root file. @defaultValue [] */
  readonly includeDirs?: readonly string[] | undefined;
}

/** Options of {@link protoFromText}. */
export interface ProtoTextOptions {
  /** Name of the text, in messages. @defaultValue 'idl.proto' */
  readonly path?: string | undefined;
  /** What it imports: texts by path. google/protobuf/*.proto come along. @defaultValue {} */
  readonly files?: Readonly<Record<string, string>> | undefined;
}

const textTable: OptionTable<ProtoTextOptions> = optionTable<ProtoTextOptions>({
  path: text({ default: 'idl.proto' }),
  files: record(text({ empty: true }), { default: {} }),
});

const EXTENSION = '.proto';

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
    const imports = namesIn(folder, EXTENSION).map((n) => `import "${n.replaceAll(/["\\]/g, '\\$&')}";`);
    return loadProtoText(`syntax = "proto3";\n${imports.join('\n')}`, join(folder, '*.proto'), { includeDirs: [...o.includeDirs!, folder] });
  });
}

function fromProgram(options: ProtoSourceOptions, folder: string | undefined, load: (o: ProtoSourceOptions) => ProtoProgram): DescriptorProvider<ProtoDescriptor> {
  const o = sourceTable.resolve(options, folder === undefined ? 'protoFromFile' : 'protoFromFolder');
  return sourceProvider(o, folder === undefined ? undefined : { path: folder, extension: EXTENSION }, () => {
    const p = load(o);
    // Those that come along lie nowhere, and the root of a folder neither.
    return { edition: describe(p), files: p.files.filter((f) => (folder === undefined || f !== p.root) && !(f.source.path === f.path && Object.hasOwn(WELL_KNOWN, f.path))).map((f) => f.source.path) };
  });
}
