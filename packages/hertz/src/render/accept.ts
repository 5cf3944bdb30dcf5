// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

interface Range {
  readonly type: string;
  readonly subtype: string;
  readonly q: number;
}

/**
 * The offer that a field `Accept` likes most: by quality, then by the order of the offers; undefined where it takes none of them. Without a field the first.
 * Source: RFC 9110 section 12.5.1; the range that names a type most exactly decides on it.
 */
export function preferred(accept: string | undefined, offers: readonly string[]): string | undefined {
  if (accept === undefined || accept.trim() === '') return offers[0];
  const ranges = accept.split(',').map(rangeOf);
  let best: string | undefined;
  let bestQ = 0;
  for (const offer of offers) {
    const q = qualityOf(offer, ranges);
    if (q > bestQ) {
      best = offer;
      bestQ = q;
    }
  }
  return best;
}

function rangeOf(text: string): Range {
  const [name, ...params] = text.split(';');
  const [type = '', subtype = ''] = name!.trim().toLowerCase().split('/');
  const q = params.map((p) => /^\s*q=(.*?)\s*$/i.exec(p)?.[1]).find((v) => v !== undefined);
  const n = q === undefined ? 1 : Number(q);
  return { type, subtype, q: n >= 0 && n <= 1 ? n : 0 };
}

function qualityOf(offer: string, ranges: readonly Range[]): number {
  const [type, subtype] = offer.split(';')[0]!.trim().toLowerCase().split('/');
  let exact = -1;
  let q = 0;
  for (const r of ranges) {
    const level = r.type === type ? (r.subtype === subtype ? 2 : r.subtype === '*' ? 1 : -1) : r.type === '*' && r.subtype === '*' ? 0 : -1;
    if (level > exact) {
      exact = level;
      q = r.q;
    }
  }
  return q;
}
