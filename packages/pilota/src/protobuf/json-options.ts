// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Extension } from './extension.js';
import type { MessageCodec } from './shape.js';

/** A codec of any message. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyMessageCodec = MessageCodec<any, any>;
/** Any extension. */
export type AnyExtension = Extension<unknown, never>;

/** Messages by their full names: a list, or what finds one. */
export type MessageTypes = readonly AnyMessageCodec[] | ((name: string) => AnyMessageCodec | undefined);

interface CommonOptions {
  /** Messages that a google.protobuf.Any may hold. @defaultValue none */
  readonly types?: MessageTypes | undefined;
  /** Extensions that are written and read, as "[package.name]". @defaultValue none */
  readonly extensions?: readonly AnyExtension[] | undefined;
}

/** Options of {@link toJson}; the names in brackets are those of Go's protojson. */
export interface ToJsonOptions extends CommonOptions {
  /** Fields without presence are written where they are zero, and empty lists and maps (EmitDefaultValues). @defaultValue false */
  readonly emitDefaults?: boolean | undefined;
  /** Fields under the names of the IDL (UseProtoNames). @defaultValue false */
  readonly useProtoNames?: boolean | undefined;
  /** Enums as numbers (UseEnumNumbers). @defaultValue false */
  readonly enumNumbers?: boolean | undefined;
  /** Spaces of one level (Indent); 0 = one line. @defaultValue 0 */
  readonly indent?: number | undefined;
}

/** Options of {@link fromJson}. */
export interface FromJsonOptions extends CommonOptions {
  /** Fields and names of enum values that the message does not know are passed over (DiscardUnknown). @defaultValue false */
  readonly discardUnknown?: boolean | undefined;
}
