// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
/** One .proto file as reflection gives it: a google.protobuf.FileDescriptorProto in bytes, and the files that it imports. */
export interface ProtoFileDescriptor {
  readonly path: string;
  readonly dependencies: readonly ProtoFileDescriptor[];
  /** Decoded on first use. */
  readonly bytes: Uint8Array;
}

class LazyFile implements ProtoFileDescriptor {
  readonly path: string;
  readonly dependencies: readonly ProtoFileDescriptor[];
  private readonly text: string;
  private decoded: Uint8Array | undefined;

  constructor(path: string, dependencies: readonly ProtoFileDescriptor[], text: string) {
    this.path = path;
    this.dependencies = dependencies;
    this.text = text;
    this.decoded = undefined;
  }

  get bytes(): Uint8Array {
    return (this.decoded ??= Uint8Array.from(Buffer.from(this.text, 'base64')));
  }
}

/** A file of generated code. `text` is base64. */
export function protoFile(path: string, dependencies: readonly ProtoFileDescriptor[], text: string): ProtoFileDescriptor {
  return new LazyFile(path, dependencies, text);
}
