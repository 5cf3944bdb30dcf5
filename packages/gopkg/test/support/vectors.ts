// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

function vectors<T>(name: string, module: string): T {
  const v = JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8')) as { readonly module: string; readonly version: string; readonly vectors: T };
  if (v.module !== module || !/^v\d/.test(v.version)) throw new Error(`vectors of ${v.module} ${v.version}`);
  return v.vectors;
}

/** What the Go original did; written by tools/interop/peers/go/vectors. */
export function goVectors<T>(name: string): T {
  return vectors(name, 'github.com/bytedance/gopkg');
}

/** What the Rust crate metainfo did; written by tools/interop/peers/rust/vectors. */
export function rustVectors<T>(): T {
  return vectors('metainfo-rust', 'metainfo');
}
