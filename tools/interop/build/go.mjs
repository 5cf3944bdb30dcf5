// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { output, root, step, toolVersion } from './tools.mjs';

const folder = join(root, 'peers/go');
const module = 'github.com/cloudwego/typescript/tools/interop/peers/go';
const program = join(output, 'interop-go');
/** Servers and clients with the registries and the configuration centre of kitex-contrib. */
export const discoveryProgram = join(output, 'interop-go-discovery');
/** Servers and clients with the tracing of kitex-contrib. */
export const otelProgram = join(output, 'interop-go-otel');

/** Kitex. The tool that generates the code is the one that go.mod names. */
export const go = {
  name: 'go',
  title: 'Kitex v0.16.3',
  transports: {
    server: ['buffered', 'framed', 'ttheader', 'ttheader-framed'],
    client: ['buffered', 'framed', 'ttheader', 'ttheader-framed'],
  },
  serverDiffers: {},
  command: [program],
  products: [program, discoveryProgram, otelProgram],
  inputs: ['idl', 'build/go.mjs', 'peers/go'],
  ignore: ['kitex_gen'],
  versions: () => ({ go: toolVersion('go', 'version') }),
  missing: () => (toolVersion('go', 'version') === undefined ? 'the go command (1.26 or newer)' : undefined),
  build() {
    const tools = join(output, 'tools');
    step('go', ['install', 'github.com/cloudwego/kitex/tool/cmd/kitex'], { cwd: folder, env: { GOBIN: tools } });
    rmSync(join(folder, 'kitex_gen'), { recursive: true, force: true });
    for (const idl of ['interop', 'evolved', 'newer', 'bench']) {
      step(join(tools, 'kitex'), ['-no-dependency-check', '-module', module, `../../idl/${idl}.thrift`], { cwd: folder });
    }
    // Streams over gRPC, with both payloads.
    step(join(tools, 'kitex'), ['-no-dependency-check', '-streamx', '-module', module, '../../idl/streams.thrift'], { cwd: folder });
    step(join(tools, 'kitex'), ['-no-dependency-check', '-streamx', '-type', 'protobuf', '-module', module, '-I', '../../idl', '../../idl/streams.proto'], { cwd: folder });
    step('go', ['build', '-trimpath', '-o', program, '.'], { cwd: folder });
    step('go', ['build', '-trimpath', '-o', discoveryProgram, './discovery'], { cwd: folder });
    step('go', ['build', '-trimpath', '-o', otelProgram, './otel'], { cwd: folder });
    // Not a peer: its testdata is what the tests and the bench of packages/sonic read.
    step('go', ['mod', 'download', 'github.com/bytedance/sonic@v1.15.5'], { cwd: folder });
  },
};
