// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { boundaryOf } from '@cloudwego/protocol';
import type { MultipartOptions } from '@cloudwego/protocol';
import { EngineStateError } from '../errors.js';
import { FormError } from './errors.js';
import type { FormFile } from './form-file.js';
import type { FormOptions } from './form-options.js';
import type { FormPart } from './form-part.js';
import { readParts } from './form-part.js';
import type { MultipartForm } from './multipart-form.js';
import { parseForm, readForm } from './multipart-form.js';

/** What forms need of their request. */
export interface FormSource {
  readonly contentType: string;
  header(name: string): string | undefined;
  /** The whole body; undefined on a route that streams. */
  readonly wholeBody: Uint8Array | undefined;
  bodyStream(): AsyncIterable<Uint8Array>;
  onFinish(f: () => void | Promise<void>): void;
}

/** The multipart form of one request, read once. */
export class RequestForms {
  private readonly c: FormSource;
  private form: MultipartForm | undefined = undefined;
  private reading: Promise<MultipartForm> | undefined = undefined;
  private taken: boolean = false;

  constructor(c: FormSource) {
    this.c = c;
  }

  /** The form where it is there at once: it was read, or the body is whole and not compressed. */
  get now(): MultipartForm | undefined {
    if (this.form !== undefined) return this.form;
    const body = this.c.wholeBody;
    if (body === undefined || this.encoding !== '') return undefined;
    const boundary = boundaryOf(this.c.contentType);
    return boundary === undefined ? undefined : (this.form = parseForm(body, boundary, {}));
  }

  /** The form. Errors: {@link FormError}, MultipartError. Options count for the first call. */
  read(o: FormOptions | undefined): Promise<MultipartForm> {
    return (this.reading ??= this.begin(o));
  }

  private async begin(o: FormOptions = {}): Promise<MultipartForm> {
    const boundary = this.boundary();
    const body = this.c.wholeBody;
    if (this.form !== undefined) return this.form;
    if (body !== undefined && this.encoding === '') return (this.form = parseForm(body, boundary, o));
    this.form = await readForm(this.source(), boundary, o);
    const made = this.form;
    this.c.onFinish(() => made.remove());
    return made;
  }

  async file(name: string): Promise<FormFile> {
    const f = (await this.read(undefined)).file(name);
    if (f === undefined) throw new FormError('HERTZ_FILE_MISSING', `no such file: the form has none in the field "${name.slice(0, 80)}"`);
    return f;
  }

  parts(o: MultipartOptions = {}): AsyncIterable<FormPart> {
    const boundary = this.boundary();
    if (this.reading !== undefined || this.taken) throw new EngineStateError('parts: the form is read already');
    this.taken = true;
    return readParts(this.source(), boundary, o);
  }

  private boundary(): string {
    const boundary = boundaryOf(this.c.contentType);
    if (boundary === undefined) throw new FormError('HERTZ_FORM_MISSING', 'request has no multipart/form-data Content-Type');
    return boundary;
  }

  private get encoding(): string {
    const e = this.c.header('content-encoding')?.trim().toLowerCase() ?? '';
    return e === 'identity' ? '' : e;
  }

  /** The bytes of the body, decompressed where it says so: limits are those of what comes out. */
  private source(): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
    const body = this.c.wholeBody;
    const bytes = body === undefined ? this.c.bodyStream() : [body];
    const { encoding } = this;
    if (encoding === '') return bytes;
    if (encoding !== 'gzip' && encoding !== 'x-gzip') throw new FormError('HERTZ_FORM_MISSING', `a form with the Content-Encoding "${encoding.slice(0, 40)}", wanted gzip`);
    const gunzip = createGunzip();
    // Who reads the other end is told of what failed.
    pipeline(Readable.from(bytes), gunzip, () => undefined);
    return gunzip as AsyncIterable<Uint8Array>;
  }
}
