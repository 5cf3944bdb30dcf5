// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ProtoFileDescriptor } from '@cloudwego/pilota/codegen/v1/protobuf';
import { protoFileSymbols } from '@cloudwego/pilota/descriptor';

/** Files of generated code by path, by what they declare, and by what they extend. The first of a path is kept. */
export class FileIndex {
  private readonly paths = new Map<string, ProtoFileDescriptor>();
  private readonly symbols = new Map<string, ProtoFileDescriptor>();
  private readonly extensions = new Map<string, Map<number, ProtoFileDescriptor>>();

  /** Adds what `ServiceDefinition.descriptor()` gave, with everything that it imports. What is no descriptor has nothing to add. */
  add(descriptor: unknown): void {
    if (!isFile(descriptor) || this.paths.has(descriptor.path)) return;
    this.paths.set(descriptor.path, descriptor);
    const { symbols, extensions } = protoFileSymbols(descriptor.bytes);
    for (const s of symbols) if (!this.symbols.has(s)) this.symbols.set(s, descriptor);
    for (const { extendee, number } of extensions) {
      let of = this.extensions.get(extendee);
      if (of === undefined) this.extensions.set(extendee, (of = new Map<number, ProtoFileDescriptor>()));
      if (!of.has(number)) of.set(number, descriptor);
    }
    for (const d of descriptor.dependencies) this.add(d);
  }

  byPath(path: string): ProtoFileDescriptor | undefined {
    return this.paths.get(path);
  }

  bySymbol(name: string): ProtoFileDescriptor | undefined {
    return this.symbols.get(name);
  }

  byExtension(type: string, number: number): ProtoFileDescriptor | undefined {
    return this.extensions.get(type)?.get(number);
  }

  /** Numbers of the extensions of a message, ascending. */
  extensionsOf(type: string): readonly number[] {
    return [...(this.extensions.get(type)?.keys() ?? [])].sort((a, b) => a - b);
  }
}

function isFile(v: unknown): v is ProtoFileDescriptor {
  return typeof v === 'object' && v !== null && 'path' in v && 'bytes' in v && 'dependencies' in v;
}
