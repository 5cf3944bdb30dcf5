// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { output } from '../lib/paths.mjs';
import { cpuSeconds, finish, start } from '../lib/pinned.mjs';

/** Why there is no load, or undefined. */
export const noH2load = spawnSync('h2load', ['--version']).status === 0 ? undefined : 'h2load is not installed (Debian: nghttp2-client)';

/**
 * Loads a gRPC server with one unary call and gives one sample: { cpuMicros }, the server process's own time per call. h2load takes no percentiles.
 * `body` is the whole request body, its five bytes in front; `shape` is { connections, depth }; times are in seconds.
 */
export async function h2load(server, path, type, body, shape, warmup, seconds) {
  const file = join(output, 'grpc-body.bin');
  writeFileSync(file, body);
  const p = start(1, [
    'h2load', '-t1', `-c${shape.connections}`, `-m${shape.depth}`, '--warm-up-time', String(Math.max(1, Math.round(warmup))), '-D', String(Math.max(1, Math.round(seconds))), '-d', file,
    '-H', `content-type: ${type}`, '-H', 'te: trailers', `http://${server.host}:${server.port}${path}`,
  ]);
  let before;
  let after;
  p.child.stdout.on('data', () => {
    // The generator says when it measures, so that the server's warm-up is not counted.
    if (/Main benchmark duration is started/.test(p.stdout)) before ??= cpuSeconds(server.pid);
    if (/Main benchmark duration is over/.test(p.stdout)) after ??= cpuSeconds(server.pid);
  });
  p.child.stdin.end();
  const text = await server.during(finish(`h2load on ${server.name}`, p, (warmup + seconds) * 1000 + 30_000));
  const m = /requests: (\d+) total.*?(\d+) succeeded, (\d+) failed/.exec(text);
  if (m === null || before === undefined || after === undefined) throw new Error(`h2load on ${server.name} said something else:\n${text}`);
  if (Number(m[2]) === 0 || Number(m[3]) > 0) throw new Error(`h2load on ${server.name}: ${m[0]}`);
  return { cpuMicros: ((after - before) * 1e6) / Number(m[2]) };
}
