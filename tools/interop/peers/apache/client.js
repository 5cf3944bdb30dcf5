// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { cases } from './cases.js';
import { Evolved, Interop, NewerInterop, thrift } from './generated.js';
import { Protocol, transports } from './wire.js';

/** Ends a case that a broken peer never answers, in ms. */
const caseLimit = 30_000;

/** What a case may use; each client has a connection of its own. */
class Run {
  constructor(host, port, transport) {
    this.connections = [];
    this.connect = (service) => {
      const connection = thrift.createConnection(host, port, { transport: transports[transport], protocol: Protocol });
      const failed = new Promise((_, reject) => {
        connection.once('error', reject);
        connection.once('close', () => reject(new Error('the connection was closed')));
      });
      failed.catch(() => undefined);
      this.connections.push(connection);
      const client = thrift.createClient(service, connection);
      // A lost connection leaves the library's own promises pending.
      return new Proxy(client, {
        get: (target, name) => (...args) => Promise.race([target[name](...args), failed]),
      });
    };
    this.client = this.connect(Interop);
    this.evolved = () => this.connect(Evolved);
    this.newer = () => this.connect(NewerInterop);
  }

  close() {
    for (const connection of this.connections) connection.end();
  }
}

async function execute(name, host, port, transport) {
  const start = performance.now();
  const line = { case: name, ok: true };
  const run = new Run(host, port, transport);
  let timer;
  try {
    const limit = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no end after ${caseLimit} ms`)), caseLimit);
    });
    await Promise.race([cases[name](run), limit]);
  } catch (error) {
    line.ok = false;
    line.error = error.message;
  } finally {
    clearTimeout(timer);
    run.close();
  }
  line.ms = Math.round(performance.now() - start);
  return line;
}

export async function runClient(options) {
  const transport = options.transport ?? 'framed';
  if (transports[transport] === undefined) {
    throw new Error(`unknown transport ${transport}, want ${Object.keys(transports).join(' or ')}`);
  }
  const names = options.case === 'all' ? Object.keys(cases) : options.case.split(',');
  for (const name of names) {
    if (!Object.hasOwn(cases, name)) throw new Error(`unknown case ${name}`);
  }
  if (options.list) {
    console.log(names.join('\n'));
    return;
  }
  if (options.addr === undefined) throw new Error('client needs -addr HOST:PORT');
  const colon = options.addr.lastIndexOf(':');
  let failed = 0;
  for (const name of names) {
    const line = await execute(name, options.addr.slice(0, colon), Number(options.addr.slice(colon + 1)), transport);
    if (!line.ok) failed += 1;
    console.log(JSON.stringify(line));
  }
  if (failed > 0) throw new Error(`${failed} of ${names.length} cases failed`);
}
