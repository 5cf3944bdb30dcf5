// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

import { output, root, step, toolVersion } from './tools.mjs';

const program = join(output, 'interop-rust');
const everywhere = ['buffered', 'framed', 'ttheader', 'ttheader-framed'];

/** Volo. The crate's build script generates the code. */
export const rust = {
  name: 'rust',
  title: 'Volo 0.12 (volo-thrift 0.12.7)',
  transports: { server: everywhere, client: everywhere },
  // Where the server is not a Kitex: the cases of interop-go that it fails.
  serverDiffers: {
    'biz-error': 'sends an exception, with the biz-* headers beside it',
    'metainfo': 'shows no caller or method; backward keys start with RPC_BACKWARD_',
    'two-hops': 'makes no second hop',
    'timeout-sent': 'does not show the timeout',
    'unknown-method': 'answers 1, also where Kitex answers 20',
    'unknown-service': 'routes an unknown service to its only one and answers 1',
  },
  command: [program],
  products: [program],
  inputs: ['idl', 'build/rust.mjs', 'peers/rust'],
  ignore: ['target'],
  versions: () => ({ rustc: toolVersion('rustc', '--version') }),
  missing: () => (toolVersion('cargo', '--version') === undefined ? 'cargo (Rust 1.85 or newer)' : undefined),
  build() {
    const target = join(output, 'rust-target');
    step('cargo', ['build', '--release', '--locked'], {
      cwd: join(root, 'peers/rust'),
      env: { CARGO_TARGET_DIR: target },
    });
    copyFileSync(join(target, 'release/interop-rust'), program);
  },
};
