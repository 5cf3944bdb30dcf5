// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { setTimeout as sleep } from 'node:timers/promises';

import { Bench, thrift } from './generated.js';
import { transports } from './wire.js';

/** Calls by microseconds; the last bucket is for slower ones. */
class Latencies {
  constructor() {
    this.counts = new Uint32Array(20_000);
    this.total = 0;
  }

  add(us) {
    this.total += 1;
    this.counts[Math.min(us | 0, this.counts.length - 1)] += 1;
  }

  percentile(p) {
    let seen = 0;
    return this.counts.findIndex((n) => (seen += n) > Math.floor(this.total * p));
  }
}

const ownCpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/**
 * Prints the line that every peer's bench-client prints. CPU is this process's own, percentiles are in microseconds.
 * The library has no pool: each caller has a connection of its own, with the library's own protocol.
 */
export async function runBenchClient(options) {
  const transport = options.transport ?? 'framed';
  if (transports[transport] === undefined) {
    throw new Error(`unknown transport ${transport}, want ${Object.keys(transports).join(' or ')}`);
  }
  if (options.addr === undefined) throw new Error('bench-client needs -addr HOST:PORT');
  const colon = options.addr.lastIndexOf(':');
  const [host, port] = [options.addr.slice(0, colon), Number(options.addr.slice(colon + 1))];
  const text = 'x'.repeat(1024);
  const seen = new Latencies();
  const connections = [];
  let measuring = false;
  let stopping = false;
  const call = async (client) => {
    for (let last = performance.now(); !stopping; ) {
      const answer = await client.echo(text);
      if (answer.length !== text.length) throw new Error('the answer is not what was sent');
      const now = performance.now();
      if (measuring) seen.add((now - last) * 1000);
      last = now;
    }
  };
  const failed = [];
  const callers = [];
  for (let i = 0; i < Number(options.callers); i++) {
    const connection = thrift.createConnection(host, port, { transport: transports[transport], protocol: thrift.TBinaryProtocol });
    connections.push(connection);
    failed.push(
      new Promise((_, reject) => {
        connection.once('error', reject);
        connection.once('close', () => reject(new Error('the connection was closed')));
      }),
    );
    callers.push(call(thrift.createClient(Bench, connection)));
  }
  const broken = Promise.race([...failed, Promise.all(callers)]);
  broken.catch(() => undefined);
  for (const f of failed) f.catch(() => undefined);
  await Promise.race([sleep(Number(options.warmup) * 1000), broken]);
  const from = performance.now();
  const cpu = ownCpu();
  measuring = true;
  await Promise.race([sleep(Number(options.seconds) * 1000), broken]);
  measuring = false;
  const line = { calls: seen.total, seconds: (performance.now() - from) / 1000, cpuSeconds: ownCpu() - cpu };
  stopping = true;
  await Promise.all(callers);
  for (const connection of connections) connection.end();
  console.log(JSON.stringify({ ...line, p50: seen.percentile(0.5), p99: seen.percentile(0.99) }));
}
