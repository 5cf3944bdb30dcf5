// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { loadThrift, trimThrift } from '@cloudwego/pilota-build';
import type { TrimOptions, TrimResult } from '@cloudwego/pilota-build';

const FILES: Readonly<Record<string, string>> = {
  'main.thrift': `// A licence.
include "base.thrift"
namespace js main

// Of the whole file.

// Nobody needs it.
struct Unused { 1: i32 a, 2: OnlyByUnused b }
struct OnlyByUnused { 1: i32 a }

/* Kept by hand:
 @preserve
*/
struct Kept { 1: OnlyByKept x }
struct OnlyByKept { 1: i32 a }
typedef ByTypedef Alias
struct ByTypedef { 1: i32 a }
const list<ByConst> ALL = [{"a": 1}]
struct ByConst { 1: i32 a }
enum Color { RED }
struct Req { 1: Deep deep, 2: optional Req self }
struct Deep { 1: map<string, list<base.Shared>> m }
exception Bad { 1: string message }
exception Other { 1: string message }

service Old extends base.Base {
  // Says hello.
  Req hello(1: Req r) throws (1: Bad b), // the first
  void gone(1: Gone g) throws (1: Other o);
  void getUser(), void getUsers()
}
struct Gone { 1: i32 a }
service Shop extends base.Base { Req get(1: string s) }
`,
  'base.thrift': `namespace js base
struct Shared { 1: i32 a }
struct Secret { 1: i32 a }
service Base { void ping(), Secret secret() }
service Alone { void alone() }
`,
};

const trim = (o?: TrimOptions): TrimResult => trimThrift(loadThrift('main.thrift', { readFile: (p) => FILES[p] }), o);
const names = (r: TrimResult): readonly string[] => r.program.files.flatMap((f) => f.definitions.map((d) => d.name)).sort();
const methods = (r: TrimResult): readonly string[] => r.program.files.flatMap((f) => f.definitions.flatMap((d) => (d.kind === 'service' ? d.functions.map((x) => `${d.name}.${x.name}`) : []))).sort();
const text = (r: TrimResult, path = 'main.thrift'): string => r.files.find((f) => f.path === path)!.text;

describe('trim', () => {
  it('keeps what services, constants and typedefs need, what is preserved, and the words around', () => {
    const r = trim();
    expect(names(r)).toEqual(['ALL', 'Alias', 'Bad', 'Base', 'ByConst', 'ByTypedef', 'Color', 'Deep', 'Gone', 'Kept', 'Old', 'OnlyByKept', 'Other', 'Req', 'Secret', 'Shared', 'Shop']);
    expect(r).toMatchObject({ removedStructs: 2, removedFields: 3, removedMethods: 1, unmatched: [] });
    expect(text(r)).toContain('// A licence.\ninclude "base.thrift"\nnamespace js main\n\n// Of the whole file.\n\n/* Kept by hand:');
    expect(text(r)).not.toContain('Nobody needs it');
    expect(text(r, 'base.thrift')).not.toContain('Alone');
  });

  it('keeps the methods that are asked for', () => {
    const r = trim({ methods: ['Old.hello', 'get', 'Shop.pin.*', 'Nope.x'] });
    expect(methods(r)).toEqual(['Base.ping', 'Old.hello', 'Shop.get']);
    expect(names(r)).not.toContain('Gone');
    expect(names(r)).not.toContain('Secret');
    expect(r.unmatched).toEqual(['Nope.x']);
    expect(text(r)).toContain('  // Says hello.\n  Req hello(1: Req r) throws (1: Bad b), // the first\n');
  });

  it('takes a name for that name, and a pattern for what it fits', () => {
    expect(methods(trim({ methods: ['Old.getUser'] }))).toEqual(['Old.getUser']);
    expect(methods(trim({ methods: ['Old.getUsers?$'] }))).toEqual(['Old.getUser', 'Old.getUsers']);
  });

  it('can forget what is preserved, and preserve by name', () => {
    expect(names(trim({ preserve: false }))).not.toContain('Kept');
    expect(names(trim({ preserveStructs: ['Unused'] }))).toContain('OnlyByUnused');
    expect(names(trim({ preserve: false, preserveStructs: ['Unused'] }))).not.toContain('Unused');
  });

  it('of what was trimmed changes nothing', () => {
    const once = trim({ methods: ['Old.hello'] });
    const again = trimThrift(once.program);
    expect(again.removedStructs).toBe(0);
    expect(text(again)).toBe(text(once));
  });

  it('refuses what is no pattern', () => {
    expect(() => trim({ methods: ['Old.('] })).toThrow('trim.methods');
  });
});
