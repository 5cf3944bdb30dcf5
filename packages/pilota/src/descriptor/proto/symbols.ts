// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { toError } from '@cloudwego/gopkg/errors';
import { DescriptorError } from '../errors.js';
import { within, withoutDot } from './names.js';
import { SetReader } from './raw.js';
import type { RawEnum, RawField, RawMessage } from './raw.js';

/** What a file declares, by full names. */
export interface ProtoFileSymbols {
  readonly path: string;
  /** Messages, fields, enums, their values (in the scope around their enum), services, methods, extensions. */
  readonly symbols: readonly string[];
  readonly extensions: readonly { readonly extendee: string; readonly number: number }[];
}

/** What a google.protobuf.FileDescriptorProto declares. Errors: {@link DescriptorError} for bytes that are none. */
export function protoFileSymbols(bytes: Uint8Array): ProtoFileSymbols {
  try {
    const f = new SetReader({ maxFiles: 1, maxDeclarations: 1_000_000 }).file(bytes);
    const symbols: string[] = [];
    const extensions: { extendee: string; number: number }[] = [];
    const add = (scope: string, name: string): string => {
      const full = within(scope, name);
      symbols.push(full);
      return full;
    };
    const enums = (scope: string, list: readonly RawEnum[]): void => {
      for (const e of list) {
        add(scope, e.name);
        for (const v of Object.keys(e.values)) add(scope, v);
      }
    };
    const extend = (scope: string, list: readonly RawField[]): void => {
      for (const x of list) {
        add(scope, x.name);
        extensions.push({ extendee: withoutDot(x.extendee), number: x.number });
      }
    };
    const messages = (scope: string, list: readonly RawMessage[]): void => {
      for (const m of list) {
        const own = add(scope, m.name);
        for (const x of m.fields) add(own, x.name);
        messages(own, m.messages);
        enums(own, m.enums);
        extend(own, m.extensions);
      }
    };
    messages(f.package, f.messages);
    enums(f.package, f.enums);
    extend(f.package, f.extensions);
    for (const s of f.services) {
      const own = add(f.package, s.name);
      for (const m of s.methods) add(own, m.name);
    }
    return { path: f.path, symbols, extensions };
  } catch (e) {
    if (e instanceof DescriptorError) throw e;
    throw new DescriptorError(`file: the bytes are no FileDescriptorProto: ${toError(e).message}`, { cause: e });
  }
}
