// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { Bench, Interop, thrift, types } from './generated.js';
import { Protocol, i64, maxMessage, toBigInt, transports } from './wire.js';

/**
 * Generated code takes a method of this arity for one without a callback, and
 * what it throws for the error only if it comes as a promise.
 */
function interopHandler(name) {
  let fired = 0n;
  return {
    whoami: () => name,
    echoAll: (v) => v,
    echo: (s) => s,
    echoBinary: (b) => b,
    ping: () => undefined,
    fire: (_s) => {
      fired += 1n;
    },
    fired: () => i64(fired),
    add: (a, b) => i64(toBigInt(a) + toBigInt(b)),
    fail: async (how) => {
      switch (how) {
        case 1:
          throw new types.NotFound({ message: 'not found', id: i64(404n) });
        case 2:
          throw new types.Denied({ reason: 'denied', missing: ['read', 'write'] });
        case 3:
        case 5:
          throw new Error('boom');
        case 4:
          throw new TypeError('told to panic');
        default:
          return 'ok';
      }
    },
    slow: async (ms) => {
      await sleep(Number(toBigInt(ms)));
      return `slept ${ms}`;
    },
    // Nothing on these transports carries metainfo.
    meta: (_downstream) => ({ server: name, method: 'meta' }),
    evolveOld: (v) => new types.EvolvedV1({ name: `${v.name}/v1`, count: v.count + 1, note: v.note }),
  };
}

function serviceServer(service, handler, transport) {
  const server = thrift.createServer(service, handler, {
    transport: transports[transport],
    protocol: Protocol,
    maxLength: maxMessage,
  });
  server.on('error', (error) => console.error(`${transport}: ${error.message}`));
  return server;
}

/** Gives each connection to the server of the transport that its first byte shows. */
function sniffing(servers) {
  return createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (chunk) => {
      socket.pause();
      socket.unshift(chunk);
      // A strict binary message starts with 0x80; so large a frame is refused.
      (chunk[0] === 0x80 ? servers.buffered : servers.framed).emit('connection', socket);
      socket.resume();
    });
  });
}

export async function runServer(options, bench) {
  const transport = options.transport ?? 'any';
  if (transport !== 'any' && transports[transport] === undefined) {
    throw new Error(`unknown transport ${transport}`);
  }
  const handler = interopHandler(options.name);
  const make = (kind) => serviceServer(bench ? Bench : Interop, handler, kind);
  const server =
    transport === 'any' ? sniffing({ buffered: make('buffered'), framed: make('framed') }) : make(transport);

  const sockets = new Set();
  server.on('connection', (socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const addr = options.addr ?? '127.0.0.1:0';
  const colon = addr.lastIndexOf(':');
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(addr.slice(colon + 1)), addr.slice(0, colon), resolve);
  });
  const { address, port } = server.address();
  console.log(`LISTEN ${address}:${port}`);

  await new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
    if (!options['no-stdin']) process.stdin.once('end', resolve).once('error', resolve).resume();
  });
  server.close();
  // What is being answered may still be; then every connection ends.
  for (const socket of sockets) socket.end();
  await sleep(100);
  for (const socket of sockets) socket.destroy();
  process.stdin.destroy();
}
