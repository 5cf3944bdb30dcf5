// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, describe, expect, it } from 'vitest';
import type { StructCodec } from '@cloudwego/pilota/codegen/v1';
import type { ThriftDescriptor } from '@cloudwego/pilota/descriptor';
import { describeThrift, generateThrift, trimThrift } from '@cloudwego/pilota-build';
import type { GeneratorPlugin } from '@cloudwego/pilota-build';
import { cleanUp, load, program, texts, typeCheck, write } from './load.js';

afterAll(cleanUp);

const IDL = 'namespace js p\nstruct User { 1: required string name, 2: i32 age = 7 }\nunion U { 1: i32 a }\nservice S { User get(1: User u) }\nstruct Unused { 1: i32 a }\n';

const WITH_DESCRIPTOR: Readonly<Record<string, string>> = { 'a.thrift': 'include "b.thrift"\nnamespace js a\nservice A extends b.B { b.X get(1: b.X x) }\n', 'b.thrift': 'namespace js b\nenum E { ONE = 1 }\nstruct X { 1: i64 a = 5, 2: list<E> e = [E.ONE], 3: map<string, X> m (api.key = "__proto__"), 4: binary bin = "x", 5: set<string> s = ["q"] }\nservice B { void b() }\n' };

/** A function beside every struct. */
const empty: GeneratorPlugin = {
  name: 'empty',
  onDefinition(d, c) {
    if (d.kind !== 'struct' || d.structKind !== 'struct') return;
    const required = d.fields.filter((f) => f.requiredness === 'required').map((f) => c.property(d, f));
    c.code.doc(`What ${d.name} is sent as when nothing is known of it but ${required.join(', ') || 'that it is there'}.`);
    c.code.line(`export const empty${c.name(d)} = (given: Pick<${c.inputName(d)}, ${required.map((r) => `'${r}'`).join(' | ') || 'never'}>): ${c.inputName(d)} => ({ ...given });`);
    c.code.line();
  },
};

describe('plugins', () => {
  it('add to what is written of a declaration', async () => {
    const p = (await load(IDL, 'p/index.ts', { plugins: [empty] })) as { emptyUser(given: { name: string }): object };
    expect(p.emptyUser({ name: 'a' })).toEqual({ name: 'a' });
  });

  it('see the model first, change files, and add files', () => {
    const seen: string[] = [];
    const plugin: GeneratorPlugin = {
      name: 'all',
      onProgram: (p) => trimThrift(p).program,
      onFile: (f) => ({ ...f, text: f.text.replace('DO NOT EDIT.', 'DO NOT EDIT. Reviewed.') }),
      onDefinition: (d, c) => {
        seen.push(`${d.kind} ${d.name}`);
        c.import("import type { Extra } from './extra.js';");
        if (d.kind === 'service') c.code.line('export type { Extra };');
      },
      onEnd: (p) => [{ path: 'p/extra.ts', text: `export type Extra = '${p.root.definitions.length}';\n` }],
    };
    const files = new Map(generateThrift(program(IDL), { plugins: [plugin] }).map((f) => [f.path, f.text]));
    expect([...files.keys()]).toEqual(['p/index.ts', 'p/extra.ts']);
    expect(seen).toEqual(['struct User', 'service S']);
    const text = files.get('p/index.ts')!;
    expect(text).toContain('DO NOT EDIT. Reviewed.');
    expect(text.match(/import type \{ Extra \}/g)).toHaveLength(1);
    // What plugins and descriptors add is held to what generated code is held to.
    const described = generateThrift(program({ ...WITH_DESCRIPTOR }), { descriptors: true });
    const dir = write([...files].map(([path, t]) => ({ path, text: t })).concat(described));
    expect(typeCheck(dir, ['p/index.ts', 'a/index.ts']).errors).toEqual([]);
  });

  it('may not write where a file is, or outside', () => {
    for (const path of ['p/index.ts', '../x.ts', '/x.ts', 'a/../../x.ts']) expect(() => generateThrift(program(IDL), { plugins: [{ name: 'x', onEnd: () => [{ path, text: '' }] }] })).toThrow('generate.plugins');
    expect(() => generateThrift(program(IDL), { plugins: [{} as GeneratorPlugin] })).toThrow('plugins');
  });
});

describe('descriptors', () => {
  const files = WITH_DESCRIPTOR;

  it('are given by services on request, each with its file as root', async () => {
    const a = (await load(files, 'a/index.ts', { descriptors: true })) as { A: { descriptor(): ThriftDescriptor } };
    expect(a.A.descriptor()).toEqual(describeThrift(program(files)));
    const b = (await load(files, 'b/index.ts', { descriptors: true })) as { B: { descriptor(): ThriftDescriptor } };
    expect(b.B.descriptor()).toMatchObject({ root: 'b', services: [{ name: 'B' }] });
  });

  it('are not there otherwise', () => {
    for (const t of texts(files).values()) expect(t).not.toContain('$descriptor');
  });
});

it('types have no more than they need: a codec is its two functions and its shape', async () => {
  const p = (await load(IDL, 'p/index.ts')) as { User: StructCodec<unknown> };
  expect(Object.keys(p.User)).toEqual(['encode', 'decode', 'shape']);
});
