// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { any, array, bigint, boolean, bytes, integer, literal, map, nothing, nullable, number, object, optional, record, ref, set, string, union } from './schema.js';
export type { FieldSchema, Infer, IntegerSchema, MapSchema, ObjectSchema, Optional, Schema, SchemaNode } from './schema.js';
