// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { emptyMetaInfo, metaInfoFromStrings, metaInfoToHttp, metaInfoToStrings } from '@cloudwego/gopkg/metainfo';
import { expect, it } from 'vitest';
import { goVectors } from '../support/vectors.js';

interface Step {
  readonly op: 'with' | 'withPersistent' | 'without' | 'withoutPersistent' | 'forward' | 'strings';
  readonly k: string;
  readonly v: string;
  readonly all: Readonly<Record<string, string>> | null;
  readonly persistent: Readonly<Record<string, string>> | null;
  readonly strings: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
}

it('metainfo reads and writes what Go does after the same operations', () => {
  const runs = goVectors<readonly (readonly Step[])[]>('metainfo');
  expect(runs.flat().length).toBeGreaterThan(300);
  for (const steps of runs) {
    let m = emptyMetaInfo;
    for (const s of steps) {
      if (s.op === 'with') m = m.with(s.k, s.v);
      else if (s.op === 'withPersistent') m = m.withPersistent(s.k, s.v);
      else if (s.op === 'without') m = m.without(s.k);
      else if (s.op === 'withoutPersistent') m = m.withoutPersistent(s.k);
      else if (s.op === 'forward') m = m.forward();
      else m = metaInfoFromStrings(new Map([[s.k, s.v]]), m);
      expect(Object.fromEntries(m.all())).toEqual(s.all ?? {});
      expect(Object.fromEntries(m.persistent)).toEqual(s.persistent ?? {});
      const strings: Record<string, string> = {};
      metaInfoToStrings(m, (k, v) => (strings[k] = v));
      expect(strings).toEqual(s.strings);
      const fields: Record<string, string> = {};
      metaInfoToHttp(m, (k, v) => (fields[k] = v), { upstream: true });
      expect(fields).toEqual(s.fields);
    }
  }
});
