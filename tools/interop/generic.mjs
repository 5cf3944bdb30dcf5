// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Generic calls between Go and this repository: every kind of client against every kind of server, streams included; and the proxy that knows no IDL, between Go and Go.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const idl = ['-idl', join(dirname(fileURLToPath(import.meta.url)), 'idl/generic.thrift')];
const servers = ['json', 'map', 'binary', 'binary-v1'];
const clients = { typescript: ['json', 'map', 'binary', 'binary-v1', 'http'], go: ['json', 'json-dynamicgo', 'map', 'binary', 'binary-v1', 'http', 'http-dynamicgo'] };
const calls = ['echo', 'defaults', 'text', 'nothing', 'plain-error', 'oneway', 'exception', 'second-exception'];
const streams = ['list', 'sum', 'chat'];
const wires = ['ttheader-framed', 'framed', 'ttheader', 'buffered'];

/** What Go's generic calls cannot do, by who it is and the case. Each is seen in Go against Go too. */
function known(clientName, client, serverName, server, name) {
  if (serverName === 'go' && name === 'oneway' && !server.startsWith('binary')) return 'its generic server calls no handler for a oneway method of an IDL';
  if (serverName === 'go' && name.endsWith('exception') && !server.startsWith('binary')) return 'its generic servers cannot answer with a declared exception';
  if (clientName === 'go' && name === 'second-exception') return 'its generic clients know the first exception only';
  if (clientName === 'go' && name === 'oneway' && client.startsWith('binary')) return 'its binary clients have no oneway call';
  if (clientName === 'go' && name === 'nothing' && client === 'json-dynamicgo') return 'it waits for the field of type VOID that Go servers write';
  if (serverName === 'go' && server === 'binary' && client === 'binary-v1') return 'its binary server of version 2 takes no call that names no service';
  return undefined;
}

function wanted(client) {
  return client.startsWith('http') ? ['ask'] : calls;
}

/** Gives a line for each case. `startServer` and `runClient` are those of the matrix. */
export async function genericCell(all, serverName, clientName, startServer, runClient) {
  const flags = (name) => (name === 'go' ? idl : []);
  const lines = [];
  const differs = {};
  const run = async (address, client, server, wire, names) => {
    const good = [];
    for (const name of names) {
      const why = known(clientName, client, serverName, server, name);
      if (why === undefined) good.push(name);
      else differs[`${client} -> ${server}, ${name}`] = why;
    }
    if (good.length === 0) return;
    const got = await runClient(all[clientName], [...flags(clientName), '-addr', address, '-kind', client, '-transport', wire, '-case', good.join(',')], 'generic-client');
    lines.push(...got.map((l) => ({ ...l, case: `${client} -> ${server}, ${wire}, ${l.case}` })));
  };
  for (const server of servers) {
    const s = await startServer(all[serverName], [...flags(serverName), '-kind', server], 'generic-server');
    try {
      for (const client of clients[clientName]) await run(s.address, client, server, 'ttheader-framed', wanted(client));
      if (server === 'json') for (const wire of wires.slice(1)) await run(s.address, 'json', server, wire, wanted('json'));
      if (server === 'binary-v1') continue;
      for (const client of ['json', 'map', 'binary']) for (const wire of ['ttheader-streaming', 'grpc']) await run(s.address, client, server, wire, streams);
    } finally {
      await s.stop();
    }
  }
  return { lines, differs };
}

/** Every case of the Go client against the Go server, with the proxy between them. */
export async function proxyCell(all, startServer, runClient) {
  const lines = [];
  const differs = {};
  const back = await startServer(all.go, ['-name', 'go-1']);
  const proxy = await startServer(all.typescript, ['-to', back.address], 'proxy');
  try {
    for (const wire of wires) {
      const got = await runClient(all.go, ['-transport', wire, '-addr', proxy.address]);
      for (const l of got) {
        const name = `${wire}, ${l.case}`;
        // The deadline is told anew, as what is left of it.
        if (l.case === 'timeout-sent') differs[name] = 'a hop sends on what is left of the time';
        else lines.push({ ...l, case: name });
      }
    }
  } finally {
    await proxy.stop();
    await back.stop();
  }
  return { lines, differs };
}
