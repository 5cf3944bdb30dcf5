// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import type { LinkedField, LinkedStruct } from '../../descriptor/index.js';
import { DynamicError } from '../errors.js';
import { JsonTranscoder } from './transcoder.js';

/** A transcoder for structs that stand in JSON in part only: some fields of the root come from, or go to, another place. */
export class RootTranscoder extends JsonTranscoder {
  /**
   * Writes the rest of a struct whose fields in `taken` are written. No text at all is an object without fields. `search` may write a field that is not there, and says whether it did.
   */
  writeRoot(w: ByteWriter, root: LinkedStruct, json: Uint8Array, taken: ReadonlySet<LinkedField>, search: ((f: LinkedField) => boolean) | undefined): void {
    this.over(w, json.length === 0 ? EMPTY : json, (s) => {
      s.root(this.plan(root).struct!, { taken, search });
    });
  }

  /** Reads a struct; `take` may pass over the value of a field, and says whether it did. */
  readRoot(r: ByteReader, root: LinkedStruct, take: (f: LinkedField, r: ByteReader) => boolean): Buffer {
    return this.out(r, (s) => {
      s.object(this.plan(root).struct!, take);
    });
  }

  /** What stands for an absent field by the options, if something does. Errors: DynamicError PILOTA_DYNAMIC_FIELD_REQUIRED. */
  writeAbsent(w: ByteWriter, f: LinkedField): void {
    if (!this.plans.matters(f)) return;
    const how = this.plans.absence(f);
    if (how === 'error') throw new DynamicError('PILOTA_DYNAMIC_FIELD_REQUIRED', `required field (${f.id}/${f.name}) is missing`);
    w.u8(f.type.ttype);
    w.i16(f.id);
    w.bytes(this.plans.valueOf(f, how === 'default'));
  }

  /** A field's default, else its zero value, without its head. */
  writeDefault(w: ByteWriter, f: LinkedField): void {
    w.bytes(this.plans.valueOf(f, true));
  }

  /** Whether the object has a key. Errors: as of a text that is walked over. */
  hasKey(json: Uint8Array, key: string): boolean {
    let found = false;
    this.over(this.reading.w, json, (s) => {
      found = s.hasKey(key);
    });
    return found;
  }
}

const EMPTY = Buffer.from('{}');
