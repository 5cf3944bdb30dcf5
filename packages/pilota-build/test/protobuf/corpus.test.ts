// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { fileDescriptorSet, generateProto, loadProto, loadProtoText } from '@cloudwego/pilota-build';
import type { ProtoFile, ProtoMessage } from '@cloudwego/pilota-build';
import { fromJson, toJson } from '@cloudwego/pilota/protobuf';
import type { AnyMessageCodec } from '@cloudwego/pilota/protobuf';
import protobufjs from 'protobufjs';
import { afterAll, expect, test } from 'vitest';
import { cleanUp, typeCheck, write } from '../generate/load.js';
import { RandomMessages } from './random.js';

afterAll(cleanUp);

/** How many random values of every message make the round trip. */
const VALUES = Number(process.env['PILOTA_CORPUS_VALUES'] ?? 3);
const require = createRequire(import.meta.url);

interface Listed {
  readonly version: string;
  /** By path: 'ok', or why it is no program. */
  readonly files: Readonly<Record<string, string>>;
}

const listed = JSON.parse(readFileSync(join(import.meta.dirname, 'corpus.json'), 'utf8')) as Listed;
const base = join(dirname(require.resolve('google-gax')), '../protos');

/** The files of google-gax, which are those of googleapis-common-protos and more, and why some are refused. */
function verdicts(): Record<string, string> {
  const out: Record<string, string> = {};
  for (const path of (readdirSync(base, { recursive: true }) as string[]).filter((p) => p.endsWith('.proto')).toSorted()) {
    try {
      loadProto(join(base, path), { includeDirs: [base] });
      out[path] = 'ok';
    } catch (e) {
      out[path] = /error: (.*)/.exec((e as Error).message)![1]!.replaceAll(`${base}/`, '').replaceAll(base, '');
    }
  }
  return out;
}

function messages(f: Pick<ProtoFile, 'messages'>): ProtoMessage[] {
  return f.messages.filter((m) => !m.mapEntry).flatMap((m) => [m, ...messages(m)]);
}

test('every file of the corpus is taken, or refused with the listed reason', () => {
  expect(verdicts()).toEqual(listed.files);
});

test('what is taken generates, type-checks under the strictest options and gives random values back, in bytes and JSON', async () => {
  // Files of tests declare one name several times, or import by the folder that they lie in.
  const paths = Object.entries(listed.files).flatMap(([p, v]) => (v === 'ok' && !/test_protos|late_loaded|sample_messages|\/json\/|compiler\/ruby/.test(p) ? [p] : []));
  const program = loadProtoText(`syntax = "proto3"; package corpus; ${paths.map((p) => `import "${p}";`).join('\n')}`, 'corpus.proto', { includeDirs: [base] });
  const files = generateProto(program);
  const folder = write(files);
  expect(typeCheck(folder, files.map((f) => f.path)).errors).toEqual([]);

  const codecs = new Map<string, AnyMessageCodec>();
  for (const f of files) {
    if (f.path.endsWith('/index.ts')) continue;
    const module = (await import(pathToFileURL(join(folder, f.path)).href)) as Record<string, Partial<AnyMessageCodec>>;
    for (const v of Object.values(module)) if (v.message !== undefined) codecs.set(v.message.name, v as AnyMessageCodec);
  }
  const random = new RandomMessages(7);
  let count = 0;
  const w = new ByteWriter(1 << 16);
  for (const m of program.files.flatMap((f) => messages(f))) {
    const codec = codecs.get(m.fullName)!;
    for (let i = 0; i < VALUES; i++) {
      const value = random.message(m);
      w.reset();
      codec.encode(w, value);
      expect(codec.decode(ByteReader.from(w.toBytes())), m.fullName).toEqual(value);
      // Well-known types have limits of their own in JSON.
      if (!uses(m)) expect(fromJson(codec, toJson(codec, value)), `${m.fullName} as JSON`).toEqual(value);
      count++;
    }
  }
  expect(count).toBeGreaterThan(500 * VALUES);
});

/** Whether a message holds a type whose JSON is its own. */
function uses(m: ProtoMessage, seen = new Set<ProtoMessage>()): boolean {
  if (seen.has(m)) return false;
  seen.add(m);
  if (m.fullName.startsWith('google.protobuf.') && !m.mapEntry) return true;
  return m.fields.some((f) => f.type.kind === 'message' && uses(f.type.decl, seen));
}

test('protobufjs finds the same messages, fields and numbers', () => {
  const program = loadProto(join(base, 'google/monitoring/v3/metric_service.proto'), { includeDirs: [base] });
  const root = new protobufjs.Root();
  root.resolvePath = (_, target) => join(base, target);
  root.loadSync('google/monitoring/v3/metric_service.proto', { keepCase: true }).resolveAll();
  // It has google/protobuf/*.proto of its own, with other names.
  for (const m of program.files.filter((f) => f.package !== 'google.protobuf').flatMap((f) => messages(f))) {
    const type = root.lookupType(m.fullName);
    // Extensions lie with the fields there.
    expect(type.fieldsArray.filter((f) => !f.name.startsWith('.')).map((f) => [f.name, f.id, f.repeated]).toSorted(), m.fullName).toEqual(m.fields.map((f) => [f.name, f.number, f.presence === 'repeated']).toSorted());
  }
  expect(fileDescriptorSet(program).length).toBeGreaterThan(10_000);
});
