// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { MetaInfo } from './index.js';

const none: ReadonlyMap<string, string> = new Map();

/** Name prefixes of metainfo on the wire. Source: bytedance/gopkg cloud/metainfo/kv.go, http.go. */
export const MetaPrefix = {
  Transient: 'RPC_TRANSIT_',
  Persistent: 'RPC_PERSIST_',
  TransientUpstream: 'RPC_TRANSIT_UPSTREAM_',
  Backward: 'RPC_BACKWARD_',
  BackwardDownstream: 'RPC_BACKWARD_DOWNSTREAM_',
  HttpTransient: 'rpc-transit-',
  HttpPersistent: 'rpc-persist-',
  HttpBackward: 'rpc-backward-',
} as const;

/** What values are made from. Empty keys and values are dropped everywhere. */
export type MetaPairs = Iterable<readonly [string, string]> | Readonly<Record<string, string>>;

/** An immutable {@link MetaInfo}; maps are copied on write and shared otherwise. */
export class MetaInfoNode implements MetaInfo {
  readonly transient: ReadonlyMap<string, string>;
  readonly persistent: ReadonlyMap<string, string>;
  readonly stale: ReadonlyMap<string, string>;

  constructor(transient: ReadonlyMap<string, string>, persistent: ReadonlyMap<string, string>, stale: ReadonlyMap<string, string>) {
    this.transient = transient;
    this.persistent = persistent;
    this.stale = stale;
  }

  /** A transient value, else a stale one. Source: GetValue. */
  get(k: string): string | undefined {
    return this.transient.get(k) ?? this.stale.get(k);
  }

  getPersistent(k: string): string | undefined {
    return this.persistent.get(k);
  }

  /** Number of transient and stale values. Source: CountValues. */
  get size(): number {
    return this.transient.size + this.stale.size;
  }

  /** Stale and transient values in one map, transient ones winning; in the order in which RangeValues visits them. Source: GetAllValues, RangeValues. */
  all(): ReadonlyMap<string, string> {
    if (this.stale.size === 0) return this.transient;
    return new Map([...this.stale, ...this.transient]);
  }

  /** Those of `keys` that have a value. Source: GetValueToMap. */
  pick(keys: Iterable<string>): Map<string, string> {
    const out = new Map<string, string>();
    for (const k of keys) {
      const v = this.get(k);
      if (v !== undefined) out.set(k, v);
    }
    return out;
  }

  /** Sets a transient value. One that arrived as stale travels again. Source: WithValue. */
  with(k: string, v: string): this {
    return this.withAll([[k, v]]);
  }

  withPersistent(k: string, v: string): this {
    return this.withAllPersistent([[k, v]]);
  }

  /** Source: WithValues. `Differs:` takes pairs or an object, so that an odd count cannot happen. */
  withAll(pairs: MetaPairs): this {
    let transient: Map<string, string> | undefined;
    let stale: Map<string, string> | undefined;
    for (const [k, v] of pairsOf(pairs)) {
      if (k === '' || v === '' || (transient ?? this.transient).get(k) === v) continue;
      (transient ??= new Map(this.transient)).set(k, v);
      if (this.stale.has(k)) (stale ??= new Map(this.stale)).delete(k);
    }
    return transient === undefined ? this : this.copy(transient, this.persistent, stale ?? this.stale);
  }

  /** Source: WithPersistentValues. */
  withAllPersistent(pairs: MetaPairs): this {
    let persistent: Map<string, string> | undefined;
    for (const [k, v] of pairsOf(pairs)) {
      if (k === '' || v === '' || (persistent ?? this.persistent).get(k) === v) continue;
      (persistent ??= new Map(this.persistent)).set(k, v);
    }
    return persistent === undefined ? this : this.copy(this.transient, persistent, this.stale);
  }

  /** Removes a transient value: from stale if it is there, else from transient. Source: DelValue. */
  without(k: string): this {
    const from = this.stale.has(k) ? this.stale : this.transient;
    if (!from.has(k)) return this;
    const rest = new Map(from);
    rest.delete(k);
    return from === this.stale ? this.copy(this.transient, this.persistent, rest) : this.copy(rest, this.persistent, this.stale);
  }

  withoutPersistent(k: string): this {
    if (!this.persistent.has(k)) return this;
    const rest = new Map(this.persistent);
    rest.delete(k);
    return this.copy(this.transient, rest, this.stale);
  }

  /** Source: TransferForward. */
  forward(): this {
    if (this.transient.size === 0 && this.stale.size === 0) return this;
    return this.copy(none, this.persistent, this.transient);
  }

  /** A node of the same class; subclasses that carry more override it. */
  protected copy(transient: ReadonlyMap<string, string>, persistent: ReadonlyMap<string, string>, stale: ReadonlyMap<string, string>): this {
    return new MetaInfoNode(transient, persistent, stale) as this;
  }
}

/** Metainfo without any value. */
export const emptyMetaInfo: MetaInfoNode = new MetaInfoNode(none, none, none);

/** Makes metainfo from plain values; empty keys and values are dropped. */
export function createMetaInfo(o: {
  readonly transient?: MetaPairs | undefined;
  readonly persistent?: MetaPairs | undefined;
  readonly stale?: MetaPairs | undefined;
}): MetaInfoNode {
  return new MetaInfoNode(toMap(o.transient), toMap(o.persistent), toMap(o.stale));
}

function pairsOf(v: MetaPairs): Iterable<readonly [string, string]> {
  return Symbol.iterator in v ? v : Object.entries(v);
}

function toMap(v: MetaPairs | undefined): ReadonlyMap<string, string> {
  if (v === undefined) return none;
  const out = new Map<string, string>();
  for (const [k, x] of pairsOf(v)) if (k !== '' && x !== '') out.set(k, x);
  return out.size === 0 ? none : out;
}
