// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { constants, createReadStream } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import type { PartHead } from '@cloudwego/protocol';

/** An uploaded file, in memory or in a temporary file that is removed when the request is over. Source: Go mime/multipart FileHeader. */
export class FormFile {
  /** The field of the form. */
  readonly field: string;
  /** As the client calls it, without folders. Never a path to write to. */
  readonly filename: string;
  readonly contentType: string;
  /** All fields of its part, name and value in turn. */
  readonly rawHeaders: readonly string[];
  /** Unit bytes. */
  readonly size: number;
  private readonly pieces: readonly Uint8Array[];
  private readonly path: string | undefined;

  /** @internal */
  constructor(head: PartHead, size: number, pieces: readonly Uint8Array[], path: string | undefined) {
    this.field = head.name;
    this.filename = head.filename ?? '';
    this.contentType = head.contentType;
    this.rawHeaders = head.rawHeaders;
    this.size = size;
    this.pieces = pieces;
    this.path = path;
  }

  /** It was not kept in memory. */
  get isOnDisk(): boolean {
    return this.path !== undefined;
  }

  async bytes(): Promise<Uint8Array> {
    if (this.path !== undefined) return readFile(this.path);
    return this.pieces.length === 1 ? this.pieces[0]! : Buffer.concat(this.pieces);
  }

  async text(): Promise<string> {
    const b = await this.bytes();
    return Buffer.from(b.buffer, b.byteOffset, b.length).toString();
  }

  async *stream(): AsyncIterable<Uint8Array> {
    if (this.path === undefined) yield* this.pieces;
    else yield* createReadStream(this.path) as AsyncIterable<Buffer>;
  }

  /** Writes it to `path`, in place of what is there; its folder must be there. */
  async saveTo(path: string): Promise<void> {
    if (this.path !== undefined) await copyFile(this.path, path, constants.COPYFILE_FICLONE);
    else await writeFile(path, this.pieces);
  }
}
