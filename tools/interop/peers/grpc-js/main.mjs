// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// grpc-js, the gRPC project's own implementation for Node: the service of idl/streams.proto. Same words as the other peers, see ../../README.md.
//
//   main.mjs stream-server [-addr 127.0.0.1:0] [-no-stdin]
//   main.mjs stream-client -addr HOST:PORT [-many 20000] [-case all|NAME[,NAME...]] [-payload protobuf]

import { parseArgs } from 'node:util';

const [command, ...words] = process.argv.slice(2);
const { values } = parseArgs({
  args: words.map((word) => (/^-[a-z]/.test(word) ? `-${word}` : word)),
  options: { addr: { type: 'string' }, many: { type: 'string', default: '20000' }, case: { type: 'string', default: 'all' }, payload: { type: 'string', default: 'protobuf' }, 'no-stdin': { type: 'boolean', default: false } },
});

try {
  if (command === 'stream-server') await (await import('./server.mjs')).runStreamServer(values);
  else if (command === 'stream-client') await (await import('./client.mjs')).runStreamClient(values);
  else throw new Error('wanted stream-server or stream-client');
} catch (error) {
  console.error(`interop-grpc-js: ${error.message}`);
  process.exitCode = 1;
}
