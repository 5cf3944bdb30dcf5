// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { root, step, toolVersion } from './tools.mjs';

const folder = join(root, 'peers/apache');
const generated = join(folder, 'gen-nodejs');

function packageInstalled() {
  try {
    createRequire(join(folder, 'package.json')).resolve('thrift');
    return true;
  } catch {
    return false;
  }
}

/** Apache Thrift: only its generated code is built. */
export const apache = {
  name: 'apache',
  title: 'Apache Thrift 0.24.0 for Node.js',
  transports: { server: ['buffered', 'framed'], client: ['buffered', 'framed'] },
  serverDiffers: {
    'plain-error': 'answers 0 where Kitex answers 6',
    'panic': 'answers 0 where Kitex answers 6',
    'biz-error': 'has none; answers as for plain-error',
    'unknown-method': 'answers 0 where Kitex answers 20',
    'unknown-service': 'answers 0 where Kitex answers 20',
    'pipelined-async': 'answers pipelined requests when each is done, not in their order',
    'throws-behind-oneway': 'answers 0 where Kitex answers 6',
  },
  // Generated code keeps maps in plain objects: without the flag, the key
  // __proto__ would not arrive.
  command: [process.execPath, '--disable-proto=delete', '--no-deprecation', join(folder, 'main.js')],
  products: [join(generated, 'interop/Interop.js')],
  inputs: ['idl', 'build/apache.mjs'],
  ignore: [],
  versions: () => ({ thrift: toolVersion('thrift', '--version') }),
  missing() {
    if (toolVersion('thrift', '--version') === undefined) return "the thrift command (Debian's thrift-compiler)";
    return packageInstalled() ? undefined : 'the npm package thrift (run pnpm install)';
  },
  build() {
    rmSync(generated, { recursive: true, force: true });
    for (const idl of ['interop', 'evolved', 'newer', 'bench']) {
      const out = join(generated, idl);
      mkdirSync(out, { recursive: true });
      step('thrift', ['-nowarn', '-r', '--gen', 'js:node,es6', '-out', out, `idl/${idl}.thrift`]);
    }
    writeFileSync(join(generated, 'package.json'), '{ "type": "commonjs" }\n');
  },
};
