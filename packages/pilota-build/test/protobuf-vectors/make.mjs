// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Makes go.br: for each value of values.ts our bytes, and the bytes and the JSON that golang protobuf writes, having read ours.
//
//   node --conditions=@cloudwego/source --import tsx make.mjs        needs Go

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ByteWriter } from '@cloudwego/gopkg/io';
import { linkProto } from '@cloudwego/pilota/descriptor';
import { ProtoValueCodec } from '@cloudwego/pilota/dynamic';
import { fileDescriptorSet } from '@cloudwego/pilota-build';
import { writeParts } from '../packed.js';
import { vectorValues } from './values.js';

const here = fileURLToPath(new URL('.', import.meta.url));

function run(tool, args, cwd, input) {
  const p = spawnSync(tool, args, { cwd, input, encoding: 'utf8', maxBuffer: 1 << 30, env: { ...process.env, GOFLAGS: '-mod=mod' } });
  if (p.status !== 0) throw new Error(`${tool} ${args.join(' ')}: ${p.error?.message ?? p.stderr.slice(-2000)}`);
  return p.stdout;
}

const codec = new ProtoValueCodec();
const folder = mkdtempSync(join(tmpdir(), 'vectors-'));
try {
  cpSync(join(here, 'go'), folder, { recursive: true });
  run('go', ['build', '-o', 'vectors', '.'], folder);
  const parts = [];
  for (const { program, messages } of vectorValues()) {
    const set = fileDescriptorSet(program);
    const linked = linkProto({ family: 'protobuf', set });
    const lines = messages.flatMap(({ message, values }) =>
      values.map((v) => {
        const w = new ByteWriter();
        codec.write(w, linked.message(message.name), v);
        return [message.fullName, Buffer.from(w.toBytes()).toString('hex')];
      }),
    );
    const answers = run(join(folder, 'vectors'), [], folder, `${Buffer.from(set).toString('hex')}\n${lines.map((l) => `${l.join(' ')}\n`).join('')}`).split('\n').slice(0, lines.length);
    lines.forEach(([, ours], i) => parts.push(...[ours, ...answers[i].split(' ')].map((h) => Buffer.from(h, 'hex'))));
  }
  writeParts(join(here, 'go.br'), parts);
  console.log(`${parts.length / 3} vectors`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
