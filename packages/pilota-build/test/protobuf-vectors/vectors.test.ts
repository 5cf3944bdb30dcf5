// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { linkProto } from '@cloudwego/pilota/descriptor';
import { DynamicError, ProtoValueCodec } from '@cloudwego/pilota/dynamic';
import { fromJson, ProtobufError, toJson } from '@cloudwego/pilota/protobuf';
import type { AnyMessageCodec } from '@cloudwego/pilota/protobuf';
import { fileDescriptorSet, generateProto } from '@cloudwego/pilota-build';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanUp, write } from '../generate/load.js';
import { readParts } from '../packed.js';
import { random } from '../random.js';
import { vectorValues } from './values.js';

/*
 * go.br: of each value our bytes, which Go has read, and what golang protobuf v1.36 wrote of it then: bytes with sorted maps, and JSON. Made by make.mjs.
 */
const all = vectorValues();
const count = all.reduce((n, p) => n + p.messages.reduce((k, m) => k + m.values.length, 0), 0);

interface Vector {
  readonly name: string;
  readonly value: unknown;
  readonly generated: AnyMessageCodec;
  readonly dynamic: AnyMessageCodec;
  readonly ours: Buffer;
  readonly go: Buffer;
  readonly json: string;
}
const vectors: Vector[] = [];

beforeAll(async () => {
  const part = readParts(new URL('go.br', import.meta.url), count * 3);
  const values = new ProtoValueCodec();
  for (const { program, messages } of all) {
    const files = generateProto(program);
    const module = (await import(pathToFileURL(join(write(files), files[0]!.path)).href)) as Record<string, AnyMessageCodec>;
    const linked = linkProto({ family: 'protobuf', set: fileDescriptorSet(program) });
    for (const { message, values: list } of messages) {
      for (const [i, value] of list.entries()) {
        vectors.push({ name: `${message.fullName} ${i}`, value, generated: module[message.name]!, dynamic: values.of(linked.message(message.name)), ours: part(), go: part(), json: part().toString() });
      }
    }
  }
});
afterAll(cleanUp);

function bytes(c: AnyMessageCodec, v: unknown): Buffer {
  const w = new ByteWriter();
  c.encode(w, v);
  return Buffer.from(w.toBytes());
}

/** Go puts spaces and entries of maps where it likes. */
const parsed = (json: string): unknown => JSON.parse(json);

describe(`${count} values of random messages of proto2, proto3 and editions`, () => {
  it('are at least two thousand', () => {
    expect(count).toBeGreaterThanOrEqual(2000);
  });

  it('are written as the bytes that Go has read, by generated code and by descriptor', () => {
    for (const { name, value, generated, dynamic, ours } of vectors) {
      expect(bytes(generated, value).equals(ours), name).toBe(true);
      expect(bytes(dynamic, value).equals(ours), `${name}, dynamic`).toBe(true);
    }
  });

  it('are read from what Go writes', () => {
    for (const { name, value, generated, dynamic, go } of vectors) {
      expect(generated.decode(ByteReader.from(go)), name).toEqual(value);
      expect(dynamic.decode(ByteReader.from(go)), `${name}, dynamic`).toEqual(value);
    }
  });

  it('are the JSON that Go writes, and are read from it', () => {
    for (const { name, value, generated, dynamic, json } of vectors) {
      expect(parsed(toJson(generated, value)), name).toEqual(parsed(json));
      expect(toJson(dynamic, value), `${name}, dynamic`).toBe(toJson(generated, value));
      expect(fromJson(generated, json), name).toEqual(value);
      expect(fromJson(dynamic, json), `${name}, dynamic`).toEqual(value);
    }
  });
});

describe('bytes that were changed', () => {
  /** How many; a long run takes more. */
  const RUNS = Number(process.env['PILOTA_FUZZ_RUNS'] ?? 4000);

  it('give a value, or the same typed error from generated code and by descriptor', () => {
    const next = random(99);
    const below = (n: number): number => Math.floor(next() * n);
    let refused = 0;
    for (let i = 0; i < RUNS; i++) {
      const { generated, dynamic, ours, name } = vectors[below(vectors.length)]!;
      const bad = Buffer.from(ours);
      for (let n = 1 + below(4); n > 0 && bad.length > 0; n--) bad[below(bad.length)] = below(256);
      const cut = below(3) === 0 ? bad.subarray(0, below(bad.length + 1)) : bad;
      let a: unknown;
      let b: unknown;
      try {
        a = generated.decode(ByteReader.from(cut));
      } catch (e) {
        expect(e, name).toBeInstanceOf(ProtobufError);
        a = 'refused';
        refused++;
      }
      try {
        b = dynamic.decode(ByteReader.from(cut));
      } catch (e) {
        expect(e, name).toBeInstanceOf(DynamicError);
        b = 'refused';
      }
      expect(b, `${name}: ${cut.toString('hex')}`).toEqual(a);
    }
    expect(refused).toBeGreaterThan(RUNS / 20);
  });

  it('that declare a gigabyte are refused before anything is allocated for it', () => {
    // Every tag of every wire type with a length of 1 GiB behind it, in a message of 20 bytes.
    const gigabyte = [0x80, 0x80, 0x80, 0x80, 0x04];
    const before = process.memoryUsage().arrayBuffers;
    for (const { generated, dynamic } of vectors) {
      for (const f of generated.message.fields.slice(0, 3)) {
        const w = new ByteWriter(32);
        w.varint(f.number * 8 + 2);
        for (const b of gigabyte) w.u8(b);
        while (w.length < 20) w.u8(0);
        const b = Buffer.from(w.toBytes());
        expect(() => generated.decode(ByteReader.from(b))).toThrow(ProtobufError);
        expect(() => dynamic.decode(ByteReader.from(b))).toThrow(DynamicError);
      }
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(256 << 20);
  });
});
