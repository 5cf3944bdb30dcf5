// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { allFunctions, underlyingType } from '../thrift/types.js';
import type { ResolvedField, ResolvedFunction, ResolvedService, ResolvedType } from '../thrift/ast.js';
import type { Code } from './code.js';
import { typeId } from './context.js';
import type { Context } from './context.js';
import { decodeFields, decoded, decodeValue, local, requireFields } from './decode.js';
import { encodeField, encodeValue } from './encode.js';
import { key, methodKey, quoted } from './names.js';
import { typeText } from './types.js';
import { mayBeAbsent } from './values.js';

/** Methods that are generated: those with a leading `_` are left out, as Kitex leaves them out. */
export function methodsOf(functions: readonly ResolvedFunction[]): readonly ResolvedFunction[] {
  return functions.filter((f) => !f.name.startsWith('_'));
}

type Kind = 'unary' | 'oneway' | 'client' | 'server' | 'bidi';

function kindOf(f: ResolvedFunction): Kind {
  if (f.oneway) return 'oneway';
  switch (f.streaming) {
    case 'client':
    case 'server':
      return f.streaming;
    case 'bidirectional':
      return 'bidi';
    default:
      return 'unary';
  }
}

/** Writes a service: the interface of its clients, that of its handlers, its methods, and the definition that holds them. */
export function generateService(c: Context, out: Code, s: ResolvedService, packageName: string): void {
  const { imports } = c;
  const own = methodsOf(s.functions);
  const client = imports.name(s.file, s.name, 'Client');
  const handlers = imports.name(s.file, s.name, 'Handlers');
  const all = methodsOf(allFunctions(s));
  // A method that is redefined may look quite otherwise, which an interface that extends may not: then everything is spelled out.
  const redefines = s.extends !== undefined && methodsOf(allFunctions(s.extends)).some((f) => own.some((g) => g.name === f.name));
  const parent = redefines ? undefined : s.extends;
  const listed = redefines ? all : own;
  const extend = (suffix: string): string => (parent === undefined ? '' : ` extends ${imports.name(parent.file, parent.name, suffix)}`);

  out.doc(s.doc ?? `Methods of a client of ${s.name}.`);
  out.block(`export interface ${client}${extend('Client')} {`, () => {
    for (const f of listed) {
      out.doc(f.doc);
      out.line(clientSignature(c, f));
    }
  });
  out.line();
  out.line(`/** Handlers of a server of ${s.name}. */`);
  out.block(`export interface ${handlers}${extend('Handlers')} {`, () => {
    for (const f of listed) {
      out.doc(f.doc);
      out.line(handlerSignature(c, f));
    }
  });
  out.line();
  for (const f of own) method(c, out, s, f);
  out.doc(s.doc ?? `The service ${s.name}.`);
  out.block(
    `export const ${imports.name(s.file, s.name)}: $.ServiceDefinition<${client}, ${handlers}> = {`,
    () => {
      out.line('codegen: 1,');
      out.line(`name: ${quoted(s.name)},`);
      out.line(`package: ${quoted(packageName)},`);
      out.line(`payload: 'thrift',`);
      out.block('methods: [', () => {
        for (const f of all) out.line(`${methodConst(c, ownerOf(s, f), f)},`);
      }, '],');
      out.line(c.o.descriptors ? 'descriptor: () => $descriptor,' : 'descriptor: () => undefined,');
    },
    '};',
  );
  out.line();
}

function ownerOf(s: ResolvedService, f: ResolvedFunction): ResolvedService {
  for (let o: ResolvedService | undefined = s; o !== undefined; o = o.extends) if (o.functions.includes(f)) return o;
  return s;
}

function methodConst(c: Context, s: ResolvedService, f: ResolvedFunction): string {
  return `${c.imports.helper(s.file, '$', s.name)}_${f.name.replaceAll('.', '_')}`;
}

// ── signatures ───────────────────────────────────────────────────────────────────────────────────

const TAKEN: ReadonlySet<string> = new Set(['options', 'ctx', 'requests']);
const WORDS: ReadonlySet<string> = new Set(
  'break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with yield let static implements interface package private protected public await arguments eval'.split(' '),
);

function parameter(name: string): string {
  const n = name.replaceAll('.', '_');
  return TAKEN.has(n) || WORDS.has(n) ? `${n}_` : n;
}

function argument(c: Context, f: ResolvedField, d: 'in' | 'out'): string {
  return `${parameter(f.name)}: ${typeText(c, f.type, d, f)}`;
}

function result(c: Context, f: ResolvedFunction, d: 'in' | 'out'): string {
  return f.returnType === undefined ? 'void' : typeText(c, f.returnType, d);
}

function clientSignature(c: Context, f: ResolvedFunction): string {
  const kind = kindOf(f);
  const res = result(c, f, 'out');
  const name = key(methodKey(f.name));
  const options = 'options?: $.CallOptions';
  if (kind === 'client' || kind === 'bidi') {
    const item = f.args[0] === undefined ? 'never' : typeText(c, f.args[0].type, 'in', f.args[0]);
    const requests = `requests: ${c.imports.global('Iterable')}<${item}> | ${c.imports.global('AsyncIterable')}<${item}>`;
    return `${name}(${requests}, ${options}): ${kind === 'client' ? `${c.imports.global('Promise')}<${res}>` : `$.ResponseStream<${res}>`};`;
  }
  const args = [...f.args.map((a) => argument(c, a, 'in')), options].join(', ');
  return `${name}(${args}): ${kind === 'server' ? `$.ResponseStream<${res}>` : `${c.imports.global('Promise')}<${res}>`};`;
}

function handlerSignature(c: Context, f: ResolvedFunction): string {
  const kind = kindOf(f);
  const res = result(c, f, 'in');
  const name = key(methodKey(f.name));
  const stream = `${c.imports.global('Iterable')}<${res}> | ${c.imports.global('AsyncIterable')}<${res}>`;
  if (kind === 'client' || kind === 'bidi') {
    const item = f.args[0] === undefined ? 'never' : typeText(c, f.args[0].type, 'out', f.args[0]);
    return `${name}(requests: ${c.imports.global('AsyncIterable')}<${item}>, ctx: $.HandlerContext): ${kind === 'client' ? `$.Awaitable<${res}>` : stream};`;
  }
  const args = [...f.args.map((a) => argument(c, a, 'out')), 'ctx: $.HandlerContext'].join(', ');
  return `${name}(${args}): ${kind === 'server' ? stream : `$.Awaitable<${res}>`};`;
}

// ── definitions ──────────────────────────────────────────────────────────────────────────────────

function method(c: Context, out: Code, s: ResolvedService, f: ResolvedFunction): void {
  const name = methodConst(c, s, f);
  const where = `${s.name}.${f.name}`;
  const arg = f.args.length === 1 ? bareCodec(c, f.args[0]!.type) : undefined;
  const res = f.returnType === undefined ? undefined : bareCodec(c, f.returnType);
  if (arg === undefined) out.block(`const ${name}_args: $.StructCodec<unknown> = {`, () => argsCodec(c, out, f, where), '};');
  if (res === undefined) out.block(`const ${name}_result: $.StructCodec<unknown> = {`, () => resultCodec(c, out, f, where), '};');
  out.block(
    `export const ${name}: $.MethodDefinition = {`,
    () => {
      out.line(`name: ${quoted(f.name)},`);
      out.line(`key: ${quoted(methodKey(f.name))},`);
      out.line(`kind: '${kindOf(f)}',`);
      out.line(`arity: ${f.args.length},`);
      if (arg === undefined) out.line(`args: ${name}_args,`);
      else out.block('args: {', () => argsCodec(c, out, f, where), '},');
      if (res === undefined) out.line(`result: ${name}_result,`);
      else out.block('result: {', () => resultCodec(c, out, f, where), '},');
      out.line(`request: ${arg === undefined ? `${name}_args` : `${arg} as $.StructCodec<unknown>`},`);
      out.line(`response: ${res === undefined ? `${name}_result` : `${res} as $.StructCodec<unknown>`},`);
      errors(c, out, f, where);
      const notes = f.annotations.map((a) => `${key(a.key)}: ${quoted(a.values.at(-1) ?? '')}`);
      out.line(`annotations: ${notes.length === 0 ? '{}' : `{ ${notes.join(', ')} }`},`);
    },
    '};',
  );
  out.line();
}

/** The codec of a message that stands alone: a struct's own. */
function bareCodec(c: Context, type: ResolvedType): string | undefined {
  const t = underlyingType(type);
  return t.kind === 'struct' ? c.imports.name(t.decl.file, t.decl.name) : undefined;
}

function argsCodec(c: Context, out: Code, f: ResolvedFunction, where: string): void {
  const names = f.args.map((_, i) => `a${i}`);
  const place = (a: ResolvedField): { where: string; counting: boolean } => ({ where: `${where}.${a.name}`, counting: false });
  const types = f.args.map((a) => `${typeText(c, a.type, 'in', a)}${a.requiredness === 'required' ? '' : ' | undefined'}`);
  out.block(
    `encode(w: $.ByteWriter${f.args.length === 0 ? '' : ', v: unknown'}): void {`,
    () => {
      if (f.args.length === 1) out.line(`const a0 = v as ${types[0]!};`);
      else if (f.args.length > 1) out.line(`const [${names.join(', ')}] = v as readonly [${types.join(', ')}];`);
      f.args.forEach((a, i) => {
        encodeField(c, out, a, names[i]!, place(a), where);
      });
      out.line('w.u8(0);');
    },
    '},',
  );
  out.block(
    'decode(r: $.ByteReader): unknown {',
    () => {
      // Every client writes every argument: one that is missing and cannot be filled in is an error, so that handlers need not ask.
      const args = f.args.map((a): ResolvedField => (mayBeAbsent(c, a) ? { ...a, requiredness: 'required' } : a));
      decodeFields(c, out, args, place);
      requireFields(out, args, where);
      const values = args.map((a) => decoded(c, a));
      out.line(`return ${f.args.length === 1 ? values[0]! : `[${values.join(', ')}]`};`);
    },
    '},',
  );
}

function resultCodec(c: Context, out: Code, f: ResolvedFunction, where: string): void {
  const type = f.returnType;
  const place = { where: `result of ${where}`, counting: false };
  out.block(
    `encode(w: $.ByteWriter${type === undefined ? '' : ', v: unknown'}): void {`,
    () => {
      if (type !== undefined) {
        out.line(`if (v == null) throw $.missingField('${where}', 'success');`);
        out.line(`w.u8(${typeId(type)});`);
        out.line('w.i16(0);');
        encodeValue(c, out, type, `v as ${typeText(c, type, 'in')}`, place);
      }
      out.line('w.u8(0);');
    },
    '},',
  );
  out.block(
    'decode(r: $.ByteReader): unknown {',
    () => {
      if (type !== undefined) out.line(`let success: ${typeText(c, type, 'out')} | undefined = undefined;`);
      if (f.throws.length > 0) out.line(`let error: ${f.throws.map((t) => typeText(c, t.type, 'out')).join(' | ')} | undefined = undefined;`);
      out.block('for (;;) {', () => {
        out.line('const t = r.u8();');
        out.line('if (t === 0) break;');
        if (type === undefined && f.throws.length === 0) {
          out.line('r.skip(2);');
        } else {
          out.block('switch (r.i16()) {', () => {
            const arm = (id: number, t: ResolvedType, target: string): void => {
              out.nest(`case ${id}:`, () => {
                out.block(`if (t === ${typeId(t)}) {`, () => {
                  decodeValue(c, out, t, place, (e) => `${target} = ${e};`);
                  out.line('continue;');
                });
                out.line('break;');
              });
            };
            if (type !== undefined) arm(0, type, 'success');
            for (const t of f.throws) arm(t.id, t.type, 'error');
          });
        }
        out.line('$.skip(r, t);');
      });
      if (f.throws.length > 0) out.line('if (error !== undefined) throw error;');
      if (type === undefined) {
        out.line('return undefined;');
      } else {
        out.line(`if (success === undefined) throw $.missingResult('${where}');`);
        out.line('return success;');
      }
    },
    '},',
  );
}

function errors(c: Context, out: Code, f: ResolvedFunction, where: string): void {
  if (f.throws.length === 0) {
    out.line('encodeError: () => false,');
    out.line('isDeclared: () => false,');
    return;
  }
  out.block(
    'encodeError(w: $.ByteWriter, e: unknown): boolean {',
    () => {
      for (const t of f.throws) {
        const decl = underlyingType(t.type);
        if (decl.kind !== 'struct') continue;
        out.block(`if (e instanceof ${c.imports.name(decl.decl.file, decl.decl.name)}) {`, () => {
          out.line('w.u8(12);');
          out.line(`w.i16(${t.id});`);
          encodeValue(c, out, t.type, 'e', { where: `${where}.${local(t)}`, counting: false });
          out.line('w.u8(0);');
          out.line('return true;');
        });
      }
      out.line('return false;');
    },
    '},',
  );
  const classes = f.throws.map((t) => underlyingType(t.type)).flatMap((t) => (t.kind === 'struct' ? [`e instanceof ${c.imports.name(t.decl.file, t.decl.name)}`] : []));
  out.line(`isDeclared: (e: unknown): boolean => ${classes.join(' || ')},`);
}
