// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { SourceFile, Span } from '../source.js';

/*
 * What a program of .proto files says. The parser makes it, the resolver fills in what names stand for.
 */

/** Everything that a root file needs, files before those that import them. */
export interface ProtoProgram {
  readonly root: ProtoFile;
  readonly files: readonly ProtoFile[];
}

/** Numbers of editions as google.protobuf.Edition has them: 998 is proto2, 999 proto3. */
export type Edition = 998 | 999 | 1000 | 1001;

export interface ProtoFile {
  readonly kind: 'file';
  /** As imports name it. */
  readonly path: string;
  readonly source: SourceFile;
  package: string;
  edition: Edition;
  readonly imports: ProtoImport[];
  readonly messages: ProtoMessage[];
  readonly enums: ProtoEnum[];
  readonly extensions: ProtoField[];
  readonly services: ProtoService[];
  readonly options: ProtoOption[];
  features: Features;
}

export interface ProtoImport {
  readonly path: string;
  readonly modifier: 'public' | 'weak' | 'option' | undefined;
  readonly span: Span;
  file: ProtoFile | undefined;
}

/** Features of editions, resolved; files of proto2 and proto3 have those that mean the same. */
export interface Features {
  readonly fieldPresence: 'EXPLICIT' | 'IMPLICIT' | 'LEGACY_REQUIRED';
  readonly enumType: 'OPEN' | 'CLOSED';
  readonly repeatedFieldEncoding: 'PACKED' | 'EXPANDED';
  readonly utf8Validation: 'VERIFY' | 'NONE';
  readonly messageEncoding: 'LENGTH_PREFIXED' | 'DELIMITED';
  readonly jsonFormat: 'ALLOW' | 'LEGACY_BEST_EFFORT';
}

/** `option (a.b).c = value`: the parts of the name, and the value as it is written. */
export interface ProtoOption {
  readonly name: readonly { readonly text: string; readonly extension: boolean; readonly span: Span }[];
  readonly value: OptionValue;
  readonly span: Span;
}

export type OptionValue =
  | { readonly kind: 'ident'; readonly text: string; readonly span: Span }
  | { readonly kind: 'int'; readonly value: bigint; readonly span: Span }
  | { readonly kind: 'float'; readonly value: number; readonly span: Span }
  | { readonly kind: 'string'; readonly bytes: Uint8Array; readonly span: Span }
  | { readonly kind: 'list'; readonly items: readonly OptionValue[]; readonly span: Span }
  | { readonly kind: 'message'; readonly fields: readonly { readonly name: string; readonly extension: boolean; readonly value: OptionValue; readonly span: Span }[]; readonly span: Span };

interface Declared {
  readonly name: string;
  readonly file: ProtoFile;
  readonly doc: string | undefined;
  readonly nameSpan: Span;
  readonly options: ProtoOption[];
  /** With the package and what it lies in, without a leading dot. */
  fullName: string;
  features: Features;
}

/** Numbers from `start` to `end`, both included. */
export interface ProtoRange {
  readonly start: number;
  readonly end: number;
  readonly span: Span;
}

export interface ProtoMessage extends Declared {
  readonly kind: 'message';
  readonly parent: ProtoMessage | undefined;
  readonly fields: ProtoField[];
  readonly oneofs: ProtoOneof[];
  readonly messages: ProtoMessage[];
  readonly enums: ProtoEnum[];
  readonly extensions: ProtoField[];
  readonly extensionRanges: ProtoRange[];
  readonly extensionOptions: ProtoOption[];
  readonly reservedRanges: ProtoRange[];
  readonly reservedNames: string[];
  /** Made for a map field: key and value. */
  readonly mapEntry: boolean;
}

export interface ProtoOneof extends Declared {
  readonly kind: 'oneof';
  readonly parent: ProtoMessage;
  readonly fields: ProtoField[];
  /** Made for a proto3 `optional`; descriptors have it, generated code has not. */
  readonly synthetic: boolean;
  /** The name of the property in generated code. */
  key: string;
}

export type ScalarName = 'double' | 'float' | 'int32' | 'int64' | 'uint32' | 'uint64' | 'sint32' | 'sint64' | 'fixed32' | 'fixed64' | 'sfixed32' | 'sfixed64' | 'bool' | 'string' | 'bytes';

export type ProtoType = { readonly kind: 'scalar'; readonly name: ScalarName } | { readonly kind: 'message'; readonly decl: ProtoMessage } | { readonly kind: 'enum'; readonly decl: ProtoEnum };

export interface ProtoField extends Declared {
  readonly kind: 'field';
  readonly number: number;
  readonly numberSpan: Span;
  /** `optional`, `required` and `repeated` as written; maps are repeated. */
  readonly label: 'optional' | 'required' | 'repeated' | undefined;
  readonly typeName: string;
  readonly typeSpan: Span;
  readonly group: boolean;
  readonly parent: ProtoMessage | undefined;
  oneof: ProtoOneof | undefined;
  /** Of an extension: the name of what it extends. */
  readonly extendee: string | undefined;
  readonly extendeeSpan: Span | undefined;
  // What the resolver finds.
  type: ProtoType;
  extends: ProtoMessage | undefined;
  jsonName: string;
  /** The name of the property in generated code. */
  key: string;
  /** How a reader tells that it is set: by its value, by being there, not at all. */
  presence: 'implicit' | 'explicit' | 'required' | 'repeated' | 'map';
  packed: boolean;
  delimited: boolean;
  defaultValue: OptionValue | undefined;
}

export interface ProtoEnum extends Declared {
  readonly kind: 'enum';
  readonly parent: ProtoMessage | undefined;
  readonly values: ProtoEnumValue[];
  readonly reservedRanges: ProtoRange[];
  readonly reservedNames: string[];
}

export interface ProtoEnumValue extends Declared {
  readonly kind: 'value';
  readonly number: number;
}

export interface ProtoService extends Declared {
  readonly kind: 'service';
  readonly methods: ProtoMethod[];
}

export interface ProtoMethod extends Declared {
  readonly kind: 'method';
  readonly service: ProtoService;
  readonly input: { readonly name: string; readonly span: Span };
  readonly output: { readonly name: string; readonly span: Span };
  readonly clientStreaming: boolean;
  readonly serverStreaming: boolean;
  request: ProtoMessage;
  response: ProtoMessage;
}
