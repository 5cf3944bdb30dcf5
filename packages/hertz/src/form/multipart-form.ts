// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { FileHandle } from 'node:fs/promises';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PartHead } from '@cloudwego/protocol';
import { MultipartDecoder, MultipartError } from '@cloudwego/protocol';
import { FormFile } from './form-file.js';
import type { FormOptions } from './form-options.js';
import { formOptionsOf } from './form-options.js';
import type { FormPart } from './form-part.js';
import { readParts } from './form-part.js';

/** A multipart form that was read. Source: Go mime/multipart Form. */
export class MultipartForm {
  /** By field, in the order in which they came. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly files: ReadonlyMap<string, readonly FormFile[]>;
  private readonly folder: string | undefined;

  /** @internal */
  constructor(values: ReadonlyMap<string, readonly string[]>, files: ReadonlyMap<string, readonly FormFile[]>, folder: string | undefined) {
    this.values = values;
    this.files = files;
    this.folder = folder;
  }

  /** The first value of a field. */
  value(name: string): string | undefined {
    return this.values.get(name)?.[0];
  }

  /** The first file of a field. */
  file(name: string): FormFile | undefined {
    return this.files.get(name)?.[0];
  }

  /** Removes temporary files; it happens by itself when the request is over. */
  async remove(): Promise<void> {
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
  }
}

/** What is being put together: who counts what is held in memory. */
class Builder {
  readonly values = new Map<string, string[]>();
  readonly files = new Map<string, FormFile[]>();
  private readonly max: number;
  private valueBytes: number = 0;

  constructor(max: number) {
    this.max = max;
  }

  value(head: { readonly name: string }, pieces: readonly Uint8Array[], size: number): void {
    this.valueBytes += size;
    if (this.valueBytes > this.max) throw new MultipartError('MULTIPART_LIMIT_EXCEEDED', `multipart: the values have more than ${this.max} bytes (maxMemoryBytes)`);
    add(this.values, head.name, Buffer.concat(pieces, size).toString());
  }

  file(head: PartHead, size: number, pieces: readonly Uint8Array[], path?: string): void {
    // A file input that was left empty is none.
    if (head.filename === '' && size === 0) return;
    add(this.files, head.name, new FormFile(head, size, pieces, path));
  }
}

/** A form whose body is in memory as a whole: its files are views of it. Errors: MultipartError, OptionError. */
export function parseForm(body: Uint8Array, boundary: string, o: FormOptions): MultipartForm {
  const { maxMemoryBytes, limits } = formOptionsOf(o);
  const b = new Builder(maxMemoryBytes);
  let head: PartHead | undefined;
  let pieces: Uint8Array[] = [];
  let size = 0;
  const decoder = new MultipartDecoder(boundary, {
    onPart: (h) => {
      head = h;
      pieces = [];
      size = 0;
    },
    onData: (piece) => {
      size += piece.length;
      pieces.push(piece);
    },
    onPartEnd: () => {
      if (head!.name === '') return;
      if (head!.filename === undefined) b.value(head!, pieces, size);
      else b.file(head!, size, pieces);
    },
  }, limits);
  decoder.receive(body);
  decoder.end();
  return new MultipartForm(b.values, b.files, undefined);
}

/** A form that is read as it comes; files beyond `maxMemoryBytes` go to a folder of their own, which is removed where reading fails. */
export async function readForm(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, boundary: string, o: FormOptions): Promise<MultipartForm> {
  const { maxMemoryBytes, tempFolder, limits } = formOptionsOf(o);
  const b = new Builder(maxMemoryBytes);
  let folder: string | undefined;
  let count = 0;
  let inMemory = 0;
  const spill = async (part: FormPart, before: readonly Uint8Array[], size: number): Promise<void> => {
    folder ??= await mkdtemp(join(tempFolder, 'hertz-form-'));
    const path = join(folder, String(count++));
    const f: FileHandle = await open(path, 'wx', 0o600);
    let n = size;
    try {
      await f.writev(before as Uint8Array[]);
      for await (const piece of part) {
        await f.writeFile(piece);
        n += piece.length;
      }
    } finally {
      await f.close();
    }
    b.file(part, n, [], path);
  };
  try {
    for await (const part of readParts(source, boundary, limits)) {
      if (part.name === '') continue;
      const pieces: Uint8Array[] = [];
      let size = 0;
      let spilled = false;
      for await (const piece of part) {
        pieces.push(piece);
        size += piece.length;
        if (part.filename !== undefined && inMemory + size > maxMemoryBytes) {
          spilled = true;
          break;
        }
      }
      if (spilled) await spill(part, pieces, size);
      else if (part.filename === undefined) b.value(part, pieces, size);
      else {
        inMemory += size;
        b.file(part, size, pieces);
      }
    }
  } catch (e) {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    throw e;
  }
  return new MultipartForm(b.values, b.files, folder);
}

function add<T>(map: Map<string, T[]>, key: string, v: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [v]);
  else list.push(v);
}
