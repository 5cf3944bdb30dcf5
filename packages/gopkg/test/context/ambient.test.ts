// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { background, contextKey, currentContext, runWithContext } from '@cloudwego/gopkg/context';
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { secondCopy } from '../support/copy.js';
import { runScript } from '../support/wait.js';

const k = contextKey<string>('k');
const at = (): string | undefined => currentContext()?.value(k);

describe('the ambient context', () => {
  it('is there for everything that was started inside, and for nothing else', async () => {
    expect(currentContext()).toBeUndefined();
    const seen = await Promise.all(
      ['a', 'b', 'c'].map((v) =>
        runWithContext(background.with(k, v), async () => {
          const out = [at()];
          await Promise.resolve();
          out.push(at());
          await new Promise((r) => setTimeout(r, 1));
          out.push(at());
          await new Promise<void>((r) => process.nextTick(r));
          out.push(at());
          return out.every((x) => x === v);
        }),
      ),
    );
    expect(seen).toEqual([true, true, true]);
    expect(currentContext()).toBeUndefined();
  });

  it('nests, and gives back what the function gives back or throws', () => {
    const got = runWithContext(background.with(k, 'outer'), () => [at(), runWithContext(background.with(k, 'inner'), at), at()]);
    expect(got).toEqual(['outer', 'inner', 'outer']);
    expect(() => runWithContext(background, () => { throw new Error('x'); })).toThrow('x');
    expect(currentContext()).toBeUndefined();
  });

  it('is that of the code that emits, in listeners of an emitter', () => {
    const e = new EventEmitter();
    const seen: (string | undefined)[] = [];
    runWithContext(background.with(k, 'on'), () => e.on('x', () => seen.push(at())));
    e.emit('x');
    runWithContext(background.with(k, 'emit'), () => e.emit('x'));
    expect(seen).toEqual([undefined, 'emit']);
  });

  it('is one for two copies of the package', async () => {
    const copy = await secondCopy<typeof import('@cloudwego/gopkg/context')>('context/index.ts');
    expect(copy.runWithContext).not.toBe(runWithContext);
    expect(runWithContext(background.with(k, 'shared'), () => copy.currentContext()?.value(k))).toBe('shared');
    expect(copy.runWithContext(copy.background.with(k, 'back'), at)).toBe('back');
  });

  it('costs nothing before somebody sets one', async () => {
    const { out, err } = await runScript(`
      import { currentContext, runWithContext, background } from '@cloudwego/gopkg/context';
      const slot = Symbol.for('cloudwego.context.ambient');
      console.log(currentContext(), globalThis[slot]);
      console.log(runWithContext(background, () => currentContext() === background), globalThis[slot].version);
    `);
    expect(err).toBe('');
    expect(out).toBe('undefined undefined\ntrue 1\n');
  });
});
