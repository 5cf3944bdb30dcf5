// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Types and services described in TypeScript, without an IDL
export { defineException, defineStruct, defineUnion, f } from './struct.js';
export type { ExceptionType, Field, Fields, Infer, InferInput, StructIn, StructOut, StructType, UnionIn, UnionOut } from './struct.js';
export { t } from './types.js';
export type { AnyType, InOf, OutOf, Type } from './types.js';
export { arg, defineService, method } from './service.js';
export type { Argument, ClientOf, HandlersOf, Method, Methods } from './service.js';
export { printIdl } from './idl.js';
export type { PrintIdlOptions } from './idl.js';
export { DefineError } from './errors.js';
