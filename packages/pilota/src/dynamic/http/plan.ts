// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { LinkedStruct } from '../../descriptor/index.js';
import type { LinkedField } from '../../descriptor/index.js';

/** Where a field of the root stands, by annotation. */
export type HttpPlace = 'query' | 'path' | 'header' | 'cookie' | 'form' | 'body' | 'raw_body' | 'raw_uri' | 'http_code' | 'no_body_struct' | 'none';

export interface HttpSource {
  readonly place: HttpPlace;
  /** The annotation's value; headers in lower case. */
  readonly name: string;
}

const PLACES: ReadonlyMap<string, HttpPlace> = new Map(
  (['query', 'path', 'header', 'cookie', 'form', 'body', 'raw_body', 'raw_uri', 'http_code', 'no_body_struct', 'none'] as const).map((p) => [`api.${p}`, p]),
);

/** In the order of the source. */
export function sourcesOf(f: LinkedField): readonly HttpSource[] {
  const found: HttpSource[] = [];
  for (const [key, values] of Object.entries(f.annotations)) {
    const place = PLACES.get(key);
    if (place !== undefined) found.push({ place, name: (place === 'header' ? values[0]?.toLowerCase() : values[0]) ?? '' });
  }
  return found;
}

/** The root of a request or an answer: its fields go by `api.body` in JSON, where they have it. */
export interface HttpPlan {
  readonly root: LinkedStruct;
  /** Fields that have annotations of places. */
  readonly mapped: readonly { readonly field: LinkedField; readonly sources: readonly HttpSource[] }[];
  readonly byField: ReadonlyMap<LinkedField, readonly HttpSource[]>;
}

export function planHttp(s: LinkedStruct): HttpPlan {
  const byField = new Map<LinkedField, readonly HttpSource[]>();
  const fields = s.fields.map((f): LinkedField => {
    const sources = sourcesOf(f);
    const key = sources.find((x) => x.place === 'body')?.name;
    const field = key === undefined || key === '' ? f : { ...f, alias: key };
    if (sources.length > 0) byField.set(field, sources);
    return field;
  });
  return { root: new LinkedStruct(s.name, s.structKind, s.annotations, () => fields), mapped: [...byField].map(([field, sources]) => ({ field, sources })), byField };
}
