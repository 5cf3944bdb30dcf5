// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import { isThenable } from '@cloudwego/gopkg/async';
import { CloudWeGoError } from '@cloudwego/gopkg/errors';
import { ByteReader } from '@cloudwego/gopkg/io';
import type { OptionTable } from '@cloudwego/gopkg/options';
import { any, bool, func, int, optionTable } from '@cloudwego/gopkg/options';
import type { MessageCodec } from '@cloudwego/pilota/protobuf';
import { fromJson } from '@cloudwego/pilota/protobuf';
import type { StructShape } from '@cloudwego/pilota/thrift';
import type { RuleFunctions } from '@cloudwego/pilota/validate';
import type { RequestContext } from '../context.js';
import { EngineStateError } from '../errors.js';
import type { Source } from './errors.js';
import { BindingError } from './errors.js';
import { bindSchema, bindSource } from './schema-binder.js';
import { RequestValues } from './sources.js';
import type { SchemaOutput, StandardSchema } from './standard-schema.js';
import { StructBinder } from './struct-binder.js';

/** Options of one `c.bind`. */
export interface BindOptions {
  /** Looks only there. @defaultValue what the IDL says; for a schema path, form, query and JSON */
  readonly sources?: readonly Source[] | undefined;
  /** Whether the rules of the IDL are looked at. Schemas always are. @defaultValue true */
  readonly validate?: boolean | undefined;
}

/** How an engine binds. Source: cloudwego/hertz binding.BindConfig. */
export interface BindingOptions {
  /** An empty text is zero instead of a fault. @defaultValue false */
  readonly looseZeroMode?: boolean | undefined;
  /** Fields without annotations are not looked for. @defaultValue false */
  readonly disableDefaultTag?: boolean | undefined;
  /** Fields of JSON that the IDL does not know are faults. @defaultValue false */
  readonly disallowUnknownFields?: boolean | undefined;
  /** Functions that `api.vd` calls. @defaultValue none */
  readonly functions?: RuleFunctions | undefined;
  /** Faults after which nothing more is told. @defaultValue 100 */
  readonly maxIssues?: number | undefined;
  /** Looks at what was bound, behind the rules of the IDL; throws what it does not like. @defaultValue none */
  readonly validator?: ((c: RequestContext, value: unknown) => Awaitable<void>) | undefined;
}

const table: OptionTable<BindingOptions> = optionTable<BindingOptions>({
  looseZeroMode: bool({ default: false }),
  disableDefaultTag: bool({ default: false }),
  disallowUnknownFields: bool({ default: false }),
  functions: any<RuleFunctions>({ what: 'an object of functions', test: (v) => typeof v === 'object' && v !== null }),
  maxIssues: int({ min: 1, default: 100 }),
  validator: func<NonNullable<BindingOptions['validator']>>(),
});

/** A type of a Thrift IDL, as generated code exports it. */
export interface ThriftTarget<Out> {
  readonly shape?: StructShape | undefined;
  decode(r: ByteReader): Out;
}

/** A schema for each of several sources. */
export type SourceSchemas = { readonly [K in Source]?: StandardSchema };

/** What {@link SourceSchemas} give. */
export type BoundSources<M> = { readonly [K in keyof M]: SchemaOutput<M[K]> };

/** Everything that `c.bind` takes. */
type Target = ThriftTarget<unknown> | MessageCodec<never, unknown> | StandardSchema | SourceSchemas;

const SOURCES: ReadonlySet<string> = new Set<Source>(['path', 'form', 'query', 'cookie', 'header', 'json', 'raw_body']);

/** Binds the requests of one engine. */
export class Binder {
  private readonly o: Required<BindingOptions>;
  private readonly structs: WeakMap<StructShape, StructBinder> = new WeakMap();

  /** Errors: OptionError. */
  constructor(o: BindingOptions | undefined) {
    this.o = table.resolve(o, 'hertz.binding') as Required<BindingOptions>;
  }

  /** Errors: {@link BindingError}; RuleError for an IDL whose rules are wrong. */
  bind(c: RequestContext, target: Target, o: BindOptions): Awaitable<unknown> {
    const bound = this.look(c, target, o);
    const { validator } = this.o as BindingOptions;
    if (validator === undefined || o.validate === false) return bound;
    const judged = (v: unknown): Awaitable<unknown> => {
      const r = validator(c, v);
      return isThenable(r) ? r.then(() => v) : v;
    };
    return isThenable(bound) ? bound.then(judged) : judged(bound);
  }

  private look(c: RequestContext, target: Target, o: BindOptions): Awaitable<unknown> {
    const r = new RequestValues(c);
    const only = o.sources === undefined ? undefined : new Set(o.sources);
    if ('~standard' in target) return bindSchema(target, r, only);
    if ('message' in target) return message(target, r);
    if ('decode' in target) {
      const { shape } = target;
      if (shape === undefined) throw new EngineStateError('bind: this code was generated without shapes; generate it anew');
      let b = this.structs.get(shape);
      if (b === undefined) this.structs.set(shape, (b = new StructBinder(shape, this.o as never)));
      return b.bind(r, only, o.validate !== false);
    }
    return each(target, r);
  }
}

function each(target: SourceSchemas, r: RequestValues): Awaitable<unknown> {
  const names = Object.keys(target);
  const odd = names.find((n) => !SOURCES.has(n));
  if (odd !== undefined || names.length === 0) throw new EngineStateError(`bind: got ${odd === undefined ? 'nothing' : `"${odd}"`}, wanted a generated type, a schema, or schemas by their source`);
  const results: [string, unknown][] = [];
  const issues: BindingError[] = [];
  let waits: PromiseLike<void>[] | undefined;
  const failed = (e: unknown): void => {
    if (!(e instanceof BindingError)) throw e;
    issues.push(e);
  };
  for (const name of names as Source[]) {
    const slot: [string, unknown] = [name, undefined];
    results.push(slot);
    try {
      const v = bindSource(target[name]!, r, name);
      if (isThenable(v)) (waits ??= []).push(v.then((x) => void (slot[1] = x), failed));
      else slot[1] = v;
    } catch (e) {
      failed(e);
    }
  }
  const done = (): unknown => {
    if (issues.length > 0) throw new BindingError(issues.flatMap((e) => e.issues), { cause: issues[0] });
    return Object.fromEntries(results);
  };
  return waits === undefined ? done() : Promise.all(waits).then(done);
}

/** A Protobuf message: of its own encoding, or of its JSON. */
function message(codec: MessageCodec<never, unknown>, r: RequestValues): unknown {
  try {
    if (r.isProtobuf) return codec.decode(ByteReader.from(r.bytes));
    return r.hasBody ? fromJson(codec, Buffer.from(r.bytes).toString(), { discardUnknown: true }) : fromJson(codec, '{}');
  } catch (e) {
    if (!(e instanceof CloudWeGoError)) throw e;
    throw new BindingError([{ path: '', source: r.isProtobuf ? 'raw_body' : 'json', code: 'syntax', message: e.message }], { cause: e });
  }
}
