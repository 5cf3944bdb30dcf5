// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

const TEXT = '; charset=utf-8';
/** By the end of a file's name. Source: WHATWG MIME sniffing and the IANA registry, what servers of files meet. */
const TYPES: Readonly<Record<string, string>> = {
  html: `text/html${TEXT}`, htm: `text/html${TEXT}`, css: `text/css${TEXT}`, js: `text/javascript${TEXT}`, mjs: `text/javascript${TEXT}`, txt: `text/plain${TEXT}`, md: `text/markdown${TEXT}`,
  csv: `text/csv${TEXT}`, xml: `text/xml${TEXT}`, json: 'application/json', map: 'application/json', webmanifest: 'application/manifest+json', wasm: 'application/wasm', pdf: 'application/pdf',
  zip: 'application/zip', gz: 'application/gzip', tar: 'application/x-tar', svg: 'image/svg+xml', png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp',
  avif: 'image/avif', ico: 'image/x-icon', bmp: 'image/bmp', woff: 'font/woff', woff2: 'font/woff2', ttf: 'font/ttf', otf: 'font/otf', mp3: 'audio/mpeg', wav: 'audio/wav', ogg: 'audio/ogg',
  mp4: 'video/mp4', webm: 'video/webm',
};

/** Bytes where the name says nothing. */
export function mediaTypeOf(path: string): string {
  const end = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase();
  return (end !== undefined && Object.hasOwn(TYPES, end) ? TYPES[end] : undefined) ?? 'application/octet-stream';
}
