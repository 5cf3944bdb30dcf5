// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { oneOf, optionTable, record, text } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';
import type { DescriptorProvider, ThriftDescriptor } from '@cloudwego/pilota/descriptor';
import { loadThrift, loadThriftText } from '../thrift/loader.js';
import { describeThrift } from './describe.js';
import { sourceProvider, sourceTable } from './source.js';
import type { WatchOptions } from './source.js';
import { namesIn, WatchedProvider } from './watch.js';

/** Options of {@link thriftFromFile} and {@link thriftFromFolder}. */
export interface ThriftSourceOptions extends WatchOptions {
  /** Where includes are looked for after the folder of the including file. @defaultValue [] */
  readonly includeDirs?: readonly string[] | undefined;
}

/** Options of {@link thriftFromText}. */
export interface ThriftTextOptions {
  /** Name of the text, in messages and as the prefix of its names. @defaultValue 'idl.thrift' */
  readonly path?: string | undefined;
  /** What it includes: texts by path. @defaultValue {} */
  readonly files?: Readonly<Record<string, string>> | undefined;
  /** Which services the descriptor has: the root file's, or those of every file. @defaultValue 'root' */
  readonly services?: 'root' | 'all' | undefined;
}

const textTable: OptionTable<ThriftTextOptions> = optionTable<ThriftTextOptions>({
  path: text({ default: 'idl.thrift' }),
  files: record(text({ empty: true }), { default: {} }),
  services: oneOf(['root', 'all'] as const, { default: 'root' }),
});

/**
 * A provider of a text. `update(text, files?)` gives it another edition, as Go's UpdateIDL does.
 * Errors: {@link IdlError}, also from `update`, which then changes nothing; OptionError.
 */
export function thriftFromText(source: string, options: ThriftTextOptions = {}): DescriptorProvider<ThriftDescriptor> & { update(source: string, files?: Readonly<Record<string, string>>): void } {
  const o = textTable.resolve(options, 'thriftFromText');
  const build = (t: string, files: Readonly<Record<string, string>>): ThriftDescriptor =>
    describeThrift(loadThriftText(t, o.path, { readFile: (p) => (Object.hasOwn(files, p) ? files[p] : undefined) }), { services: o.services });
  const provider = new WatchedProvider(build(source, o.files!));
  return Object.assign(provider, {
    update: (t: string, files: Readonly<Record<string, string>> = o.files!) => {
      provider.publish(build(t, files));
    },
  });
}

/**
 * A provider of a file and what it includes.
 * Errors: {@link IdlError}; OptionError. Later ones, of watched files, go to `onError`.
 */
export function thriftFromFile(path: string, options: ThriftSourceOptions = {}): DescriptorProvider<ThriftDescriptor> {
  const o = sourceTable.resolve(options, 'thriftFromFile');
  return sourceProvider(o, undefined, () => {
    const program = loadThrift(path, { includeDirs: o.includeDirs! });
    return { edition: describeThrift(program), files: program.files.map((f) => f.path) };
  });
}

/**
 * A provider of all files of a folder that end in `.thrift` (not of the folders inside it), with the services of every one of them.
 * Errors: as of {@link thriftFromFile}; also where two services have one name.
 */
export function thriftFromFolder(folder: string, options: ThriftSourceOptions = {}): DescriptorProvider<ThriftDescriptor> {
  const o = sourceTable.resolve(options, 'thriftFromFolder');
  const extension = '.thrift';
  return sourceProvider(o, { path: folder, extension }, () => {
    // One root that includes them all: names are resolved once, and a file that several include is read once.
    const root = join(folder, '*.thrift');
    const program = loadThriftText(namesIn(folder, extension).map((n) => `include "${n}"\n`).join(''), root, { includeDirs: o.includeDirs! });
    return { edition: describeThrift(program, { services: 'all' }), files: program.files.filter((f) => f !== program.root).map((f) => f.path) };
  });
}
