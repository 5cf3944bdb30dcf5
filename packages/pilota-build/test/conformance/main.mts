// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// What the conformance runner starts: reads requests from standard input, each behind its length, and writes answers. With PILOTA_CONFORMANCE_RECORD both
// are appended to that file too.
//
//   node --conditions=@cloudwego/source --import tsx main.mts FOLDER     the folder that load.ts generated

import { appendFileSync, readSync, writeSync } from 'node:fs';
import { open } from './load.js';
import { answer } from './testee.js';

const record = process.env['PILOTA_CONFORMANCE_RECORD'];
const { conformance, types, extensions } = await open(process.argv[2]!);

function read(n: number): Buffer | undefined {
  const b = Buffer.alloc(n);
  for (let at = 0; at < n; ) {
    let got = 0;
    try {
      got = readSync(0, b, at, n - at, null);
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code === 'EAGAIN') continue;
      throw e;
    }
    if (got === 0) return undefined;
    at += got;
  }
  return b;
}

for (let head = read(4); head !== undefined; head = read(4)) {
  const request = read(head.readUInt32LE(0));
  if (request === undefined) break;
  const out = answer(conformance, types, extensions, request);
  const frame = Buffer.alloc(4 + out.length);
  frame.writeUInt32LE(out.length, 0);
  frame.set(out, 4);
  if (record !== undefined) appendFileSync(record, Buffer.concat([head, request, frame]));
  for (let at = 0; at < frame.length; ) at += writeSync(1, frame, at);
}
