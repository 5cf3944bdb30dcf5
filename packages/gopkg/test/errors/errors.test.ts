// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import * as context from '@cloudwego/gopkg/context';
import { CloudWeGoError, OptionError, toError } from '@cloudwego/gopkg/errors';
import * as io from '@cloudwego/gopkg/io';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { secondCopy } from '../support/copy.js';

class BoomError extends CloudWeGoError {
  static override readonly type: string = 'test/BoomError';
  readonly code = 'TEST_BOOM';
  override readonly originalName: string | undefined = 'ErrBoom';
}

describe('instanceof', () => {
  it('holds across two installed copies, both ways, for the class and its base', async () => {
    const errors = await secondCopy<typeof import('@cloudwego/gopkg/errors')>('errors/index.ts');
    const otherIo = await secondCopy<typeof io>('io/index.ts');
    const mine = new OptionError('a.b', 'bad');
    const theirs = new errors.OptionError('a.b', 'bad');
    expect(errors.OptionError).not.toBe(OptionError);
    expect(Object.getPrototypeOf(theirs)).not.toBe(OptionError.prototype);
    expect([theirs instanceof OptionError, mine instanceof errors.OptionError]).toEqual([true, true]);
    expect([theirs instanceof CloudWeGoError, mine instanceof errors.CloudWeGoError, theirs instanceof Error]).toEqual([true, true, true]);
    const short = new otherIo.ShortReadError(4, 1);
    expect([short instanceof io.ShortReadError, short instanceof io.ByteFormatError, short instanceof OptionError]).toEqual([true, false, false]);
  });

  it('tells classes apart and refuses what is none', () => {
    const boom = new BoomError('x');
    expect([boom instanceof BoomError, boom instanceof CloudWeGoError, boom instanceof OptionError]).toEqual([true, true, false]);
    for (const v of [null, undefined, 1, 'x', {}, [], new Error('x'), Object.create(null), () => 1]) expect(v instanceof CloudWeGoError).toBe(false);
  });

  it('of a subclass without a literal of its own is decided by the prototype chain', () => {
    class Own extends OptionError {}
    expect(new OptionError('a', 'b') instanceof Own).toBe(false);
    expect([new Own('a', 'b') instanceof Own, new Own('a', 'b') instanceof OptionError]).toEqual([true, true]);
  });

  it('survives renaming by a bundler: classes are told apart by literals', () => {
    const types = [...Object.values(io), ...Object.values(context), OptionError].filter((v): v is typeof OptionError => typeof v === 'function' && Object.prototype.isPrototypeOf.call(CloudWeGoError, v)).map((c) => c.type);
    expect(types.length).toBeGreaterThanOrEqual(5);
    expect(new Set(types).size).toBe(types.length);
    for (const t of types) expect(t).toMatch(/^(?:gopkg|cloudwego)\/\w+Error$/);
  });
});

describe('CloudWeGoError', () => {
  it('has name, code, message, cause and the name in the original', () => {
    const cause = new Error('why');
    const e = new BoomError('x', { cause });
    expect(e).toMatchObject({ name: 'BoomError', code: 'TEST_BOOM', message: 'x', originalName: 'ErrBoom' });
    expect(e.cause).toBe(cause);
    expect(String(e)).toBe('BoomError: x');
    expect(Object.hasOwn(new BoomError('x'), 'cause')).toBe(false);
    expect(e.stack).toContain('errors.test.ts');
  });
});

describe('toError', () => {
  it('keeps errors, those of other realms too', () => {
    const e = new BoomError('x');
    expect(toError(e)).toBe(e);
    const foreign: unknown = runInNewContext('new TypeError("far")');
    expect(foreign instanceof Error).toBe(false);
    expect(toError(foreign)).toBe(foreign);
  });

  it('makes an error of anything else and keeps it as the cause', () => {
    expect(toError('text')).toMatchObject({ message: 'text', cause: 'text' });
    const hostile = { toString: () => { throw new Error('no'); } };
    for (const v of [undefined, null, 1, { a: 1 }, Symbol('s'), Object.create(null), hostile]) {
      const e = toError(v);
      expect(e).toBeInstanceOf(Error);
      expect(e.message).toMatch(/^non-error value thrown: ./);
      expect(e.cause).toBe(v);
    }
  });
});
