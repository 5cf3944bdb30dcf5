// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { binaryCodec } from '@cloudwego/pilota/thrift';
import type { FieldShape, StructShape } from '@cloudwego/pilota/thrift';
import type { RuleFunctions, Validator } from '@cloudwego/pilota/validate';
import { validator } from '@cloudwego/pilota/validate';
import type { Into } from './convert.js';
import { fromJSON, fromTexts, missing, unknown } from './convert.js';
import type { Source } from './errors.js';
import { Issues } from './errors.js';
import type { RequestValues } from './sources.js';
import type { SourceTag } from './tags.js';
import { defaultText, isTagged, jsonName, tagsOf } from './tags.js';

/** How structs are bound; the same for all of an engine. */
export interface StructBinding {
  readonly looseZeroMode: boolean;
  readonly disableDefaultTag: boolean;
  readonly disallowUnknownFields: boolean;
  readonly functions: RuleFunctions | undefined;
  readonly maxIssues: number;
}

interface FieldPlan {
  readonly field: FieldShape;
  readonly json: string | undefined;
  readonly tags: readonly SourceTag[];
  readonly required: boolean;
  readonly fallback: string | undefined;
  /** A struct whose own fields say where they are. */
  readonly inner: Plan | undefined;
}

interface Plan {
  readonly shape: StructShape;
  readonly fields: readonly FieldPlan[];
  readonly known: ReadonlySet<string>;
}

/** Binds requests into structs of one IDL type. What it needs of the type is made once. */
export class StructBinder {
  private readonly plan: Plan;
  private readonly o: StructBinding;
  private readonly rules: Validator<unknown>;

  /** Errors: RuleError for an `api.vd` that is wrong. */
  constructor(shape: StructShape, o: StructBinding) {
    this.o = o;
    this.plan = planOf(shape, o, new Set());
    this.rules = validator<unknown, unknown>(binaryCodec(shape), { functions: o.functions, maxFaults: o.maxIssues });
  }

  /** Errors: BindingError with everything that is wrong. */
  bind(r: RequestValues, only: ReadonlySet<Source> | undefined, validates: boolean): unknown {
    const issues = new Issues(this.o.maxIssues);
    const value = this.struct(this.plan, r, only, issues, only === undefined || only.has('json') ? r.json() : undefined, '');
    issues.throwIfAny();
    if (validates) {
      for (const f of this.rules(value)) issues.add(f.path, undefined, f.rule, f.path === '' || f.message.includes(f.path) ? f.message : `${f.path}: ${f.message}`);
      issues.throwIfAny();
    }
    return value;
  }

  private struct(plan: Plan, r: RequestValues, only: ReadonlySet<Source> | undefined, issues: Issues, json: unknown, path: string): unknown {
    const into = this.into('json', issues);
    let body: Record<string, unknown> | undefined;
    if (json !== undefined) {
      if (typeof json === 'object' && json !== null && !Array.isArray(json)) body = json as Record<string, unknown>;
      else issues.add(path, 'json', 'type', `${path === '' ? plan.shape.name : path}: wanted a JSON object`);
    }
    if (body !== undefined && into.strict) unknown(body, plan.known, path, into);
    const out: Record<string, unknown> = {};
    for (const f of plan.fields) out[f.field.key] = this.field(f, r, only, issues, body, path === '' ? '' : `${path}.`);
    return plan.shape.make === undefined ? out : plan.shape.make(out as never);
  }

  private field(f: FieldPlan, r: RequestValues, only: ReadonlySet<Source> | undefined, issues: Issues, body: Readonly<Record<string, unknown>> | undefined, prefix: string): unknown {
    const { field } = f;
    const own = f.json !== undefined && body !== undefined && Object.hasOwn(body, f.json) ? (body[f.json] ?? undefined) : undefined;
    for (const tag of f.tags) {
      if (only !== undefined && !only.has(tag.source)) continue;
      if (tag.source === 'json') {
        if (own !== undefined) break;
        continue;
      }
      const found = this.read(field, tag, r, issues, prefix);
      if (found !== ABSENT) return found;
    }
    if (f.inner !== undefined) return this.struct(f.inner, r, only, issues, own, `${prefix}${f.json ?? field.name}`);
    if (own !== undefined) return fromJSON(field.type, own, `${prefix}${f.json!}`, this.into('json', issues));
    if (f.fallback !== undefined) return fromTexts(field.type, [looksLikeJSON(field) ? f.fallback.replaceAll("'", '"') : f.fallback], prefix + field.name, this.into('query', issues));
    if (f.required) {
      const tag = f.tags.find((t) => only?.has(t.source) !== false);
      issues.add(prefix + (tag?.name ?? field.name), tag?.source, 'required', missing(prefix + (tag?.name ?? field.name)));
      return undefined;
    }
    return field.absent?.();
  }

  private read(field: FieldShape, tag: SourceTag, r: RequestValues, issues: Issues, prefix: string): unknown {
    const t = field.type;
    if (tag.source === 'raw_body') {
      if (!r.hasBody) return ABSENT;
      return t.kind === 'string' ? Buffer.from(r.bytes).toString() : Uint8Array.from(r.bytes);
    }
    const path = prefix + tag.name;
    let { source } = tag;
    let texts = r.texts(source, tag.name);
    if (texts.length === 0 && source === 'form' && t.kind !== 'list' && t.kind !== 'set') {
      // As in Hertz: what a form does not have is looked for in the query, lists excepted.
      source = 'query';
      texts = r.texts('query', tag.name);
    }
    const o = this.into(source, issues);
    if (texts.length > 0) return texts.length === 1 && texts[0] === '' && hasDefault(field) ? ABSENT : fromTexts(t, texts, path, o);
    if (t.kind !== 'map' || (tag.source !== 'query' && tag.source !== 'form')) return ABSENT;
    const pairs = r.bracketed(tag.source, tag.name);
    return pairs === undefined ? ABSENT : new Map([...pairs].map(([k, v]) => [fromTexts(t.key, [k], `${path}[${k}]`, o), fromTexts(t.value, [v], `${path}[${k}]`, o)]));
  }

  private into(source: Source, issues: Issues): Into {
    return { source, issues, loose: this.o.looseZeroMode, strict: this.o.disallowUnknownFields };
  }
}

const ABSENT: unique symbol = Symbol('absent');

function hasDefault(f: FieldShape): boolean {
  return f.hasDefault || defaultText(f) !== undefined;
}

function looksLikeJSON(f: FieldShape): boolean {
  return f.type.kind === 'list' || f.type.kind === 'set' || f.type.kind === 'map' || f.type.kind === 'struct';
}

function planOf(shape: StructShape, o: StructBinding, open: Set<StructShape>): Plan {
  open.add(shape);
  const fields = shape.fields.map((field): FieldPlan => {
    const tags = tagsOf(field, !o.disableDefaultTag);
    const t = field.type;
    // A struct that is told to be somewhere is there as a whole; one that holds itself is never bound field by field.
    const inner = t.kind === 'struct' && t.structKind === 'struct' && !isTagged(field) && !open.has(t) && tellsPlaces(t, new Set(open)) ? planOf(t, o, new Set(open)) : undefined;
    return { field, json: jsonName(field), tags: inner === undefined ? tags : [], required: field.requiredness === 'required' || tags.some((x) => x.required), fallback: defaultText(field), inner };
  });
  return { shape, fields, known: new Set(fields.map((f) => f.json).filter((n) => n !== undefined)) };
}

/** Whether a struct has fields that say where in a request they are, outside of JSON. */
function tellsPlaces(s: StructShape, seen: Set<StructShape>): boolean {
  if (seen.has(s)) return false;
  seen.add(s);
  return s.fields.some((f) => tagsOf(f, false).some((t) => t.source !== 'json') || (f.type.kind === 'struct' && tellsPlaces(f.type, seen)));
}
