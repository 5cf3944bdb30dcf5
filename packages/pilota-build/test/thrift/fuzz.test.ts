// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatDiagnostic, IdlError, parseThrift } from '../../src/index.js';
import { loadText } from './support.js';

const INTEROP = readFileSync(new URL('../../../../tools/interop/idl/interop.thrift', import.meta.url), 'utf8');
const SMALL = `
  // doc
  namespace go a.b (x = "y")
  typedef map<string, list<i64>> M (k = 'v')
  const M C = {"a": [1, 0x2, -3], 'b': []}
  enum E { A = 1, B }
  union U { 1: E e = E.B; 2: optional double d }
  exception X { 1: required string message = "it\\"s" }
  service S extends T { oneway void f(1: U u), M g(1: M m) throws (1: X x) (streaming.mode = "unary") }
  service T {}
`;
const PIECES = ['{', '}', '(', ')', '<', '>', '[', ']', '=', ':', ',', ';', '"', "'", '/*', '*/', '//', '#', '\n', '\r', '\\', '-', '.', '0x', '1e9', '99999999999999999999', 'struct ', 'const ', 'typedef ', 'service ', 'extends S', 'E.A', 'C', 'M', 'list<', 'void ', 'oneway ', 'throws (', 'é', '\u0000', '\ud800', '😀'];

interface Edit {
  readonly at: number;
  readonly cut: number;
  readonly put: string;
}

const edits = fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(20), put: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 5 }), fc.constant('')) }), { minLength: 1, maxLength: 8 });

function apply(text: string, list: readonly Edit[]): string {
  let t = text;
  for (const { at, cut, put } of list) {
    const i = Math.floor(at * t.length);
    t = t.slice(0, i) + put + t.slice(i + cut);
  }
  return t;
}

/** Runs something that may fail with an IDL error only, and checks what the error says about places. */
function survives(run: () => unknown): void {
  try {
    run();
  } catch (e) {
    if (!(e instanceof IdlError)) throw e;
    expect(e.diagnostics.length).toBeGreaterThan(0);
    expect(e.diagnostics.length).toBeLessThan(1_200);
    for (const d of e.diagnostics) {
      expect(d.line).toBeGreaterThan(0);
      expect(d.column).toBeGreaterThan(0);
      expect(d.column).toBeLessThanOrEqual(d.sourceLine.length + 1);
      expect(d.length).toBeGreaterThan(0);
      expect(formatDiagnostic(d).split('\n')).toHaveLength(3);
    }
  }
}

describe('whatever the text is, only IDL errors are thrown', () => {
  test('an IDL with edits', () => {
    fc.assert(fc.property(edits, (list) => survives(() => loadText(apply(SMALL, list)))), { numRuns: 3_000 });
  });

  test('a large IDL with edits', () => {
    fc.assert(fc.property(edits, (list) => survives(() => parseThrift(apply(INTEROP, list)))), { numRuns: 200 });
  });

  test('a heap of tokens', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...PIECES, 'enum E ', 'A ', '1 ', 'string ', 'map', ' ')), (pieces) => survives(() => loadText(pieces.join('')))), { numRuns: 3_000 });
  });

  test('any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => survives(() => loadText(text))), { numRuns: 1_000 });
  });

  test('an IDL cut off anywhere', () => {
    for (let i = 0; i <= SMALL.length; i++) survives(() => loadText(SMALL.slice(0, i)));
  });
});
