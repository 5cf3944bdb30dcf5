// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ResolvedField, ResolvedFile, ResolvedStruct } from '../thrift/ast.js';
import { underlyingType } from '../thrift/types.js';

/** Words that cannot name a top-level declaration of a module. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return ' +
    'super switch this throw true try typeof var void while with yield let static implements interface package private protected public await async of ' +
    'any unknown never number string boolean bigint symbol object undefined arguments eval globalThis NaN Infinity'
  ).split(' '),
);

/** Properties that every client, promise or object has: a method of that name would hide them. */
const METHOD_RESERVED: ReadonlySet<string> = new Set(['close', 'destroy', 'then', 'catch', 'finally', 'constructor', 'toString', 'toJSON', 'valueOf']);
const EXCEPTION_RESERVED: ReadonlySet<string> = new Set(['name', 'stack', 'cause']);
/** Properties that every object inherits: a field of that name would seem to be set where it is not. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Globals that generated code uses, which a declaration of the IDL may hide. */
export const GLOBALS: ReadonlySet<string> = new Set(['Map', 'Set', 'ReadonlyMap', 'ReadonlySet', 'Readonly', 'Record', 'Iterable', 'AsyncIterable', 'Promise', 'Uint8Array', 'BigInt', 'Error']);

/** Name of a declaration in TypeScript. */
export function declName(name: string): string {
  const n = name.replaceAll('.', '_');
  return RESERVED.has(n) ? `${n}_` : n;
}

/** Property name of a struct's field: that of the IDL, with a `_` where every object has such a property already. */
export function fieldName(name: string): string {
  return INHERITED.has(name) ? `${name}_` : name;
}

/** Property name of a field of a struct, union or exception: Error has some properties of its own, of which `message` is the field's if it is a string. */
export function propertyName(s: ResolvedStruct, f: ResolvedField): string {
  const { name } = f;
  if (s.structKind !== 'exception') return fieldName(name);
  const taken = EXCEPTION_RESERVED.has(name) || (name === 'message' && underlyingType(f.type).kind !== 'string');
  return taken ? `${name}_` : fieldName(name);
}

/** Property name of a method on clients and handlers: the first letter lowered. */
export function methodKey(name: string): string {
  const key = name.charAt(0).toLowerCase() + name.slice(1);
  return METHOD_RESERVED.has(key) ? `${key}_` : key;
}

const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

/** `.name` or `["na.me"]`. */
export function access(name: string): string {
  return IDENTIFIER.test(name) ? `.${name}` : `[${quoted(name)}]`;
}

/** `name` or `"na.me"`, in an object literal or type. */
export function key(name: string): string {
  return IDENTIFIER.test(name) ? name : quoted(name);
}

/** Folder of a file's module: namespace `ts`, else `js`, `*`, `go`, else the file name in lower case; dots become folders. */
export function namespacePath(file: ResolvedFile): string {
  const n = file.namespaces;
  const given = n.get('ts') ?? n.get('js') ?? n.get('*') ?? n.get('go');
  const parts = (given ?? file.name.toLowerCase())
    .split(/[./]/)
    .map((p) => p.replaceAll(/[^A-Za-z0-9_-]/g, '_'))
    .filter((p) => p !== '');
  return parts.length === 0 ? 'idl' : parts.join('/');
}

/** A string literal. */
export function quoted(text: string): string {
  return /^[\x20-\x26\x28-\x5b\x5d-\x7e]*$/.test(text) ? `'${text}'` : JSON.stringify(text);
}
