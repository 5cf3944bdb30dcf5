// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { MultipartError } from './errors.js';

/** A part that is written. */
export interface PartInit {
  readonly name: string;
  /** Makes it a file. */
  readonly filename?: string | undefined;
  /** @defaultValue 'application/octet-stream' for files, none for the rest */
  readonly contentType?: string | undefined;
}

const NOT_IN_VALUE = /[\r\n\0]/;

/** A boundary that no body has in it. */
export function createBoundary(): string {
  return randomBytes(30).toString('hex');
}

/**
 * What stands before the bytes of a part: the delimiter and the head. `first`: nothing was written before.
 * Names are escaped as Go does it. Errors: {@link MultipartError} (MULTIPART_FIELD_INVALID) for a type with a line end.
 */
export function writePartHead(boundary: string, p: PartInit, first: boolean): string {
  const type = p.contentType ?? (p.filename === undefined ? undefined : 'application/octet-stream');
  if (type !== undefined && NOT_IN_VALUE.test(type)) throw new MultipartError('MULTIPART_FIELD_INVALID', 'contentType: got a line end in it');
  let out = `${first ? '' : '\r\n'}--${boundary}\r\nContent-Disposition: form-data; name="${escaped(p.name)}"`;
  if (p.filename !== undefined) out += `; filename="${escaped(p.filename)}"`;
  if (type !== undefined) out += `\r\nContent-Type: ${type}`;
  return `${out}\r\n\r\n`;
}

/** What stands behind the last part. */
export function writeMultipartEnd(boundary: string): string {
  return `\r\n--${boundary}--\r\n`;
}

/** Source: Go mime/multipart escapeQuotes. Differs: browsers write a quote as %22, which nobody undoes. */
function escaped(name: string): string {
  return name.replaceAll(/["\\]/g, '\\$&').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
