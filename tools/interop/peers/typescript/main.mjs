// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// This repository's side of the interoperability tests. Same words as the other peers, see ../../README.md.

import { parseArgs } from 'node:util';

const usage = `usage:
  main.mjs server [-addr 127.0.0.1:0] [-name NAME] [-crc32c] [-evolved] [-no-stdin]
  main.mjs client -addr HOST:PORT -transport KIND [-next HOST:PORT] [-back HOST:PORT] [-case all|NAME[,NAME...]] [-list]
  main.mjs bench-server [-addr 127.0.0.1:0] [-no-stdin]
  main.mjs proxy -to HOST:PORT [-addr 127.0.0.1:0] [-name NAME] [-no-stdin]
  main.mjs generic-server [-kind json|map|binary|binary-v1] [-addr 127.0.0.1:0] [-no-stdin]
  main.mjs generic-client -addr HOST:PORT [-kind json|map|binary|binary-v1|http] [-transport KIND] -case NAME[,NAME...]
  main.mjs stream-server [-addr 127.0.0.1:0] [-no-stdin]
  main.mjs stream-client -addr HOST:PORT [-payload thrift|protobuf] [-wire grpc|ttheader-streaming] [-many 20000] [-case all|NAME[,NAME...]]`;

/** Ends a case that a broken peer never answers, in ms. */
const caseLimit = 30_000;

const [command, ...words] = process.argv.slice(2);
const { values } = parseArgs({
  args: words.map((word) => (/^-[a-z]/.test(word) ? `-${word}` : word)),
  options: {
    addr: { type: 'string' },
    transport: { type: 'string', default: 'ttheader-framed' },
    name: { type: 'string', default: 'interop-typescript' },
    to: { type: 'string' },
    next: { type: 'string' },
    kind: { type: 'string', default: 'json' },
    back: { type: 'string' },
    case: { type: 'string', default: 'all' },
    list: { type: 'boolean', default: false },
    payload: { type: 'string', default: 'thrift' },
    wire: { type: 'string', default: 'grpc' },
    many: { type: 'string', default: '20000' },
    crc32c: { type: 'boolean', default: false },
    mux: { type: 'boolean', default: false },
    evolved: { type: 'boolean', default: false },
    'no-stdin': { type: 'boolean', default: false },
  },
});

async function execute(one, name, Run) {
  const started = performance.now();
  const line = { case: name, ok: true };
  const run = new Run(values.addr, values.transport, values.next, values.back);
  let timer;
  try {
    const limit = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no end after ${caseLimit} ms`)), caseLimit);
    });
    await Promise.race([one.run(run), limit]);
  } catch (error) {
    line.ok = false;
    line.error = error.message;
  } finally {
    clearTimeout(timer);
    await run.close();
  }
  line.ms = Math.round(performance.now() - started);
  return line;
}

async function runClient() {
  const { cases, Run } = await import('./cases.mjs');
  const header = values.transport.startsWith('ttheader');
  const fits = ([, c]) => (!c.header || header) && (!c.pingPong || values.transport !== 'grpc') && (!c.next || values.next !== undefined) && (!c.back || values.back !== undefined) && !c.alone;
  const names = values.case === 'all' ? Object.entries(cases).filter(fits).map(([n]) => n) : values.case.split(',');
  for (const name of names) if (!Object.hasOwn(cases, name)) throw new Error(`unknown case ${name}`);
  if (values.list) {
    console.log(names.join('\n'));
    return;
  }
  if (values.addr === undefined) throw new Error('client needs -addr HOST:PORT');
  let failed = 0;
  for (const name of names) {
    const line = await execute(cases[name], name, Run);
    if (!line.ok) failed++;
    console.log(JSON.stringify(line));
  }
  if (failed > 0) throw new Error(`${failed} of ${names.length} cases failed`);
}

try {
  if (command === 'server' || command === 'bench-server') await (await import('./server.mjs')).runServer(values, command === 'bench-server');
  else if (command === 'client') await runClient();
  else if (command === 'proxy') await (await import('./proxy.mjs')).runProxy(values);
  else if (command === 'generic-server') await (await import('./generic.mjs')).runGenericServer(values);
  else if (command === 'generic-client') await (await import('./generic.mjs')).runGenericClient(values);
  else if (command === 'stream-server') await (await import('./streams.mjs')).runStreamServer(values);
  else if (command === 'stream-client') await (await import('./streams-client.mjs')).runStreamClient(values);
  else {
    console.error(usage);
    process.exitCode = 2;
  }
} catch (error) {
  console.error(`interop-typescript: ${error.message}`);
  process.exitCode = 1;
}
