// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// One way of doing one thing with JSON, in a process of its own. Prints { micros }: CPU time of one call, garbage collection included.
//
//   node case.mjs get|parse|stringify|decode SUBJECT VARIANT SECONDS WARMUP

import { isDeepStrictEqual } from 'node:util';

import { compile, get, parse, stringify } from '@cloudwego/sonic';
import { array, boolean, integer, number, object, string } from '@cloudwego/sonic/schema';

import { cpuPerCall } from '../lib/cpu.mjs';
import { documents, paths } from './documents.mjs';
import { loadSimdjson } from './simdjson.mjs';

const [, , kind, subject, variant, seconds, warmup] = process.argv;

const author = object({ name: string(), age: integer({ bits: 32 }), male: boolean() });
const book = object({
  id: integer(), ids: array(integer()), title: string(), titles: array(string()), price: number(), prices: array(number()), hot: boolean(), hots: array(boolean()), author, authors: array(author), weights: array(integer()),
});
const fast = (properties) => ({ type: 'object', properties, required: Object.keys(properties) });
const fastList = (items) => ({ type: 'array', items });
const [s, n, i, b] = ['string', 'number', 'integer', 'boolean'].map((type) => ({ type }));
const fastAuthor = fast({ name: s, age: i, male: b });
const fastBook = fast({ id: i, ids: fastList(i), title: s, titles: fastList(s), price: n, prices: fastList(n), hot: b, hots: fastList(b), author: fastAuthor, authors: fastList(fastAuthor), weights: fastList(i) });
const flat = { schema: object({ id: integer(), name: string(), price: number(), ok: boolean() }), fast: fast({ id: i, name: s, price: n, ok: b }) };
const flatValue = (k) => ({ id: k, name: `item ${k}`, price: k / 8, ok: k % 2 === 0 });

/** Values to write, with the schema for us and for fast-json-stringify. */
const values = {
  small: () => ({ value: JSON.parse(documents.small.load().toString()), schema: book, fast: fastBook }),
  flat: () => ({ value: flatValue(12), ...flat }),
  objects: () => ({ value: Array.from({ length: 10_000 }, (_, k) => flatValue(k)), schema: array(flat.schema), fast: fastList(flat.fast) }),
  wide: () => ({ value: Array.from({ length: 10_000 }, (_, k) => ({ ...flatValue(k), name: `項目 ${k}` })), schema: array(flat.schema), fast: fastList(flat.fast) }),
  numbers: () => ({ value: Array.from({ length: 10_000 }, (_, k) => k / 7), schema: array(number()), fast: fastList(n) }),
  integers: () => ({ value: Array.from({ length: 10_000 }, (_, k) => k * 1001), schema: array(integer()), fast: fastList(i) }),
  strings: () => ({ value: Array.from({ length: 10_000 }, (_, k) => `a string, number ${k}`), schema: array(string()), fast: fastList(s) }),
};

const decoded = {
  small: () => ({ bytes: documents.small.load(), schema: book }),
  objects: () => ({ bytes: Buffer.from(JSON.stringify(values.objects().value)), schema: array(flat.schema) }),
};

/** The call to be measured, and the same by other means for what it gives. */
async function make() {
  switch (kind) {
    case 'get': {
      const bytes = documents[subject].load();
      const value = JSON.parse(bytes.toString());
      const [way, where] = variant.split('-');
      const path = paths(value)[where];
      const pick = () => path.reduce((v, step) => v[step], JSON.parse(bytes.toString()));
      return way === 'get' ? [() => get(bytes, path).toJS({ integers: 'number' }), pick] : [pick, pick];
    }
    case 'parse': {
      const bytes = documents[subject].load();
      const native = () => JSON.parse(bytes.toString());
      switch (variant) {
        case 'sonic':
          // Long integers are what the native one has not.
          return documents[subject].save ? [() => parse(bytes), undefined] : [() => parse(bytes), native];
        case 'lossless-json': {
          const lossless = await import('lossless-json');
          return [() => lossless.parse(bytes.toString()), undefined];
        }
        case 'lossless-json-bigint': {
          const lossless = await import('lossless-json');
          const number = (t) => (lossless.isInteger(t) && !lossless.isSafeNumber(t) ? BigInt(t) : Number(t));
          return [() => lossless.parse(bytes.toString(), undefined, number), () => parse(bytes)];
        }
        case 'secure-json-parse': {
          const { default: secure } = await import('secure-json-parse');
          return [() => secure.parse(bytes.toString()), native];
        }
        case 'simdjson': {
          const simdjson = loadSimdjson();
          return [() => simdjson.parse(bytes.toString()), undefined];
        }
        default:
          return [native, native];
      }
    }
    case 'stringify': {
      const { value, schema, fast: shape } = values[subject]();
      const native = () => JSON.stringify(value);
      switch (variant) {
        case 'compiled': {
          const codec = compile(schema);
          return [() => codec.stringify(value), native];
        }
        case 'sonic':
          return [() => stringify(value), native];
        case 'fast-json-stringify': {
          const { default: build } = await import('fast-json-stringify');
          const write = build(shape);
          return [() => write(value), native];
        }
        default:
          return [native, native];
      }
    }
    default: {
      const { bytes, schema } = decoded[subject]();
      const native = () => JSON.parse(bytes.toString());
      const codec = compile(schema);
      return variant === 'compiled' ? [() => codec.decode(bytes), native] : [native, native];
    }
  }
}

const [call, check] = await make();
/** What is written has to lie in memory in one piece, as JSON.stringify's does: whoever sends it needs that. */
const measured =
  kind !== 'stringify'
    ? call
    : () => {
        const text = call();
        text.charCodeAt(text.length - 1);
        return text;
      };
await cpuPerCall(measured, Number(warmup));
const { micros, kept } = await cpuPerCall(measured, Number(seconds));
if (check !== undefined && !isDeepStrictEqual(kept, check())) throw new Error(`${kind} ${subject} ${variant}: not what it should be`);
console.log(JSON.stringify({ micros }));
