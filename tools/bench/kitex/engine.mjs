// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// An echo over TTHeader without any socket, in a process of its own: through the engine, or by straight code. Prints { nanos }: CPU time per message.
//
//   node engine.mjs engine|straight MESSAGES_PER_READ SECONDS WARMUP

import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { createRouteTable, createRpcEngine, prepareInfo } from '@cloudwego/protocol';

import { Bench } from '../.build/generated/bench/index.js';
import { echoFrame, events, memoryLink } from './frame.mjs';
import { straightEcho } from './straight.mjs';

const [, , variant, perRead, seconds, warmup] = process.argv;
const count = Number(perRead);
const method = Bench.methods.find((m) => m.name === 'echo');
const info = prepareInfo(new Map([[22, '2']]), undefined);

/** The server's side of an engine that echoes; the answers are left in `writer`. */
function engineEcho(writer) {
  const routes = createRouteTable([{ name: Bench.name, methods: Bench.methods.map((m) => m.name) }]);
  let found = undefined;
  let seqId = 0;
  const on = events({
    onHead(_id, head) {
      found = Bench.methods[head.methodIndex];
      seqId = head.seqId;
    },
    onMessage(id, r) {
      const value = found.args.decode(r);
      const head = { service: '', method: found.name, type: 2, seqId, deadline: Infinity, wire: 'ttheader', info, ints: undefined, strings: undefined };
      engine.sendHead(id, head, false);
      found.result.encode(engine.beginMessage(id, 0), value);
      engine.endMessage(id, true);
    },
  });
  const engine = createRpcEngine(memoryLink(writer), 'server', on, { routes });
  return (buf, start, end) => start + engine.receive(buf, start, end);
}

function make(kind, writer) {
  if (kind === 'engine') return engineEcho(writer);
  return straightEcho({ reader: new ByteReader(Buffer.alloc(0)), writer, method, serviceName: Bench.name, info });
}

const frame = echoFrame(Bench, 'ttheader');
const input = Buffer.concat(Array.from({ length: count }, () => frame));

/** The bytes of one read's answers. */
function answers(kind) {
  const w = new ByteWriter(4096);
  if (make(kind, w)(input, 0, input.length) !== input.length) throw new Error(`${kind}: not every message was taken`);
  return Buffer.from(w.toBytes());
}

const writer = new ByteWriter(2 * input.length);
const echo = make(variant, writer);

/** Echoes for so many seconds; the CPU time of one message. Unit ns. */
function run(limit) {
  const from = process.cpuUsage();
  const until = performance.now() + limit * 1000;
  let messages = 0;
  do {
    for (let i = 0; i < 1024; i += count) {
      writer.reset();
      echo(input, 0, input.length);
      messages += count;
    }
  } while (performance.now() < until);
  const { user, system } = process.cpuUsage(from);
  return ((user + system) * 1000) / messages;
}

run(Number(warmup));
const nanos = run(Number(seconds));
// Afterwards, so that the one variant's run does not shape the other's code.
if (!answers('engine').equals(answers('straight'))) throw new Error('the engine and the straight code gave different answers');
console.log(JSON.stringify({ nanos }));
