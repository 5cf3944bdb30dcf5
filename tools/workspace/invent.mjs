// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Makes up an IDL that is in no repository, and a program that uses the code generated from it: a test of what users have, not of what we wrote.

import { randomSource } from './random.mjs';

/** Types without parts: as Thrift names them, as they are in a program's text, and values in that text with what comes back. */
const BASE = {
  bool: ['true', 'false'],
  i8: ['-128', '127'],
  i16: ['-32768', '32767'],
  i32: ['-2147483648', '2147483647'],
  i64: ['-9223372036854775808n', '9007199254740993n'],
  double: ['-0.5', '1e300'],
  string: ["''", "'a 你 🌍'"],
};

const WORDS = ['amber', 'birch', 'cobalt', 'delta', 'ember', 'fjord', 'grove', 'harbor', 'iris', 'juniper', 'krill', 'lagoon', 'marsh', 'north', 'onyx', 'pebble', 'quartz', 'reef', 'sable', 'tundra'];

/**
 * `{ seed, files, program }`: files of an IDL, the root first, and the text of program.ts, which prints "all of it" last.
 * The same seed makes the same files.
 */
export function inventIdl(seed) {
  const random = randomSource(seed);
  const pick = (list) => list[random(list.length)];
  const used = new Set();
  const word = () => {
    for (;;) {
      const w = `${pick(WORDS)}${random(1000)}`;
      if (used.has(w)) continue;
      used.add(w);
      return w;
    }
  };
  const upper = (w) => w[0].toUpperCase() + w.slice(1);

  /** A type of at most `depth` containers: { idl, value(): text of a value, same for what is sent and what comes back }. */
  const type = (depth, named) => {
    const kinds = depth > 0 ? ['base', 'list', 'map', 'set', 'named', 'binary'] : ['base', 'named'];
    const kind = pick(kinds);
    if (kind === 'list') {
      const item = type(depth - 1, named);
      return { idl: `list<${item.idl}>`, value: () => `[${item.value()}, ${item.value()}]` };
    }
    if (kind === 'set') {
      const name = pick(['i32', 'string']);
      return { idl: `set<${name}>`, value: () => `new Set([${BASE[name].join(', ')}])` };
    }
    if (kind === 'map') {
      const key = pick(['i32', 'string', 'i64']);
      const item = type(depth - 1, named);
      return { idl: `map<${key}, ${item.idl}>`, value: () => `new Map([[${BASE[key][1]}, ${item.value()}]])` };
    }
    if (kind === 'binary') return { idl: 'binary', value: () => `new Uint8Array([${random(256)}, ${random(256)}])` };
    if (kind === 'named' && named.length > 0) return pick(named);
    const name = pick(Object.keys(BASE));
    return { idl: name, value: () => pick(BASE[name]) };
  };

  const enumeration = (prefix) => {
    const name = `E${upper(word())}`;
    const members = [0, 3, 4].map((v) => [word().toUpperCase(), v]);
    return { name, text: `enum ${name} { ${members.map(([n, v]) => `${n} = ${v}`).join(', ')} }`, type: { idl: prefix + name, value: () => String(pick(members)[1]) } };
  };
  const struct = (named, prefix) => {
    const name = `S${upper(word())}`;
    const fields = Array.from({ length: 2 + random(4) }, (_, i) => ({ id: i + 1, name: word(), need: pick(['required', 'optional']), type: type(2, named) }));
    return {
      name,
      text: `struct ${name} {\n${fields.map((f) => `  ${f.id}: ${f.need} ${f.type.idl} ${f.name}`).join('\n')}\n}`,
      type: { idl: prefix + name, value: () => `{ ${fields.filter((f) => f.need === 'required' || random(2) === 0).map((f) => `${f.name}: ${f.type.value()}`).join(', ')} }` },
    };
  };
  const union = (named, prefix) => {
    const name = `U${upper(word())}`;
    const fields = Array.from({ length: 3 }, (_, i) => ({ id: i + 1, name: word(), type: type(1, named) }));
    return {
      name,
      text: `union ${name} {\n${fields.map((f) => `  ${f.id}: ${f.type.idl} ${f.name}`).join('\n')}\n}`,
      type: { idl: prefix + name, value: () => ((f) => `{ ${f.name}: ${f.type.value()} }`)(pick(fields)) },
    };
  };

  /** Definitions, each built on those before it. */
  const definitions = (count, named, prefix) => {
    const out = [];
    for (let i = 0; i < count; i++) {
      const d = [enumeration, struct, union, struct][i % 4](i % 4 === 0 ? prefix : [...named], prefix);
      out.push(d.text);
      named.push(d.type);
    }
    return out;
  };

  const base = word();
  const baseNamed = [];
  const baseText = definitions(4, baseNamed, '');
  const named = baseNamed.map((t) => ({ idl: `${base}.${t.idl}`, value: t.value }));
  const ownText = definitions(6, named, '');
  const exception = { name: `X${upper(word())}`, field: word() };
  const service = `V${upper(word())}`;
  const methods = Array.from({ length: 6 }, () => ({ name: word(), type: type(2, named) }));

  const header = `// Made up: seed ${seed}\n\n`;
  const root = `${word()}.thrift`;
  const idl = `${header}include "${base}.thrift"

namespace js made.up.${service.toLowerCase()}

${ownText.join('\n\n')}

exception ${exception.name} {
  1: required string ${exception.field}
}

service ${service} {
${methods.map((m) => `  ${m.type.idl} ${m.name}(1: ${m.type.idl} value) throws (1: ${exception.name} refused)`).join('\n')}
  void refuse(1: string why) throws (1: ${exception.name} refused)
}
`;
  const program = `import assert from 'node:assert/strict';
import { createClient, createServer } from '@cloudwego/kitex';
import { ${exception.name}, ${service} } from './kitex_gen/made/up/${service.toLowerCase()}/index.js';
import { bare } from './bare.js';

const server = createServer({ serviceName: 'made-up', address: '127.0.0.1:0' }).register(${service}, {
${methods.map((m) => `  ${m.name}: (value) => value,`).join('\n')}
  refuse(why) {
    throw new ${exception.name}({ ${exception.field}: why });
  },
});
const { address } = await server.start();
const client = createClient(${service}, { destService: 'made-up', hostPorts: [address], connectTimeoutMs: 10_000, rpcTimeoutMs: 30_000 });
${methods.flatMap((m) => [m.type.value(), m.type.value()].map((v) => `{\n  const value: Parameters<typeof client.${m.name}>[0] = ${v};\n  assert.deepEqual(bare(await client.${m.name}(value)), bare(value));\n}`)).join('\n')}
await assert.rejects(client.refuse('no'), (e: unknown) => e instanceof ${exception.name} && e.${exception.field} === 'no');
await client.close();
await server.stop();
console.log('all of it');
`;
  return { seed, files: [{ path: root, text: idl }, { path: `${base}.thrift`, text: `${header}namespace js made.up.${base}\n\n${baseText.join('\n\n')}\n` }], program };
}
