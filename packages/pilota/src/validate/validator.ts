// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { stringify } from '@cloudwego/sonic';
import { MAX_DEPTH } from '../codegen/v1/skip.js';
import { tooDeep } from '../codegen/v1/errors.js';
import { shapeOf } from '../thrift/codec.js';
import type { Annotations, FieldShape, Shape, StructShape } from '../thrift/shape.js';
import { pairs } from '../thrift/values.js';
import type { Shaped } from '../thrift/values.js';
import { RuleError, ValidationError } from './errors.js';
import type { Fault } from './errors.js';
import { compileVd } from './vd.js';
import type { RuleFunctions, VdRule } from './vd.js';
import { argument, compileVt } from './vt.js';
import type { Argument, VtRules } from './vt.js';

/** Options of {@link validator}. */
export interface ValidatorOptions {
  /** Functions that rules call beside those of the languages: `@name(…)` in `vt`, `name(…)` in `api.vd`. */
  readonly functions?: RuleFunctions | undefined;
  /** Faults after which nothing more is looked at; 1 is what Go does. @defaultValue 100 */
  readonly maxFaults?: number | undefined;
}

/** Looks whether values keep the rules of their IDL. */
export interface Validator<In> {
  /** Every fault, none where the value is sound. */
  (v: In): readonly Fault[];
  /** Errors: {@link ValidationError} with every fault. */
  assert(v: In): void;
}

interface FieldRules {
  readonly field: FieldShape;
  readonly vt: VtRules | undefined;
  readonly vd: VdRule | undefined;
}

interface StructRules {
  readonly fields: readonly FieldRules[];
  readonly asserts: readonly { readonly text: string; readonly holds: Argument }[];
}

/**
 * A validator of a struct and of all that it holds, by the annotations `vt.*` (thrift-gen-validator) and `api.vd` (tagexpr). Rules are parsed here, once.
 * Errors: {@link RuleError} for a rule that is wrong, with its place.
 * Differs: Go stops at the first fault; here all are found, up to `maxFaults`.
 */
export function validator<In, Out>(codec: Shaped<In, Out>, o: ValidatorOptions = {}): Validator<In | Out> {
  const shape = shapeOf(codec);
  const most = o.maxFaults ?? 100;
  if (!Number.isInteger(most) || most < 1) throw new RuleError(`maxFaults: got ${most}, wanted an integer of at least 1`);
  const rules = new Map<StructShape, StructRules>();
  collect(shape, rules, o.functions ?? {}, []);
  const look = (v: In | Out): readonly Fault[] => {
    const run = new Run(rules, most);
    run.struct(shape, v, '', MAX_DEPTH);
    return run.faults;
  };
  return Object.assign(look, {
    assert(v: In | Out): void {
      const faults = look(v);
      if (faults.length > 0) throw new ValidationError(shape.name, faults);
    },
  });
}

/** Parses the rules of one struct. Errors: {@link RuleError}. */
export function compileRules(s: StructShape, functions: RuleFunctions): StructRules {
  const asserts: { text: string; holds: Argument }[] = [];
  for (const [key, values] of Object.entries(s.annotations ?? {})) {
    if (!key.startsWith('vt.')) continue;
    if (key !== 'vt.assert') throw new RuleError(`${s.name}: got ${key}, wanted vt.assert`);
    for (const text of values) asserts.push({ text, holds: named(`${s.name}: vt.assert`, () => argument(text, undefined, s, functions)) });
  }
  const fields = s.fields.flatMap((field): FieldRules[] => {
    const where = `${s.name}.${field.name}`;
    const vt = named(where, () => compileVt(vtRules(field.annotations), field.type, s, functions));
    const tag = field.annotations?.['api.vd']?.at(-1);
    const vd = tag === undefined ? undefined : named(`${where}: api.vd`, () => compileVd(tag, functions, (parent, name) => lookup(s, parent, name)));
    return vt === undefined && vd === undefined && !holdsStructs(field.type) ? [] : [{ field, vt, vd }];
  });
  return { fields, asserts };
}

function named<T>(where: string, f: () => T): T {
  try {
    return f();
  } catch (e) {
    if (e instanceof RuleError) throw new RuleError(`${where}: ${e.message}`, { cause: e });
    throw e;
  }
}

function vtRules(a: Annotations | undefined): readonly (readonly [readonly string[], readonly string[]])[] {
  return Object.entries(a ?? {}).flatMap(([key, values]) => (key.startsWith('vt.') ? [[key.slice(3).split('.'), values] as const] : []));
}

/** `(Name)$` is the field of that IDL name, or of the name that Go makes of it: letters count without their case, `_` not at all. */
function lookup(s: StructShape, parent: unknown, name: string): unknown {
  const loose = (n: string): string => n.replaceAll('_', '').toLowerCase();
  const own = s.fields.find((f) => f.name === name) ?? s.fields.find((f) => loose(f.name) === loose(name));
  if (typeof parent !== 'object' || parent === null) return undefined;
  const values = parent as Record<string, unknown>;
  if (own !== undefined && Object.hasOwn(values, own.key)) return values[own.key];
  // A struct below, whose shape this expression does not know.
  const key = Object.keys(values).find((k) => k === name) ?? Object.keys(values).find((k) => loose(k) === loose(name));
  return key === undefined ? own?.absent?.() : values[key];
}

function holdsStructs(t: Shape): boolean {
  if (t.kind === 'list' || t.kind === 'set') return holdsStructs(t.element);
  if (t.kind === 'map') return holdsStructs(t.key) || holdsStructs(t.value);
  return t.kind === 'struct';
}

function collect(s: StructShape, into: Map<StructShape, StructRules>, functions: RuleFunctions, open: StructShape[]): void {
  open.push(s);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (into.has(next)) continue;
    into.set(next, compileRules(next, functions));
    for (const f of next.fields) structsIn(f.type, open);
  }
}

function structsIn(t: Shape, out: StructShape[]): void {
  if (t.kind === 'struct') out.push(t);
  if (t.kind === 'list' || t.kind === 'set') structsIn(t.element, out);
  if (t.kind === 'map') {
    structsIn(t.key, out);
    structsIn(t.value, out);
  }
}

class Run {
  readonly faults: Fault[] = [];
  private readonly rules: ReadonlyMap<StructShape, StructRules>;
  private readonly most: number;

  constructor(rules: ReadonlyMap<StructShape, StructRules>, most: number) {
    this.rules = rules;
    this.most = most;
  }

  private get full(): boolean {
    return this.faults.length >= this.most;
  }

  private fault(path: string, rule: string, message: string): void {
    if (!this.full) this.faults.push({ path, rule, message });
  }

  struct(s: StructShape, v: unknown, path: string, depth: number): void {
    if (typeof v !== 'object' || v === null || this.full) return;
    if (depth <= 0) throw tooDeep(s.name);
    const { fields, asserts } = this.rules.get(s)!;
    for (const { field, vt, vd } of fields) {
      const at = path === '' ? field.name : `${path}.${field.name}`;
      const x = (v as Record<string, unknown>)[field.key] ?? field.absent?.();
      if (vd !== undefined) this.expression(vd, x, v, at);
      if (vd?.omit !== 'always') this.value(field.type, x, vt, v, at, depth);
    }
    for (const { text, holds } of asserts) if (holds(v) !== true) this.fault(path, 'vt.assert', `${text} does not hold`);
  }

  private expression(vd: VdRule, self: unknown, parent: unknown, path: string): void {
    if (vd.omit !== 'never') return;
    const scope = { self, parent };
    if (!vd.check(scope)) this.fault(path, 'api.vd', vd.message(scope) ?? 'invalid parameter');
  }

  private value(t: Shape, v: unknown, vt: VtRules | undefined, owner: unknown, path: string, depth: number): void {
    if (this.full) return;
    for (const c of vt?.checks ?? []) {
      if (v === undefined || v === null ? c.rule.endsWith('not_nil') : true) {
        const message = c.run(v, owner);
        if (message !== undefined) this.fault(path, c.rule, message);
      }
    }
    if (v === undefined || v === null) return;
    switch (t.kind) {
      case 'struct':
        if (vt?.skip !== true) this.struct(t, v, path, depth - 1);
        return;
      case 'list':
      case 'set': {
        if (vt?.element === undefined && !holdsStructs(t.element)) return;
        let i = 0;
        for (const x of v as Iterable<unknown>) this.value(t.element, x, vt?.element, owner, `${path}[${i++}]`, depth);
        return;
      }
      case 'map':
        if (vt?.key === undefined && vt?.value === undefined && !holdsStructs(t)) return;
        for (const [k, x] of pairs(v)) {
          const at = `${path}[${typeof k === 'string' ? stringify(k) : String(k)}]`;
          this.value(t.key, k, vt?.key, owner, `${at}.key`, depth);
          this.value(t.value, x, vt?.value, owner, at, depth);
        }
        return;
      default:
    }
  }
}
