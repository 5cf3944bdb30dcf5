// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// One contender writing or reading one struct, in a process of its own. Prints { micros, bytes }: CPU time of one call, garbage collection included.
//
//   node thrift-case.mjs encode|decode STRUCT pilota|pilota-compact|apache SECONDS WARMUP

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';

import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';

import { interop, output } from '../lib/paths.mjs';
import { forApache, values } from './values.mjs';

const [, , kind, subject, contender, seconds, warmup] = process.argv;
const value = values[subject]();
const own = (await import(pathToFileURL(join(output, 'pilota/bench_thrift/index.js')).href))[subject];

function bytesOf(codec) {
  const w = new ByteWriter(1 << 16);
  codec.encode(w, value);
  return Buffer.from(w.toBytes());
}

function ours(codec) {
  const bytes = bytesOf(codec);
  if (!isDeepStrictEqual(codec.decode(new ByteReader(bytes)), codec.decode(new ByteReader(bytesOf(codec))))) throw new Error('not what was written');
  if (kind === 'encode') {
    // As a connection does it: one growing buffer, written anew.
    const w = new ByteWriter(1 << 16);
    return [() => {
      w.reset();
      codec.encode(w, value);
      return w.length;
    }, bytes.length];
  }
  const r = new ByteReader(bytes);
  return [() => {
    r.set(bytes, 0, bytes.length);
    return codec.decode(r);
  }, bytes.length];
}

function apache() {
  const load = createRequire(join(interop, 'peers/apache/package.json'));
  const thrift = load('thrift');
  const Int64 = load('node-int64');
  const types = load('./gen-nodejs/bench-thrift/thrift_types.js');
  const v = new types[subject](forApache(value, Int64));
  const bytes = bytesOf(own);
  let written;
  const encode = () => {
    const transport = new thrift.TBufferedTransport(undefined, (b) => {
      written = b;
    });
    v.write(new thrift.TBinaryProtocol(transport));
    transport.flush();
    return written;
  };
  if (!encode().equals(bytes)) throw new Error(`${subject}: Apache writes other bytes`);
  if (kind === 'encode') return [encode, bytes.length];
  return [() => {
    const transport = new thrift.TFramedTransport(bytes);
    const out = new types[subject]();
    out.read(new thrift.TBinaryProtocol(transport));
    return out;
  }, bytes.length];
}

async function make() {
  if (contender === 'apache') return apache();
  return ours(own);
}

const [call, bytes] = await make();
let kept;

/** Calls for so many seconds; the CPU time of one. Unit µs. */
function run(limit) {
  const from = process.cpuUsage();
  const until = performance.now() + limit * 1000;
  let calls = 0;
  let batch = 1;
  for (let now = performance.now(); now < until; ) {
    for (let k = 0; k < batch; k++) kept = call();
    calls += batch;
    const then = performance.now();
    // The clock is looked at every millisecond or so.
    if (then - now < 0.5) batch *= 2;
    now = then;
  }
  const { user, system } = process.cpuUsage(from);
  return (user + system) / calls;
}

run(Number(warmup));
const micros = run(Number(seconds));
if (kept === undefined) throw new Error('nothing came of it');
console.log(JSON.stringify({ micros, bytes }));
