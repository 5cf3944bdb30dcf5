// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Builds the peers that this machine has the tools for, into .build, and lists
// them in .build/peers.json. Does nothing for a peer that is up to date.
//
//   node build-peers.mjs [--only go,rust] [--require go] [--force]
//
// A peer whose tools are missing is skipped with the reason, unless it is named
// by --require. Exit status 1: a build failed, or a required peer is missing.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { apache } from './build/apache.mjs';
import { go } from './build/go.mjs';
import { grpcJs } from './build/grpc-js.mjs';
import { rust } from './build/rust.mjs';
import { StepError, fingerprint, output, readStamp, writeStamp } from './build/tools.mjs';

const peers = [go, rust, apache, grpcJs];

/** Returns { built, reason }; reason says why a peer was not built. */
function buildPeer(peer, force) {
  const missing = peer.missing();
  if (missing !== undefined) {
    console.log(`${peer.name}: skipped, needs ${missing}`);
    return { built: false, reason: `needs ${missing}` };
  }
  const wanted = fingerprint(peer.inputs, peer.ignore, peer.versions());
  if (!force && readStamp(peer.name) === wanted && peer.products.every((file) => existsSync(file))) {
    console.log(`${peer.name}: up to date`);
    return { built: true };
  }
  const start = performance.now();
  writeStamp(peer.name, '');
  try {
    peer.build();
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    console.error(`${peer.name}: failed: ${error.message}`);
    return { built: false, failed: true, reason: error.message };
  }
  // Again: a build may complete a lock file that it started from.
  writeStamp(peer.name, fingerprint(peer.inputs, peer.ignore, peer.versions()));
  console.log(`${peer.name}: built in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return { built: true };
}

function listed(option) {
  const names = option === undefined ? [] : option.split(',');
  for (const name of names) {
    if (!peers.some((peer) => peer.name === name)) {
      console.error(`unknown peer ${name}, want ${peers.map((peer) => peer.name).join(', ')}`);
      process.exit(2);
    }
  }
  return names;
}

const { values } = parseArgs({
  options: { only: { type: 'string' }, require: { type: 'string' }, force: { type: 'boolean', default: false } },
});
const only = listed(values.only);
const required = listed(values.require);

mkdirSync(output, { recursive: true });
const manifest = join(output, 'peers.json');
const list = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : {};
let status = 0;
for (const peer of peers) {
  if (only.length > 0 && !only.includes(peer.name)) continue;
  const { built, failed, reason } = buildPeer(peer, values.force);
  list[peer.name] = built
    ? {
        built,
        title: peer.title,
        command: peer.command,
        transports: peer.transports,
        streamWires: peer.streamWires,
        serverDiffers: peer.serverDiffers,
      }
    : { built, title: peer.title, reason };
  if (failed || (!built && required.includes(peer.name))) status = 1;
}
writeFileSync(manifest, `${JSON.stringify(list, undefined, 2)}\n`);
process.exitCode = status;
