// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Diagnostic, SourceFile, Span } from '../source.js';

// ---- Syntax: what one file says, names unresolved. Plain data. ----

/** `key = "value"`. A key given several times is one annotation with several values, as in thriftgo. */
export interface Annotation {
  readonly key: string;
  /** In source order, never empty. */
  readonly values: readonly string[];
  /** Of the first `key = "value"`. */
  readonly span: Span;
}

/** What every node has. */
export interface NodeBase {
  readonly span: Span;
}

/** What every named declaration has. */
export interface DeclBase extends NodeBase {
  readonly name: string;
  readonly nameSpan: Span;
  readonly annotations: readonly Annotation[];
  /** Text of the comments right before the declaration, comment signs removed, lines joined with `\n`. */
  readonly doc: string | undefined;
}

/** `include "path"`. */
export interface IncludeNode extends NodeBase {
  readonly kind: 'include';
  readonly path: string;
  readonly pathSpan: Span;
}

/** `cpp_include "path"`. Kept, never read. */
export interface CppIncludeNode extends NodeBase {
  readonly kind: 'cppInclude';
  readonly path: string;
}

/** `namespace <language> <name>`. */
export interface NamespaceNode extends NodeBase {
  readonly kind: 'namespace';
  /** `*` for every language. */
  readonly language: string;
  readonly name: string;
  readonly annotations: readonly Annotation[];
}

/** Base types by their name in the resolved program; `byte` is an alias of `i8`. thriftgo has no `uuid`. */
export type BaseKind = 'bool' | 'i8' | 'i16' | 'i32' | 'i64' | 'double' | 'string' | 'binary';

/** A type expression. */
export type TypeNode = BaseTypeNode | ListTypeNode | SetTypeNode | MapTypeNode | RefTypeNode;

interface TypeNodeBase extends NodeBase {
  readonly annotations: readonly Annotation[];
}

/** A base type. */
export interface BaseTypeNode extends TypeNodeBase {
  readonly kind: 'base';
  readonly base: BaseKind;
  /** As written: `byte` or the same as `base`. */
  readonly written: BaseKind | 'byte';
}

/** `list<element>`. */
export interface ListTypeNode extends TypeNodeBase {
  readonly kind: 'list';
  readonly element: TypeNode;
  readonly cppType: string | undefined;
}

/** `set<element>`. */
export interface SetTypeNode extends TypeNodeBase {
  readonly kind: 'set';
  readonly element: TypeNode;
  readonly cppType: string | undefined;
}

/** `map<key, value>`. */
export interface MapTypeNode extends TypeNodeBase {
  readonly kind: 'map';
  readonly key: TypeNode;
  readonly value: TypeNode;
  readonly cppType: string | undefined;
}

/** A name, perhaps with an include's prefix. */
export interface RefTypeNode extends TypeNodeBase {
  readonly kind: 'ref';
  readonly name: string;
}

/** A constant expression. */
export type ConstNode =
  | (NodeBase & { readonly kind: 'int'; readonly value: bigint })
  | (NodeBase & { readonly kind: 'double'; readonly value: number; readonly text: string })
  /** Only the delimiter is unescaped, as in thriftgo: other backslashes stand in the value. */
  | (NodeBase & { readonly kind: 'string'; readonly value: string; readonly quote: '"' | "'" })
  /** `true` or `false`. */
  | (NodeBase & { readonly kind: 'bool'; readonly value: boolean })
  | (NodeBase & { readonly kind: 'identifier'; readonly name: string })
  | (NodeBase & { readonly kind: 'list'; readonly items: readonly ConstNode[] })
  | (NodeBase & { readonly kind: 'map'; readonly entries: readonly ConstEntryNode[] });

/** `key: value` of a constant map. */
export interface ConstEntryNode {
  readonly key: ConstNode;
  readonly value: ConstNode;
}

/** `const Type NAME = value`. */
export interface ConstantNode extends DeclBase {
  readonly kind: 'const';
  readonly type: TypeNode;
  readonly value: ConstNode;
}

/** `typedef Type Name`. */
export interface TypedefNode extends DeclBase {
  readonly kind: 'typedef';
  readonly type: TypeNode;
}

/** `enum Name { … }`. */
export interface EnumNode extends DeclBase {
  readonly kind: 'enum';
  readonly values: readonly EnumValueNode[];
}

/** One value of an enum. `value` is undefined if it was left out. */
export interface EnumValueNode extends DeclBase {
  readonly kind: 'enumValue';
  readonly value: bigint | undefined;
  readonly valueSpan: Span | undefined;
}

/** How a field was marked. */
export type Requiredness = 'required' | 'optional' | 'default';

/** A field of a struct, an argument, or an entry of `throws`. */
export interface FieldNode extends DeclBase {
  readonly kind: 'field';
  /** Undefined if the id was left out. */
  readonly id: bigint | undefined;
  readonly idSpan: Span | undefined;
  readonly requiredness: Requiredness;
  readonly type: TypeNode;
  readonly defaultValue: ConstNode | undefined;
}

/** The three sorts of struct. */
export type StructKind = 'struct' | 'union' | 'exception';

/** `struct|union|exception Name { … }`. */
export interface StructNode extends DeclBase {
  readonly kind: 'struct';
  readonly structKind: StructKind;
  readonly fields: readonly FieldNode[];
}

/** `service Name extends Base { … }`. */
export interface ServiceNode extends DeclBase {
  readonly kind: 'service';
  readonly extends: string | undefined;
  readonly extendsSpan: Span | undefined;
  readonly functions: readonly FunctionNode[];
}

/** A method of a service. */
export interface FunctionNode extends DeclBase {
  readonly kind: 'function';
  readonly oneway: boolean;
  /** Undefined for `void`. */
  readonly returnType: TypeNode | undefined;
  readonly args: readonly FieldNode[];
  readonly throws: readonly FieldNode[];
}

/** A declaration at the top of a file. */
export type DefinitionNode = ConstantNode | TypedefNode | EnumNode | StructNode | ServiceNode;

/** One parsed file. */
export interface Document extends NodeBase {
  readonly kind: 'document';
  readonly path: string;
  /** The first comment of the file if a blank line or a header follows it (a licence, mostly). */
  readonly doc: string | undefined;
  readonly includes: readonly IncludeNode[];
  readonly cppIncludes: readonly CppIncludeNode[];
  readonly namespaces: readonly NamespaceNode[];
  /** In source order. */
  readonly definitions: readonly DefinitionNode[];
}

// ---- Program: every name resolved to its declaration. A graph with cycles. ----

/** A resolved type. Typedefs are kept; `underlyingType` strips them. */
export type ResolvedType =
  | { readonly kind: BaseKind; readonly annotations: readonly Annotation[] }
  | { readonly kind: 'list' | 'set'; readonly element: ResolvedType; readonly annotations: readonly Annotation[] }
  | { readonly kind: 'map'; readonly key: ResolvedType; readonly value: ResolvedType; readonly annotations: readonly Annotation[] }
  | { readonly kind: 'enum'; readonly decl: ResolvedEnum; readonly annotations: readonly Annotation[] }
  | { readonly kind: 'struct'; readonly decl: ResolvedStruct; readonly annotations: readonly Annotation[] }
  | { readonly kind: 'typedef'; readonly decl: ResolvedTypedef; readonly annotations: readonly Annotation[] };

/** A type without typedefs at its top; its elements may be typedefs. */
export type UnderlyingType = Exclude<ResolvedType, { readonly kind: 'typedef' }>;

interface ValueBase {
  /** The constant that was named in the source, if the value was written as a name of a constant. */
  readonly constant: ResolvedConstant | undefined;
}

/** A constant converted to the type of its place: an int in a double's place is a `double`, and so on. */
export type ResolvedValue =
  | (ValueBase & { readonly kind: 'bool'; readonly value: boolean })
  /** `i64` values may exceed a double; `i8`, `i16` and `i32` fit one. The range has been checked. */
  | (ValueBase & { readonly kind: 'i8' | 'i16' | 'i32' | 'i64'; readonly value: bigint })
  | (ValueBase & { readonly kind: 'double'; readonly value: number })
  /** Text with the escapes of Go applied (`\n`, `\x41`, `\u00e9` and so on). */
  | (ValueBase & { readonly kind: 'string'; readonly value: string })
  /** `bytes` is what is meant, `value` the same read as UTF-8. */
  | (ValueBase & { readonly kind: 'binary'; readonly value: string; readonly bytes: Uint8Array })
  /** `member` is undefined if a number outside the enum was written. */
  | (ValueBase & { readonly kind: 'enum'; readonly decl: ResolvedEnum; readonly value: number; readonly member: ResolvedEnumValue | undefined })
  | (ValueBase & { readonly kind: 'list' | 'set'; readonly items: readonly ResolvedValue[] })
  | (ValueBase & { readonly kind: 'map'; readonly entries: readonly ResolvedEntry[] })
  /** Fields in the order they were written; each at most once. */
  | (ValueBase & { readonly kind: 'struct'; readonly decl: ResolvedStruct; readonly fields: readonly ResolvedFieldValue[] });

/** One entry of a constant map. */
export interface ResolvedEntry {
  readonly key: ResolvedValue;
  readonly value: ResolvedValue;
}

/** One field of a constant struct. */
export interface ResolvedFieldValue {
  readonly field: ResolvedField;
  readonly value: ResolvedValue;
}

interface ResolvedBase {
  readonly name: string;
  readonly annotations: readonly Annotation[];
  readonly doc: string | undefined;
}

interface ResolvedTop extends ResolvedBase {
  /** The file that declares it. */
  readonly file: ResolvedFile;
}

/** A constant. */
export interface ResolvedConstant extends ResolvedTop {
  readonly kind: 'const';
  readonly node: ConstantNode;
  readonly type: ResolvedType;
  readonly value: ResolvedValue;
}

/** A typedef. */
export interface ResolvedTypedef extends ResolvedTop {
  readonly kind: 'typedef';
  readonly node: TypedefNode;
  readonly type: ResolvedType;
}

/** An enum; left out values are filled in. */
export interface ResolvedEnum extends ResolvedTop {
  readonly kind: 'enum';
  readonly node: EnumNode;
  readonly values: readonly ResolvedEnumValue[];
}

/** One value of an enum, in the range of i32. */
export interface ResolvedEnumValue extends ResolvedBase {
  readonly node: EnumValueNode;
  readonly value: number;
}

/** A field, an argument, or an entry of `throws`. */
export interface ResolvedField extends ResolvedBase {
  readonly node: FieldNode;
  /** In the range of i16; may be zero or negative (with a warning). */
  readonly id: number;
  /** Fields of unions and entries of `throws` are `optional`, and no argument is, whatever was written. */
  readonly requiredness: Requiredness;
  readonly type: ResolvedType;
  readonly defaultValue: ResolvedValue | undefined;
}

/** A struct, union or exception. */
export interface ResolvedStruct extends ResolvedTop {
  readonly kind: 'struct';
  readonly structKind: StructKind;
  readonly node: StructNode;
  /** In source order. */
  readonly fields: readonly ResolvedField[];
}

/** The values of the annotation `streaming.mode`. */
export type StreamingMode = 'unary' | 'client' | 'server' | 'bidirectional';

/** A service. */
export interface ResolvedService extends ResolvedTop {
  readonly kind: 'service';
  readonly node: ServiceNode;
  readonly extends: ResolvedService | undefined;
  /** Its own functions; `allFunctions` adds the inherited ones. */
  readonly functions: readonly ResolvedFunction[];
}

/** A method. */
export interface ResolvedFunction extends ResolvedBase {
  readonly node: FunctionNode;
  readonly oneway: boolean;
  /** Undefined if the function has no `streaming.mode`: an ordinary call. */
  readonly streaming: StreamingMode | undefined;
  /** Undefined for `void`. */
  readonly returnType: ResolvedType | undefined;
  readonly args: readonly ResolvedField[];
  readonly throws: readonly ResolvedField[];
}

/** A declaration at the top of a file. */
export type ResolvedDefinition = ResolvedConstant | ResolvedTypedef | ResolvedEnum | ResolvedStruct | ResolvedService;

/** An include with the file it led to. */
export interface ResolvedInclude {
  readonly node: IncludeNode;
  /** What names from the file are written with: its base name without `.thrift`. */
  readonly prefix: string;
  readonly file: ResolvedFile;
  /** Whether any name was taken from it. */
  readonly used: boolean;
}

/** One file of a program. */
export interface ResolvedFile {
  readonly path: string;
  /** Base name without `.thrift`; the prefix others use. */
  readonly name: string;
  readonly document: Document;
  readonly source: SourceFile;
  readonly includes: readonly ResolvedInclude[];
  /** Name by language, `*` included. The last one given wins. */
  readonly namespaces: ReadonlyMap<string, string>;
  /** In source order. */
  readonly definitions: readonly ResolvedDefinition[];
  /** The same by name. */
  readonly names: ReadonlyMap<string, ResolvedDefinition>;
}

/** A root file and everything it includes. */
export interface Program {
  /** Every file once, an included one before the one that includes it; the root is last. */
  readonly files: readonly ResolvedFile[];
  readonly root: ResolvedFile;
  /** Warnings only: errors are thrown as IdlError. */
  readonly warnings: readonly Diagnostic[];
}
