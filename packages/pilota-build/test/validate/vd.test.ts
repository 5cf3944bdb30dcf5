// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileVd, RuleError } from '@cloudwego/pilota/validate';

const parent = { A: 5, B: { C: 'x', list: ['p', 'q'] }, big: 9007199254740993n, m: new Map<unknown, unknown>([['k', 1], [7n, 'seven']]) };
const check = (text: string, self: unknown = undefined): boolean => compileVd(text).check({ self, parent });

describe('vd expressions', () => {
  it.each<[string, unknown, boolean]>([
    ['$>0', 1, true], ['$>0', 0, false], ['$ >= -1.5', -1.5, true],
    ["$=='a'", 'a', true], ["$!='a'", 'a', false], ["$=='it\\'s'", "it's", true], ['$==nil', undefined, true], ['$==nil', 0, false], ['$', '', false], ['$', 'x', true], ['!$', '', true], ['!!$', 5, true],
    ['len($)>3', 'für', true], ['mblen($)==3', 'für', true], ['len($)==2', new Set([1, 2]), true], ['len($)==1', new Map([[1, 1]]), true], ['len($)==0', 5, true],
    ["regexp('^\\d{3}$')", '123', true], ["regexp('^\\d{3}$')", '12a', false], ["regexp('(?i)^AB$')", 'ab', true], ["regexp('x', (B.C)$)", 1, true],
    ['in($, 1, 2, 3)', 2, true], ["in($, 'a', 'b')", 'c', false], ['in($)', 1, false],
    ['(A)$==5', 0, true], ["(B.C)$=='x'", 0, true], ["(B.list)$[1]=='q'", 0, true], ["(m)$['k']==1", 0, true], ["(m)$[7]=='seven'", 0, true], ['(Nope.X)$==nil', 0, true],
    ["range($, #v>0)", [1, 2], true], ["range($, #v>0)", [1, 0], false], ["range($, len(#k)>1 && #v<##+5)", new Map([['ab', 1]]), true], ['range($, false)', [], true],
    ['1+2*3==7', 0, true], ['(1+2)*3==9', 0, true], ['10%4==2 && 7/2==3.5', 0, true], ['1/0==1/0', 0, false], ['2-1-1==0', 0, true], ["'a'+'b'=='ab'", 0, true], ['1<2==true', 0, true],
    ['false && true || true', 0, true], ['!false && !nil', 0, true], ["'b'>'a'", 0, true], ["1>'a'", 0, false], ['-$<0', 5n, true],
    ['email($)', 'a.b@example.com', true], ['email($)', 'a@b', false], ['email($)', 5, false], ["phone($, 'CN')", 'anything', true],
    ["sprintf('%d-%s-%05.2f|%q|%x|%v%%', 3, 'a', 1.5, 'q', 255, nil)=='3-a-01.50|\"q\"|ff|<nil>%'", 0, true], ["sprintf('%d')=='%!d(MISSING)'", 0, true],
    // Numbers are doubles in Go; ours compare exactly.
    ['$>9007199254740992', 9007199254740993n, true],
  ])('%s of %o is %s', (text, self, wanted) => {
    expect(check(text, self)).toBe(wanted);
  });

  it('make messages, have names, and omit', () => {
    const rule = compileVd("len($)>0; msg:sprintf('%v is too short, A is %v', $, (A)$); other: 1+1;");
    const scope = { self: '', parent };
    expect([rule.check(scope), rule.message(scope), rule.named('other', scope), rule.named('none', scope)]).toEqual([false, ' is too short, A is 5', 2, undefined]);
    expect(compileVd('@:$>0').check({ self: 1, parent })).toBe(true);
    expect([compileVd('-').omit, compileVd(' ? ').omit, compileVd('$').omit]).toEqual(['always', 'absent', 'never']);
  });

  it('call functions of the application, and nothing else', () => {
    expect(compileVd("even($) && even((A)$ + 1)", { even: (n) => Number(n) % 2 === 0 }).check({ self: 4, parent })).toBe(true);
    for (const name of ['constructor', 'eval', 'toString', '__proto__', 'require']) expect(() => compileVd(`${name}($)`)).toThrow(RuleError);
    expect(check("(constructor)$==nil && (B.__proto__)$==nil && $['constructor']==nil", {})).toBe(true);
  });

  it.each(['', '$>', '>1', '($', "'open", 'len()', 'len($,1)', "regexp(1)", "regexp('(')", '$ $', '1 2', '#z', 'foo', 'a:1;a:2', '1;2', 'range($)', `${'('.repeat(200)}1${')'.repeat(200)}`, `${'!'.repeat(200)}1`, '1'.repeat(9000)])('%s is refused', (text) => {
    expect(() => compileVd(text)).toThrow(RuleError);
  });

  it('any text is a rule or a RuleError, and any rule judges any value', () => {
    const token = fc.constantFrom('$', '(A)$', '>', '<=', '==', '&&', '||', '!', '-', '+', '%', '/', '1', "'a'", 'nil', 'true', '(', ')', 'len($)', 'in(', ',', 'range($,', '#v', '##', '[0]', ';', 'msg:', ' ');
    fc.assert(fc.property(fc.array(token, { maxLength: 12 }), fc.anything(), (tokens, self) => {
      let rule;
      try {
        rule = compileVd(tokens.join(''));
      } catch (e) {
        expect(e).toBeInstanceOf(RuleError);
        return;
      }
      expect(typeof rule.check({ self, parent })).toBe('boolean');
      rule.message({ self, parent });
    }), { numRuns: 2000 });
  });
});
