// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// The Apache Thrift side of the interoperability tests, over the npm package
// thrift and the code that Debian's thrift-compiler generates.

import { parseArgs } from 'node:util';

import { runBenchClient } from './bench.js';
import { runClient } from './client.js';
import { runServer } from './server.js';

const usage = `usage:
  main.js server [-addr 127.0.0.1:0] [-transport any|buffered|framed] [-name NAME] [-no-stdin]
  main.js client -addr HOST:PORT -transport buffered|framed [-case all|NAME[,NAME...]] [-list]
  main.js bench-server [-addr 127.0.0.1:0] [-no-stdin]
  main.js bench-client -addr HOST:PORT [-transport framed] [-callers 50] [-seconds 2] [-warmup 1]`;

const [command, ...words] = process.argv.slice(2);
const { values } = parseArgs({
  // The other peers take flags with one dash.
  args: words.map((word) => (/^-[a-z]/.test(word) ? `-${word}` : word)),
  options: {
    addr: { type: 'string' },
    transport: { type: 'string' },
    name: { type: 'string', default: 'interop-apache' },
    case: { type: 'string', default: 'all' },
    callers: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '2' },
    warmup: { type: 'string', default: '1' },
    list: { type: 'boolean', default: false },
    'no-stdin': { type: 'boolean', default: false },
  },
});
try {
  if (command === 'server' || command === 'bench-server') {
    await runServer(values, command === 'bench-server');
  } else if (command === 'bench-client') {
    await runBenchClient(values);
  } else if (command === 'client') {
    await runClient(values);
  } else {
    console.error(usage);
    process.exitCode = 2;
  }
} catch (error) {
  console.error(`interop-apache: ${error.message}`);
  process.exitCode = 1;
}
