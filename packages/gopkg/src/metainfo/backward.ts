// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Context } from '../context/index.js';
import type { ContextKey } from '../context/key.js';
import { contextKey } from '../context/key.js';
import type { HttpFields } from './carriers.js';
import { fieldPairs, fitsHttp, fromHttpKey, toHttpKey } from './carriers.js';
import type { MetaPairs } from './metainfo.js';
import { MetaPrefix } from './metainfo.js';

/*
 * Backward values travel with the reply. Two stores per context, both mutable and both installed before the call: `recv` on the client takes what comes
 * back, `send` on the server what goes back. Source: bytedance/gopkg cloud/metainfo/backward.go.
 */

type Store = Map<string, string>;

let keys: { readonly recv: ContextKey<Store>; readonly send: ContextKey<Store> } | undefined;

function key(kind: 'recv' | 'send'): ContextKey<Store> {
  keys ??= { recv: contextKey('metainfo.backward.recv'), send: contextKey('metainfo.backward.send') };
  return keys[kind];
}

function install<C extends Context>(ctx: C, kind: 'recv' | 'send'): C {
  return ctx.value(key(kind)) === undefined ? ctx.with(key(kind), new Map<string, string>()) : ctx;
}

/** A context that takes what the callee sends back. Install it before the call; installing twice changes nothing. Source: WithBackwardValues. */
export function withBackwardValues<C extends Context>(ctx: C): C {
  return install(ctx, 'recv');
}

/** A context that takes what is to be sent back to the caller; servers install it before the handler. Source: WithBackwardValuesToSend. */
export function withBackwardValuesToSend<C extends Context>(ctx: C): C {
  return install(ctx, 'send');
}

function put(ctx: Context, kind: 'recv' | 'send', pairs: MetaPairs): boolean {
  const store = ctx.value(key(kind));
  if (store === undefined) return false;
  let any = false;
  for (const [k, v] of Symbol.iterator in pairs ? pairs : Object.entries(pairs)) {
    any = true;
    if (k !== '' && v !== '') store.set(k, v);
  }
  return any;
}

/** Sends a value back to the caller; false when the context has no way back. Source: SendBackwardValue. */
export function sendBackwardValue(ctx: Context, k: string, v: string): boolean {
  return put(ctx, 'send', [[k, v]]);
}

/** Sends values back to the caller; false when the context has no way back, or when there are none. Source: SendBackwardValues, SendBackwardValuesFromMap. */
export function sendBackwardValues(ctx: Context, pairs: MetaPairs): boolean {
  return put(ctx, 'send', pairs);
}

/** A value that is to be sent back. Source: GetBackwardValueToSend. */
export function backwardValueToSend(ctx: Context, k: string): string | undefined {
  return ctx.value(key('send'))?.get(k);
}

/** All values that are to be sent back. Source: AllBackwardValuesToSend. */
export function backwardValuesToSend(ctx: Context): ReadonlyMap<string, string> {
  return new Map(ctx.value(key('send')));
}

/** Stores what came back; frameworks call it when a reply arrives. False when nobody asked. Source: SetBackwardValues, SetBackwardValuesFromMap. */
export function setBackwardValues(ctx: Context, pairs: MetaPairs): boolean {
  return put(ctx, 'recv', pairs);
}

/** A value that came back with the reply. Source: RecvBackwardValue. */
export function recvBackwardValue(ctx: Context, k: string): string | undefined {
  return ctx.value(key('recv'))?.get(k);
}

/** Everything that came back with the reply. Source: RecvAllBackwardValues. */
export function recvBackwardValues(ctx: Context): ReadonlyMap<string, string> {
  return new Map(ctx.value(key('recv')));
}

/** `bare`: the key as it is, what a Kitex client reads. `prefixed`: `RPC_BACKWARD_` before it, what a Volo client reads. */
export type BackwardForm = 'bare' | 'prefixed';

/** Writes backward values as TTHeader string keys. Kitex and Volo read different forms; see {@link BackwardForm}. */
export function backwardToStrings(values: Iterable<readonly [string, string]>, set: (key: string, value: string) => void, form: BackwardForm = 'bare'): void {
  for (const [k, v] of values) if (k !== '' && v !== '') set(form === 'bare' ? k : MetaPrefix.Backward + k, v);
}

/**
 * Reads the backward values of a reply in both forms: Volo's prefixed keys without their prefix, every other key as it is, as Kitex does. Where both are
 * there the prefixed one wins, because a bare key may be a header of the protocol's own.
 */
export function backwardFromStrings(strings: ReadonlyMap<string, string>): Map<string, string> {
  const out = new Map<string, string>();
  for (const [k, v] of strings) if (k !== '' && v !== '' && !k.startsWith(MetaPrefix.Backward)) out.set(k, v);
  for (const [k, v] of strings) {
    if (v !== '' && k.startsWith(MetaPrefix.Backward) && k.length > MetaPrefix.Backward.length) out.set(k.slice(MetaPrefix.Backward.length), v);
  }
  return out;
}

/** Writes backward values as `rpc-backward-…` HTTP fields. Kitex sends none over HTTP/2; Volo does. */
export function backwardToHttp(values: Iterable<readonly [string, string]>, set: (name: string, value: string) => void): void {
  for (const [k, v] of values) if (v !== '' && fitsHttp(k, v)) set(MetaPrefix.HttpBackward + toHttpKey(k), v);
}

/** Reads `rpc-backward-…` HTTP fields; the first field of a key wins. */
export function backwardFromHttp(fields: HttpFields): Map<string, string> {
  const out = new Map<string, string>();
  for (const [name, v] of fieldPairs(fields)) {
    const lower = name.toLowerCase();
    if (v === '' || !lower.startsWith(MetaPrefix.HttpBackward)) continue;
    const k = fromHttpKey(lower.slice(MetaPrefix.HttpBackward.length));
    if (k !== '' && !out.has(k)) out.set(k, v);
  }
  return out;
}
