// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { headersOf } from '../../workspace/native.mjs';
import { output } from '../lib/paths.mjs';

const require = createRequire(import.meta.url);
const program = join(output, `simdjson-${process.version}.node`);

/** The npm binding of simdjson, or undefined. Without its addon the package hands out JSON itself, so it is the addon that is loaded. */
export function loadSimdjson() {
  return existsSync(program) ? require(program) : undefined;
}

/** Compiles the binding where that was not done. Why it is not there, or undefined. */
export function buildSimdjson() {
  if (existsSync(program)) return undefined;
  const source = dirname(require.resolve('simdjson/package.json'));
  const addonApi = dirname(createRequire(join(source, 'package.json')).resolve('node-addon-api/package.json'));
  mkdirSync(output, { recursive: true });
  // As its binding.gyp has it.
  const flags = ['-O3', '-std=c++17', '-fPIC', '-shared', '-DNAPI_CPP_EXCEPTIONS', '-DNODE_GYP_MODULE_NAME=simdjson', '-DBUILDING_NODE_EXTENSION', '-isystem', headersOf(), '-I', addonApi];
  const files = ['main.cpp', 'src/simdjson.cpp', 'bindings.cpp'].map((f) => join(source, 'simdjson', f));
  const r = spawnSync('c++', [...flags, '-o', program, ...files], { encoding: 'utf8' });
  return r.status === 0 ? undefined : `simdjson does not compile: ${(r.error?.message ?? r.stderr).split('\n', 1)[0]}`;
}
