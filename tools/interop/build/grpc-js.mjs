// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { createRequire } from 'node:module';
import { join } from 'node:path';

import { root } from './tools.mjs';

const folder = join(root, 'peers/grpc-js');

/** grpc-js: nothing is built, its IDL is read when it starts. It speaks gRPC alone, with Protobuf. */
export const grpcJs = {
  name: 'grpc-js',
  title: '@grpc/grpc-js 1.14.7',
  transports: { server: [], client: [] },
  streamWires: ['grpc-protobuf'],
  serverDiffers: {},
  command: [process.execPath, join(folder, 'main.mjs')],
  products: [],
  inputs: ['peers/grpc-js', 'peers/run-cases.mjs', 'peers/told.mjs', 'build/grpc-js.mjs'],
  ignore: [],
  versions: () => ({}),
  missing() {
    try {
      createRequire(join(folder, 'package.json')).resolve('@grpc/grpc-js');
      return undefined;
    } catch {
      return 'the npm package @grpc/grpc-js (run pnpm install)';
    }
  },
  build: () => undefined,
};
