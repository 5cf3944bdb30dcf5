// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { backwardFromHttp, backwardFromStrings, emptyMetaInfo, MetaInfoNode, metaInfoFromHttp, metaInfoFromStrings, MetaPrefix, metaInfoToHttp, metaInfoToStrings } from '@cloudwego/gopkg/metainfo';
import { expect, it } from 'vitest';
import { rustVectors } from '../support/vectors.js';

type Pairs = Readonly<Record<string, string>>;

interface Step {
  readonly op: 'with' | 'withPersistent' | 'without' | 'withoutPersistent' | 'derive' | 'receive';
  readonly k: string;
  readonly v: string;
  readonly persistent: Pairs;
  readonly transient: Pairs;
  readonly upstream: Pairs;
  readonly downstream: Pairs;
  readonly strings: Pairs;
  /** Null where the crate writes a broken prefix. */
  readonly fields: Pairs | null;
}

/** What arrives: a server forwards it at once, so that transient values of the wire are stale ones here, as Volo puts them. */
function receive(m: MetaInfoNode, k: string, v: string): MetaInfoNode {
  const arrived = [metaInfoFromStrings(new Map([[k, v]])), metaInfoFromHttp([[k, v]])].map((x) => x.forward());
  let { persistent, stale } = m;
  for (const x of arrived) {
    persistent = new Map([...persistent, ...x.persistent]);
    stale = new Map([...stale, ...x.stale]);
  }
  return new MetaInfoNode(m.transient, persistent, stale);
}

it('metainfo reads and writes what the Rust crate does after the same operations', () => {
  const runs = rustVectors<readonly (readonly Step[])[]>();
  expect(runs.flat().length).toBeGreaterThan(200);
  expect(runs.flat().filter((s) => s.fields !== null && Object.keys(s.fields).length > 1).length).toBeGreaterThan(30);
  for (const steps of runs) {
    let m: MetaInfoNode = emptyMetaInfo;
    const downstream: Record<string, string> = {};
    for (const s of steps) {
      if (s.op === 'with') m = m.with(s.k, s.v);
      else if (s.op === 'withPersistent') m = m.withPersistent(s.k, s.v);
      else if (s.op === 'without') m = m.without(s.k);
      else if (s.op === 'withoutPersistent') m = m.withoutPersistent(s.k);
      else if (s.op === 'receive') {
        m = receive(m, s.k, s.v);
        // `Differs:` we read bare keys too, as Kitex sends them; Volo the prefixed ones alone.
        if (s.k.startsWith(MetaPrefix.Backward)) Object.assign(downstream, Object.fromEntries(backwardFromStrings(new Map([[s.k, s.v]]))));
        Object.assign(downstream, Object.fromEntries(backwardFromHttp([[s.k, s.v]])));
      }
      expect(Object.fromEntries(m.persistent)).toEqual(s.persistent);
      expect(Object.fromEntries(m.transient)).toEqual(s.transient);
      expect(Object.fromEntries(m.stale)).toEqual(s.upstream);
      expect(downstream).toEqual(s.downstream);
      for (const [k, v] of Object.entries({ ...s.upstream, ...s.transient })) expect(m.get(k)).toBe(v);
      const strings: Record<string, string> = {};
      metaInfoToStrings(m, (k, v) => (strings[k] = v));
      expect(strings).toEqual(s.strings);
      if (s.fields === null) continue;
      const fields: Record<string, string> = {};
      metaInfoToHttp(m, (k, v) => (fields[k] = v));
      expect(fields).toEqual(s.fields);
    }
  }
});
