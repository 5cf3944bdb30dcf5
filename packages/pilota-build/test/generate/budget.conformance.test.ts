// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, describe, expect, it } from 'vitest';
import { generateThrift } from '@cloudwego/pilota-build';
import type { GeneratedFile } from '@cloudwego/pilota-build';
import { cleanUp, complete, program, typeCheck, write } from './load.js';

afterAll(cleanUp);

describe('a service of 3,000 methods', () => {
  // What the compiler did when this was written; more than 5 % above it is a regression.
  const BUDGET = { check: 8_688, completion: 39 };
  const allowed = (what: keyof typeof BUDGET): number => Math.floor(BUDGET[what] * 1.05);

  const big = (size: number): readonly GeneratedFile[] => {
    const methods = Array.from({ length: size }, (_, i) => `  Res Method${i}(1: Req req, 2: i64 n)${i % 3 === 0 ? ' throws (1: Bad bad)' : ''}`);
    const idl = `namespace js big\nstruct Req { 1: string a, 2: optional i64 b }\nstruct Res { 1: list<Req> items }\nexception Bad { 1: string reason }\nservice Big {\n${methods.join('\n')}\n}`;
    return generateThrift(program(idl));
  };
  /** A program as its users write it; `createClient` has the signature of kitex's. */
  const use = (client: string, size: number): string => `import { Big, type BigClient, type BigHandlers } from './big/index.js';
import type { ServiceDefinition } from '@cloudwego/pilota/codegen/v1';
interface ClientControl extends AsyncDisposable { close(): Promise<void>; destroy(): Promise<void>; readonly appliedOptions: readonly string[]; dump(): unknown }
export type Mapped<C> = { [K in keyof C]: C[K] extends (...args: infer A) => infer R ? (...args: A) => R : never };
declare function createClient<C>(s: ServiceDefinition<C, unknown>, o: { readonly hostPorts: readonly string[] }): ${client};
declare function register<H>(s: ServiceDefinition<unknown, H>, h: NoInfer<H>): void;
declare const h: BigHandlers;
const client = createClient(Big, { hostPorts: [] });
export const c: BigClient = client;
register(Big, h);
export const answer = client.method${size - 1}({ a: '' }, 1).then((r) => r.items.length) as Promise<number>;
`;

  it('type-checks, and completes on its client, within a budget of instantiations', () => {
    const text = use('C & ClientControl', 3000);
    const dir = write([...big(3000), { path: 'use.ts', text }]);
    const checked = typeCheck(dir, ['use.ts']);
    expect(checked.errors).toEqual([]);
    const checker = checked.program.getTypeChecker();
    const source = checked.program.getSourceFile(`${dir}/use.ts`)!;
    let properties: string[] = [];
    source.forEachChild(function visit(n): void {
      if (n.getText(source) === 'client' && properties.length === 0) properties = checker.getTypeAtLocation(n).getProperties().map((p) => p.name);
      n.forEachChild(visit);
    });
    expect(properties.filter((p) => p.startsWith('method'))).toHaveLength(3000);
    const completed = complete(dir, `${text}client./**/\n`);
    expect(completed.names).toEqual(expect.arrayContaining(['method0', 'method1500', 'method2999', 'close']));
    expect(completed.names.filter((n) => n.startsWith('method'))).toHaveLength(3000);
    for (const [what, n] of [['check', checked.instantiations], ['completion', completed.instantiations]] as const) {
      expect(n, what).toBeGreaterThan(0);
      expect(n, `${what}: wanted at most ${BUDGET[what]} instantiations and 5 %`).toBeLessThanOrEqual(allowed(what));
    }
  }, 120_000);

  it('would leave its budget with a fifth of that, if clients were mapped types: the budget measures what it should', () => {
    const text = use('Mapped<C> & ClientControl', 600);
    const dir = write([...big(600), { path: 'use.ts', text }]);
    expect(typeCheck(dir, ['use.ts']).instantiations).toBeGreaterThan(allowed('check') * 2);
    expect(complete(dir, `${text}client./**/\n`).instantiations).toBeGreaterThan(allowed('completion') * 100);
  }, 120_000);
});
