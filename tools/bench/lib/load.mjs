// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { loadgen } from './paths.mjs';
import { cpuSeconds, finish, start } from './pinned.mjs';

/** A window in which every server that is alive answers. Unit s. */
const LONG = 1;

/**
 * Loads a server and gives one sample: { throughput, cpuMicros, p50, p99 }.
 * Units: throughput in messages per second; cpuMicros of the server process per message; percentiles of latency in microseconds.
 * `frame` is one whole request; `shape` is { connections, depth }; times are in seconds.
 */
export async function load(server, frame, shape, warmup, seconds) {
  const ms = (s) => String(Math.round(s * 1000));
  const p = start(1, [loadgen, server.host, String(server.port), String(shape.connections), String(shape.depth), ms(warmup), ms(seconds)]);
  let before;
  let after;
  // The load generator says when it measures, so that the server's warm-up is not counted.
  p.child.stderr.on('data', (text) => {
    try {
      if (/^measure$/m.test(text)) before ??= cpuSeconds(server.pid);
      if (/^end$/m.test(text)) after ??= cpuSeconds(server.pid);
    } catch {
      // The server is gone, which is reported as its crash.
    }
  });
  p.child.stdin.end(frame);
  const text = await server.during(finish(`loadgen on ${server.name}`, p, (warmup + seconds) * 1000 + 15_000));
  if (before === undefined || after === undefined) throw new Error(`loadgen on ${server.name}: no marks on its standard error`);
  const { answers, seconds: took, p50, p99 } = JSON.parse(text);
  if (answers === 0) {
    // A machine that stalls for the whole of a short window is no silent server: that one answers nothing in a long one either.
    if (seconds < LONG) return load(server, frame, shape, warmup, LONG);
    throw new Error(`${server.name} answered nothing`);
  }
  return { throughput: answers / took, cpuMicros: ((after - before) * 1e6) / answers, p50, p99 };
}
