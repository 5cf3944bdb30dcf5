// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readInt32 } from '../../protobuf/read.js';
import { bytesOf, eachField } from './raw.js';

/** What editions let a file choose, as far as codecs need it; files of proto2 and proto3 have what means the same. */
export interface Features {
  readonly presence: 'explicit' | 'implicit' | 'required';
  readonly closed: boolean;
  readonly packed: boolean;
  readonly utf8: boolean;
  readonly delimited: boolean;
}

const PROTO2: Features = { presence: 'explicit', closed: true, packed: false, utf8: false, delimited: false };
const PROTO3: Features = { presence: 'implicit', closed: false, packed: true, utf8: true, delimited: false };
const EDITION: Features = { ...PROTO3, presence: 'explicit' };

export function fileFeatures(syntax: string, options: Uint8Array): Features {
  if (syntax === 'editions') return withFeatures(EDITION, options, 50);
  return syntax === 'proto3' ? PROTO3 : PROTO2;
}

const PRESENCE: readonly (Features['presence'] | undefined)[] = [undefined, 'explicit', 'implicit', 'required'];

/** The features of a declaration: those of what it lies in, and what field `number` of its options says. */
export function withFeatures(outer: Features, options: Uint8Array, number: number): Features {
  if (options.length === 0) return outer;
  let out: Features = outer;
  eachField(options, {
    [number * 8 + 2]: (r) => {
      eachField(bytesOf(r), {
        8: (v) => (out = { ...out, presence: PRESENCE[readInt32(v)] ?? out.presence }),
        16: (v) => (out = { ...out, closed: readInt32(v) === 2 }),
        24: (v) => (out = { ...out, packed: readInt32(v) === 1 }),
        32: (v) => (out = { ...out, utf8: readInt32(v) === 2 }),
        40: (v) => (out = { ...out, delimited: readInt32(v) === 2 }),
      });
    },
  });
  return out;
}

/** A varint option; undefined where it is not given. */
export function flagOf(options: Uint8Array, number: number): boolean | undefined {
  let out: boolean | undefined;
  if (options.length > 0) eachField(options, { [number * 8]: (r) => (out = readInt32(r) !== 0) });
  return out;
}
