// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { expectTypeOf, it } from 'vitest';
import { arg, defineException, defineService, defineStruct, defineUnion, f, method, t } from '@cloudwego/pilota/define';
import type { ClientOf, HandlersOf, Infer, InferInput } from '@cloudwego/pilota/define';
import type { CallOptions, HandlerContext, ResponseStream, ServiceDefinition, ThriftException } from '@cloudwego/pilota/codegen/v1';
import type { Awaitable } from '@cloudwego/gopkg/async';

const Color = { RED: 1, BLUE: 2 } as const;
const Inner = defineStruct('Inner', { n: f(1, t.i32) });
const User = defineStruct('User', {
  id: f(1, t.i64).required(),
  name: f(2, t.string),
  tags: f(3, t.list(t.string)).optional(),
  scores: f(4, t.map(t.string, t.i64)),
  color: f(5, t.enum('Color', Color)).default(Color.RED),
  inner: f(6, Inner),
  must: f(7, Inner).required(),
  byId: f(8, t.map(t.i64, t.set(t.binary))).optional(),
});
const Choice = defineUnion('Choice', { text: f(1, t.string), n: f(2, t.i64) });
const NotFound = defineException('NotFound', { message: f(1, t.string), code: f(2, t.i32) });

it('what is received is inferred', () => {
  expectTypeOf<Infer<typeof User>>().toEqualTypeOf<{
    id: bigint;
    name: string;
    tags?: string[] | undefined;
    scores: Map<string, bigint>;
    color: 1 | 2;
    inner?: { n: number } | undefined;
    must: { n: number };
    byId?: Map<bigint, Set<Uint8Array>> | undefined;
  }>();
  type Wanted = { text: string; n?: undefined } | { n: bigint; text?: undefined };
  expectTypeOf<Infer<typeof Choice>>().toExtend<Wanted>();
  expectTypeOf<Wanted>().toExtend<Infer<typeof Choice>>();
});

it('what may be sent is inferred', () => {
  expectTypeOf<InferInput<typeof User>['id']>().toEqualTypeOf<bigint | number>();
  expectTypeOf<InferInput<typeof User>['scores']>().toEqualTypeOf<ReadonlyMap<string, bigint | number> | Readonly<Record<string, bigint | number>> | undefined>();
  expectTypeOf<InferInput<typeof User>['byId']>().toEqualTypeOf<ReadonlyMap<bigint | number, Iterable<Uint8Array>> | undefined>();
  const least: InferInput<typeof User> = { id: 1, must: {} };
  expectTypeOf(least).toExtend<InferInput<typeof User>>();
  // @ts-expect-error -- id is required
  const none: InferInput<typeof User> = { must: {} };
  // @ts-expect-error -- a union has one field
  const both: InferInput<typeof Choice> = { text: 'a', n: 1 };
  void [none, both];
});

it('unions narrow, exceptions are errors', () => {
  const narrow = (c: Infer<typeof Choice>): string | bigint => (c.text !== undefined ? c.text : c.n);
  void narrow;
  expectTypeOf(new NotFound({ message: 'no' })).toExtend<ThriftException & { code: number }>();
  // @ts-expect-error -- code is a number
  void (() => new NotFound({ code: 'x' }));
});

it('clients and handlers are inferred', () => {
  const methods = {
    find: method({ args: [arg(1, 'id', t.i64), arg(2, 'deep', t.bool)], result: User, throws: { 1: NotFound } }),
    ping: method({}),
    note: method({ args: [arg(1, 'text', t.string)], kind: 'oneway' }),
    watch: method({ args: [arg(1, 'from', Inner)], result: Inner, kind: 'server' }),
    upload: method({ args: [arg(1, 'part', Inner)], result: Inner, kind: 'client' }),
    chat: method({ args: [arg(1, 'say', Inner)], result: Inner, kind: 'bidi' }),
  };
  type C = ClientOf<typeof methods>;
  type H = HandlersOf<typeof methods>;
  expectTypeOf<C['find']>().toEqualTypeOf<(id: bigint | number, deep: boolean, options?: CallOptions) => Promise<Infer<typeof User>>>();
  expectTypeOf<C['ping']>().toEqualTypeOf<(options?: CallOptions) => Promise<void>>();
  expectTypeOf<C['note']>().toEqualTypeOf<(text: string, options?: CallOptions) => Promise<void>>();
  expectTypeOf<C['watch']>().returns.toEqualTypeOf<ResponseStream<{ n: number }>>();
  expectTypeOf<C['upload']>().returns.toEqualTypeOf<Promise<{ n: number }>>();
  expectTypeOf<C['chat']>().parameter(0).toEqualTypeOf<Iterable<InferInput<typeof Inner>> | AsyncIterable<InferInput<typeof Inner>>>();
  expectTypeOf<H['find']>().toEqualTypeOf<(id: bigint, deep: boolean, ctx: HandlerContext) => Awaitable<InferInput<typeof User>>>();
  expectTypeOf<H['chat']>().parameter(0).toEqualTypeOf<AsyncIterable<{ n: number }>>();
  const service = defineService('Users', methods);
  expectTypeOf(service).toEqualTypeOf<ServiceDefinition<C, H>>();
  // Described in place, what is left out is what it is elsewhere.
  const apart = { find: method({ result: User }), note: method({ args: [arg(1, 'text', t.string)] }) };
  expectTypeOf(defineService('Users', { find: method({ result: User }), note: method({ args: [arg(1, 'text', t.string)] }) })).toEqualTypeOf<
    ServiceDefinition<ClientOf<typeof apart>, HandlersOf<typeof apart>>
  >();
});
