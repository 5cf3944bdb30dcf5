// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Runs the unit tests, or another step, on another Node than the one that is installed: its binary is a package of npm.
//
//   node tools/workspace/matrix.mjs 20|22|24|VERSION [--project NAME ...] [--report FILE]      the unit tests
//   node tools/workspace/matrix.mjs 24 -- examples/shop/bin/demo.mjs --once                     any script
//
// What was built stays as it is: the output of the compiler is the same for every Node, and addons use Node-API.

import { spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NODES, nodeBinary } from './cache.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const [line = '', ...args] = process.argv.slice(2);
if (!/^\d+(?:\.\d+\.\d+)?$/.test(line) || (NODES[line] === undefined && !line.includes('.'))) {
  console.error(`Node: got "${line}", wanted one of ${Object.keys(NODES).join(', ')} or a version such as ${NODES[24]}`);
  process.exit(2);
}
let binary;
try {
  binary = nodeBinary(line);
} catch (e) {
  console.error(e.message);
  process.exit(1);
}
const script = args[0] === '--' ? args.slice(1) : ['tools/workspace/test.mjs', '--unit', ...args];
// Programs that start "node" find the same one.
const env = { ...process.env, PATH: `${dirname(binary)}${delimiter}${process.env.PATH ?? ''}` };
const r = spawnSync(binary, script, { cwd: root, stdio: 'inherit', env });
process.exitCode = r.status ?? 1;
