// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { IdlError, loadThrift, loadThriftText } from '../../src/index.js';
import { errorsOf, loadFiles } from './support.js';

describe('from disk', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'thrift-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  }

  test('includes are found beside the including file first, then in the include folders in order', () => {
    write({
      'app/main.thrift': 'include "sub/a.thrift"\ninclude "shared.thrift"\nstruct M { 1: a.A a 2: shared.First s }',
      'app/sub/a.thrift': 'include "../b.thrift"\ninclude "deep/c.thrift"\nstruct A { 1: b.B b 2: c.C c }',
      'app/b.thrift': 'struct B {}',
      'one/shared.thrift': 'struct First {}',
      'two/shared.thrift': 'struct Second {}',
      'two/deep/c.thrift': 'struct C {}',
    });
    const program = loadThrift(join(folder, 'app/main.thrift'), { includeDirs: [join(folder, 'one'), join(folder, 'two')] });
    expect(program.files.map((f) => f.path.slice(folder.length + 1))).toEqual(['app/b.thrift', 'two/deep/c.thrift', 'app/sub/a.thrift', 'one/shared.thrift', 'app/main.thrift']);
    expect(program.root).toBe(program.files.at(-1));
    expect(program.root.includes.map((i) => [i.prefix, i.used, i.file.definitions[0]?.name])).toEqual([
      ['a', true, 'A'],
      ['shared', true, 'First'],
    ]);
  });

  test('a missing include says where it was looked for, and the others are still read', () => {
    write({ 'main.thrift': 'include "gone.thrift"\ninclude "bad.thrift"', 'bad.thrift': 'struct' });
    const printed = errorsOf(() => loadThrift(join(folder, 'main.thrift'), { includeDirs: [join(folder, 'x')] }));
    const main = join(folder, 'main.thrift');
    const looked = `${join(folder, 'gone.thrift')}, ${join(folder, 'x', 'gone.thrift')}`;
    expect(printed).toContain(`${main}:1:9: error: include "gone.thrift" is missing, looked for ${looked} [THRIFT_INCLUDE_MISSING]\ninclude "gone.thrift"\n        ^^^^^^^^^^^^^`);
    expect(printed).toContain(`${join(folder, 'bad.thrift')}:1:7: error: unexpected end of file, wanted a name for the struct`);
  });

  test('a folder is no file, and a missing entry is an IDL error', () => {
    write({ 'main.thrift': 'include "sub"', 'sub/a.thrift': '' });
    expect(errorsOf(() => loadThrift(join(folder, 'main.thrift')))).toContain('[THRIFT_INCLUDE_MISSING]');
    expect(errorsOf(() => loadThrift(join(folder, 'gone.thrift')))).toContain('gone.thrift:1:1: error: file does not exist [THRIFT_FILE_MISSING]');
  });

  test('a file above 16 MiB is refused before it is read', () => {
    write({ 'main.thrift': 'include "big.thrift"', 'big.thrift': ' '.repeat(16 * 1024 * 1024 + 1) });
    expect(errorsOf(() => loadThrift(join(folder, 'main.thrift')))).toContain('file is too large, got 16777217 bytes, wanted at most 16777216 [THRIFT_INCLUDE_UNREADABLE]');
  });
});

describe('from memory', () => {
  test('files that include each other are reported with the chain', () => {
    const files = { 'main.thrift': 'include "a.thrift"', 'a.thrift': '\ninclude "b.thrift"', 'b.thrift': 'include "./a.thrift"' };
    expect(errorsOf(() => loadFiles(files))).toBe('b.thrift:1:9: error: files include each other: a.thrift -> b.thrift -> a.thrift [THRIFT_INCLUDE_CYCLE]\ninclude "./a.thrift"\n        ^^^^^^^^^^^^');
    expect(errorsOf(() => loadFiles({ 'main.thrift': 'include "main.thrift"' }))).toContain('main.thrift -> main.thrift');
  });

  test('a file reached on two ways is read once', () => {
    const files = { 'main.thrift': 'include "a.thrift"\ninclude "b.thrift"\nstruct M { 1: a.A a 2: b.B b }', 'a.thrift': 'include "c.thrift"\nstruct A { 1: c.C c }', 'b.thrift': 'include "x/../c.thrift"\nstruct B { 1: c.C c }', 'c.thrift': 'struct C {}' };
    const program = loadFiles(files);
    expect(program.files.map((f) => f.path)).toEqual(['c.thrift', 'a.thrift', 'b.thrift', 'main.thrift']);
    expect(program.warnings).toEqual([]);
  });

  test('includes are nested at most 64 deep', () => {
    const chain = (n: number): Record<string, string> => {
      const files: Record<string, string> = { 'main.thrift': 'include "f1.thrift"', [`f${n}.thrift`]: '' };
      for (let i = 1; i < n; i++) files[`f${i}.thrift`] = `include "f${i + 1}.thrift"`;
      return files;
    };
    expect(loadFiles(chain(64)).files).toHaveLength(65);
    expect(errorsOf(() => loadFiles(chain(65)))).toContain('includes are nested too deep, wanted at most 64 levels [THRIFT_INCLUDE_DEEP]');
  });

  test('what readFile throws is reported about the include', () => {
    const readFile = (path: string): string => {
      if (path === 'main.thrift') return 'include "a.thrift"';
      throw new Error('no permission');
    };
    expect(errorsOf(() => loadThrift('main.thrift', { readFile }))).toContain('include "a.thrift" cannot be read from a.thrift: no permission [THRIFT_INCLUDE_UNREADABLE]');
  });

  test('an unused include is a warning', () => {
    const { warnings } = loadFiles({ 'main.thrift': 'include "a.thrift"', 'a.thrift': 'struct A {}' });
    expect(warnings).toEqual([{ severity: 'warning', code: 'THRIFT_INCLUDE_UNUSED', message: 'nothing of the include "a.thrift" is used', file: 'main.thrift', line: 1, column: 9, length: 10, sourceLine: 'include "a.thrift"' }]);
  });

  test('a text is loaded under a path that need not exist', () => {
    const program = loadThriftText('include "b.thrift"\nstruct A { 1: b.B b }', 'x/a.thrift', { readFile: (p) => (p === join('x', 'b.thrift') ? 'struct B {}' : undefined) });
    expect(program.files.map((f) => f.name)).toEqual(['b', 'a']);
  });

  test('an IDL error keeps its findings as data', () => {
    try {
      loadThriftText('struct A { 1: B b }', 'a.thrift');
      expect.unreachable();
    } catch (e) {
      expect(e).toBeInstanceOf(IdlError);
      expect(e).toMatchObject({ code: 'PILOTA_IDL_INVALID', diagnostics: [{ severity: 'error', code: 'THRIFT_TYPE_UNKNOWN', file: 'a.thrift', line: 1, column: 15, length: 1 }] });
    }
  });
});

describe('the interoperability IDL', () => {
  const folder = fileURLToPath(new URL('../../../../tools/interop/idl/', import.meta.url));
  const names = readdirSync(folder).filter((n) => n.endsWith('.thrift'));

  test('is there', () => expect(names).toContain('interop.thrift'));

  test.each(names)('%s loads without a finding', (name) => {
    const program = loadThrift(join(folder, name));
    expect(program.warnings).toEqual([]);
    expect(program.root.definitions.length).toBeGreaterThan(0);
  });

  test('interop.thrift has its defaults and its parents', () => {
    const { root } = loadThrift(join(folder, 'interop.thrift'));
    const all = root.names.get('AllTypes');
    const service = root.names.get('Interop');
    if (all?.kind !== 'struct' || service?.kind !== 'service') return expect.unreachable();
    const defaults = Object.fromEntries(all.fields.map((f) => [f.name, f.defaultValue]));
    expect(defaults['beyond']).toMatchObject({ kind: 'i64', value: 9007199254740993n, constant: { name: 'BEYOND_DOUBLE' } });
    expect(defaults['favourite']).toMatchObject({ kind: 'enum', value: 1, member: { name: 'GREEN' } });
    expect(service.extends?.name).toBe('BaseService');
    expect(root.namespaces.get('js')).toBe('interop');
  });
});
