// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Raw, RawNumber } from './raw.js';

/** JSON text: a string, or UTF-8 bytes. Bytes are never changed and never kept unless the docstring says so. */
export type Source = string | Uint8Array;

/** Steps into a document: keys of objects and indexes of arrays. */
export type Path = readonly (string | number)[];

/** What JSON can be. */
export type Json = null | boolean | number | bigint | string | RawNumber | Raw | readonly Json[] | { readonly [key: string]: Json };

/** Kind of a JSON value. */
export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';
