// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ByteWriter } from '@cloudwego/gopkg/io';

import { text } from '../kitex/frame.mjs';
import { interop, output, root } from '../lib/paths.mjs';
import { cpuSeconds, finish, start, startServer } from '../lib/pinned.mjs';
import { h2load, noH2load } from './h2load.mjs';

const shapes = [
  { key: '50x1', connections: 50, depth: 1, title: '50 connections, 1 call in flight on each', wanted: 2 },
  { key: '8x32', connections: 8, depth: 32, title: '8 connections, 32 calls in flight on each', wanted: 4 },
];

const streams = [
  { key: 'list', title: 'server stream' },
  { key: 'sum', title: 'client stream' },
  { key: 'chat', title: 'bidi stream, echoed' },
];

const go = (peers, words) => ({ key: 'go', title: peers.go.title, missing: peers.go.missing, command: peers.go.command && [...peers.go.command, ...words] });
const rowsOf = (list, samples, key) => list.map((c) => ({ key: c.key, title: c.title, ours: c.ours === true, missing: c.missing, samples: samples.get(`${key} ${c.key}`) }));
const empty = (list, all) => new Map(all.flatMap((x) => list.map((c) => [`${x.key} ${c.key}`, []])));

/** Unary calls over gRPC with Thrift payload: 1 KiB echo, the server alone on core 0 and h2load on core 1, a fresh server process in each round. */
export async function unarySuite({ peers, rounds, seconds, warmup, log }) {
  const { Bench } = await import(join(output, 'generated/bench/index.js'));
  const w = new ByteWriter(2048);
  Bench.methods.find((m) => m.name === 'echo').args.encode(w, text);
  const body = Buffer.alloc(5 + w.length);
  body.writeUInt32BE(w.length, 1);
  body.set(w.toBytes(), 5);
  const ours = (kind, label) => ({ key: kind, ours: true, missing: noH2load, title: `TypeScript Kitex, ${label}`, command: [process.execPath, join(root, 'kitex/server.mjs'), kind] });
  const peer = go(peers, ['bench-server']);
  const list = [ours('async', '`async` handler'), ours('value', 'handler by value'), { ...peer, missing: peer.missing ?? noH2load }];
  const samples = empty(list, shapes);
  for (let round = 1; round <= rounds; round++) {
    for (const c of list) {
      if (c.missing !== undefined) continue;
      const server = await startServer(c.title, 0, c.command);
      try {
        for (const shape of shapes) {
          const s = await h2load(server, '/bench.Bench/echo', 'application/grpc+thrift', body, shape, warmup, seconds);
          samples.get(`${shape.key} ${c.key}`).push(s);
          log(`grpc unary ${shape.key} round ${round} ${c.key}: ${s.cpuMicros.toFixed(2)} us CPU`);
        }
      } finally {
        await server.stop();
      }
    }
  }
  return {
    key: 'grpc-unary',
    title: 'Kitex over gRPC, unary',
    about: ['An echo of a string of 1 KiB with Thrift payload over HTTP/2. The server has core 0 for itself and is loaded by h2load on core 1. CPU is the server process\'s own time for each call.'],
    tables: shapes.map((shape) => ({
      key: shape.key,
      title: shape.title,
      unit: 'call',
      against: ['go'],
      targets: ['async', 'value'].map((row) => ({ row, other: 'go', wanted: shape.wanted })),
      rows: rowsOf(list, samples, shape.key),
    })),
  };
}

const tsServer = [join(interop, 'peers/typescript/main.mjs'), 'stream-server'];

/** One stream of `n` messages, sent or read by a Go client on core 1. */
async function runStream(peers, server, wire, key, n) {
  const p = start(1, [...peers.go.command, 'stream-client', '-addr', `${server.host}:${server.port}`, '-wire', wire, '-case', `${key}-many`, '-many', String(n)]);
  await server.during(finish(`stream client on ${server.name}`, p, 120_000));
}

/** Bytes that our server allocates for each message of a kind of stream. */
async function allocated(peers, wire) {
  const n = 20_000;
  const flags = ['--max-semi-space-size=256', '--min-semi-space-size=256', '--import', join(root, 'grpc/heap-probe.mjs')];
  const server = await startServer('TypeScript Kitex, heap', 0, [process.execPath, ...flags, ...tsServer]);
  const heap = async () => {
    const before = server.said().length;
    process.kill(server.pid, 'SIGUSR2');
    for (;;) {
      const m = /HEAP (\d+)\n/.exec(server.said().slice(before));
      if (m !== null) return Number(m[1]);
      await server.during(sleep(5));
    }
  };
  const out = [];
  try {
    for (const s of streams) {
      await runStream(peers, server, wire, s.key, n);
      const before = await heap();
      await runStream(peers, server, wire, s.key, n);
      out.push(`${s.title} ${Math.round(((await heap()) - before) / n)} B`);
    }
  } finally {
    await server.stop();
  }
  return out.join(', ');
}

const GO_FRAMES = 'Go writes each frame of a stream by a system call of its own, which is most of what it spends.';

/** Messages of one long stream, sent or read by a Go client on core 1: what the server on core 0 spends on each. */
function streamSuite(wire, key, title, more = []) {
  return async ({ peers, rounds, seconds, log }) => {
    const many = Math.max(2000, Math.round(400_000 * seconds));
    const list = [{ key: 'ours', ours: true, missing: peers.go.missing, title: 'TypeScript Kitex', command: [process.execPath, ...tsServer] }, go(peers, ['stream-server'])];
    const samples = empty(list, streams);
    for (let round = 1; round <= rounds; round++) {
      for (const c of list) {
        if (c.missing !== undefined) continue;
        const server = await startServer(c.title, 0, c.command);
        try {
          for (const s of streams) {
            await runStream(peers, server, wire, s.key, Math.ceil(many / 10));
            const before = cpuSeconds(server.pid);
            await runStream(peers, server, wire, s.key, many);
            const cpuMicros = ((cpuSeconds(server.pid) - before) * 1e6) / many;
            samples.get(`${s.key} ${c.key}`).push({ cpuMicros });
            log(`${key} ${s.key} round ${round} ${c.key}: ${cpuMicros.toFixed(2)} us CPU`);
          }
        } finally {
          await server.stop();
        }
      }
    }
    return {
      key,
      title,
      about: [`One stream of ${many} small messages with Thrift payload, handlers as async generators, called by a Go client. CPU is the server process's own time for each message; an echoed one counts once.`, ...more],
      tables: streams.map((s) => ({ key: s.key, title: s.title, unit: 'message', against: ['go'], targets: [{ row: 'ours', other: 'go', wanted: 2 }], rows: rowsOf(list, samples, s.key) })),
      notes: peers.go.missing === undefined ? [`Allocated on the heap for each message by our server, the message and what its handler makes included: ${await allocated(peers, wire)}.`] : [],
    };
  };
}

export const grpcStreamSuite = streamSuite('grpc', 'grpc-stream', 'Kitex over gRPC, streams');
export const ttstreamSuite = streamSuite('ttheader-streaming', 'ttstream', 'Kitex over TTHeader streaming', [GO_FRAMES]);
