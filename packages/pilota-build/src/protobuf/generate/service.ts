// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Code } from '../../generate/code.js';
import { key, methodKey, quoted } from '../../generate/names.js';
import { isTrue } from '../features.js';
import type { ProtoMethod, ProtoService } from '../model.js';
import { optionTree } from '../options.js';
import type { ProtoContext } from './context.js';

/** How a method streams. */
export function methodKind(m: ProtoMethod): 'unary' | 'client' | 'server' | 'bidi' {
  if (m.clientStreaming) return m.serverStreaming ? 'bidi' : 'client';
  return m.serverStreaming ? 'server' : 'unary';
}

function methodDoc(m: ProtoMethod): string | undefined {
  const parts = [m.doc ?? '', isTrue(m.options, 'deprecated') ? '@deprecated' : ''].filter((p) => p !== '');
  return parts.length === 0 ? undefined : parts.join('\n');
}

/** Writes a service: the interface of its clients, that of its handlers, its methods, and the definition that holds them. */
export function generateService(c: ProtoContext, out: Code, s: ProtoService): void {
  const { imports } = c;
  const client = imports.name(s, 'Client');
  const handlers = imports.name(s, 'Handlers');
  const promise = imports.global('Promise');
  const source = (type: string): string => `${imports.global('Iterable')}<${type}> | ${imports.global('AsyncIterable')}<${type}>`;
  out.doc(s.doc ?? `Methods of a client of ${s.name}.`);
  out.block(`export interface ${client} {`, () => {
    for (const m of s.methods) {
      const req = imports.name(m.request, 'Input');
      const res = imports.name(m.response);
      out.doc(methodDoc(m));
      out.line(`${key(methodKey(m.name))}(${m.clientStreaming ? `requests: ${source(req)}` : `req: ${req}`}, options?: $.CallOptions): ${m.serverStreaming ? `$.ResponseStream<${res}>` : `${promise}<${res}>`};`);
    }
  });
  out.line();
  out.line(`/** Handlers of a server of ${s.name}. */`);
  out.block(`export interface ${handlers} {`, () => {
    for (const m of s.methods) {
      const req = imports.name(m.request);
      const res = imports.name(m.response, 'Input');
      out.doc(methodDoc(m));
      out.line(`${key(methodKey(m.name))}(${m.clientStreaming ? `requests: ${imports.global('AsyncIterable')}<${req}>` : `req: ${req}`}, ctx: $.HandlerContext): ${m.serverStreaming ? source(res) : `$.Awaitable<${res}>`};`);
    }
  });
  out.line();
  const constant = (m: ProtoMethod): string => `${imports.helper(s, '$')}_${m.name}`;
  for (const m of s.methods) {
    const req = `${imports.name(m.request)} as $.StructCodec<unknown>`;
    const res = `${imports.name(m.response)} as $.StructCodec<unknown>`;
    out.block(`export const ${constant(m)}: $.MethodDefinition = {`, () => {
      out.line(`name: ${quoted(m.name)},`);
      out.line(`key: ${quoted(methodKey(m.name))},`);
      out.line(`kind: '${methodKind(m)}',`);
      out.line('arity: 1,');
      out.line(`args: ${req},`);
      out.line(`result: ${res},`);
      out.line(`request: ${req},`);
      out.line(`response: ${res},`);
      out.line('encodeError: () => false,');
      out.line('isDeclared: () => false,');
      const notes = annotations(m);
      out.line(`annotations: ${notes.length === 0 ? '{}' : `{ ${notes.join(', ')} }`},`);
    }, '};');
    out.line();
  }
  out.doc(s.doc ?? `The service ${s.name}.`);
  out.block(`export const ${imports.name(s)}: $.ServiceDefinition<${client}, ${handlers}> = {`, () => {
    out.line('codegen: 1,');
    out.line(`name: ${quoted(s.name)},`);
    out.line(`package: ${quoted(s.file.package)},`);
    out.line(`payload: 'protobuf',`);
    out.block('methods: [', () => {
      for (const m of s.methods) out.line(`${constant(m)},`);
    }, '],');
    out.line(`descriptor: () => ${imports.file(s.file)},`);
  }, '};');
  out.line();
}

/** Options of a method that are one scalar: `(api.get) = "/x"` is `'api.get': '/x'`. */
function annotations(m: ProtoMethod): string[] {
  const out: string[] = [];
  for (const [f, items] of optionTree(m)) {
    const last = items.at(-1);
    if (last?.kind !== 'scalar' || last.value instanceof Uint8Array) continue;
    out.push(`${key(f.extendee === undefined ? f.name : f.fullName)}: ${quoted(String(last.value))}`);
  }
  return out;
}
