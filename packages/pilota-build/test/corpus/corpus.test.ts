// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { generateThrift, IdlError, loadThrift, underlyingType } from '@cloudwego/pilota-build';
import type { Program, ResolvedStruct, ResolvedType } from '@cloudwego/pilota-build';
import type { StructCodec } from '@cloudwego/pilota/codegen/v1';
import { binaryCodec, clone, compactCodec, equals, fromJson, toJson } from '@cloudwego/pilota/thrift';
import { declName, namespacePath } from '../../src/generate/names.js';
import { cleanUp, typeCheck, write } from '../generate/load.js';
import { RandomValues } from '../random.js';

/*
 * Every IDL of two Go modules, where they are in Go's cache (record.mjs says how they get there). What thriftgo refuses is listed with its message
 * and ours. PILOTA_CORPUS_VALUES: how many random values of each struct make the round trip, 10 unless told; from 1000 on all files are tried, else a sixteenth of them.
 */
interface Corpus {
  readonly thriftgo: string;
  readonly modules: readonly { readonly module: string; readonly version: string; readonly files: Readonly<Record<string, 'ok' | { readonly thriftgo: string; readonly ours: string }>> }[];
}

const corpus = JSON.parse(readFileSync(new URL('corpus.json', import.meta.url), 'utf8')) as Corpus;
const cache = process.env['GOMODCACHE'] ?? join(process.env['GOPATH'] ?? join(homedir(), 'go'), 'pkg/mod');
const COUNT = Number(process.env['PILOTA_CORPUS_VALUES'] ?? 10);
const EVERY = COUNT >= 1000;

afterAll(cleanUp);

describe.each(corpus.modules)('$module $version', ({ module, version, files }) => {
  const folder = join(cache, `${module}@${version}`);
  const here = existsSync(folder);
  const good = Object.keys(files).filter((f) => ours(files[f]!) === 'ok');
  const some = EVERY ? good : good.filter((_, i) => i % 16 === 0);

  it(`lists ${Object.keys(files).length} files, of which thriftgo takes none that is refused here`, () => {
    expect(Object.keys(files)).toHaveLength(module.endsWith('thrift') ? 163 : 10);
    for (const [file, said] of Object.entries(files)) if (said !== 'ok') expect(said.thriftgo, file).not.toBe('ok');
  });

  it.skipIf(!here)('what is refused is refused with the message that is listed', () => {
    for (const [file, said] of Object.entries(files)) {
      if (said === 'ok' || said.ours === 'ok') continue;
      expect(refusal(join(folder, file)), file).toBe(said.ours);
    }
  });

  it.skipIf(!here)('everything else type-checks under the strictest options', () => {
    const roots = some.flatMap((file) => {
      const made = generateThrift(loadThrift(join(folder, file)));
      const dir = write(made);
      return made.map((g) => join(dir, g.path));
    });
    expect(typeCheck('/', roots).errors).toEqual([]);
  }, 600_000);

  it.skipIf(!here)(`and gives ${COUNT} random values of each struct back`, async () => {
    for (const file of some) await roundTrips(file, loadThrift(join(folder, file)));
  }, 600_000);
});

function ours(v: 'ok' | { readonly ours: string }): string {
  return v === 'ok' ? 'ok' : v.ours;
}

function refusal(path: string): string {
  try {
    generateThrift(loadThrift(path));
    return 'ok';
  } catch (e) {
    const d = (e as IdlError).diagnostics.find((x) => x.severity === 'error')!;
    return `${d.code}: ${d.message}`;
  }
}

type Codec = StructCodec<unknown>;

async function roundTrips(file: string, program: Program): Promise<void> {
  const dir = write(generateThrift(program));
  const loaded = (await import(pathToFileURL(join(dir, namespacePath(program.root), 'index.ts')).href)) as Record<string, Codec>;
  const values = new RandomValues(file.length);
  for (const d of program.root.definitions) {
    if (d.kind !== 'struct') continue;
    const codec = loaded[declName(d.name)]!;
    const plain = d.structKind !== 'exception' && !holdsExceptions(d, new Set());
    for (let n = 0; n < COUNT; n++) {
      const v = values.struct(d);
      if (v === undefined) continue;
      const sent = bytes(codec, v);
      const got = codec.decode(new ByteReader(sent));
      expect(bytes(codec, got).equals(sent), `${file} ${d.name}`).toBe(true);
      if (plain && n < 3) expect(got, `${file} ${d.name}`).toEqual(v);
      byShape(codec, got, sent, `${file} ${d.name}`);
    }
  }
}

/** The compact protocol, copies and JSON give back what they got. */
function byShape(codec: Codec, v: unknown, sent: Buffer, where: string): void {
  const generic = binaryCodec<unknown, unknown>(codec.shape!);
  expect(bytes(generic, v).equals(sent), `${where}, by its shape`).toBe(true);
  expect(bytes(codec, generic.decode(new ByteReader(sent))).equals(sent), `${where}, read by its shape`).toBe(true);
  const small = compactCodec<unknown, unknown>(codec);
  const copies = [small.decode(new ByteReader(bytes(small, v))), clone<unknown, unknown>(codec, v), fromJson<unknown, unknown>(codec, toJson<unknown, unknown>(codec, v))];
  copies.forEach((copy, i) => {
    expect(bytes(codec, copy).equals(sent) || (i === 2 && equals<unknown, unknown>(codec, copy, v)), `${where}, ${['compact', 'clone', 'JSON'][i]!}`).toBe(true);
    expect(equals<unknown, unknown>(codec, copy, v), `${where}, equals`).toBe(true);
  });
}

function bytes(c: Codec, v: unknown): Buffer {
  const w = new ByteWriter(64);
  c.encode(w, v);
  return Buffer.from(w.toBytes());
}

/** Exceptions arrive as instances of their class, which random values are not. */
function holdsExceptions(s: ResolvedStruct, seen: Set<ResolvedStruct>): boolean {
  if (seen.has(s)) return false;
  seen.add(s);
  return s.structKind === 'exception' || s.fields.some((f) => inType(f.type, seen));
}

function inType(type: ResolvedType, seen: Set<ResolvedStruct>): boolean {
  const t = underlyingType(type);
  if (t.kind === 'struct') return holdsExceptions(t.decl, seen);
  if (t.kind === 'list' || t.kind === 'set') return inType(t.element, seen);
  return t.kind === 'map' && (inType(t.key, seen) || inType(t.value, seen));
}
