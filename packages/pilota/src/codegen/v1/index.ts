// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export type { MethodDefinition, ServiceDefinition, StructCodec } from './definition.js';
export { ApplicationException, ApplicationExceptionType } from './application-exception.js';
export { ThriftProtocolError } from './errors.js';
export type { ThriftProtocolCode } from './errors.js';
export { leastBytes, MAX_DEPTH, readCount, skip } from './skip.js';
export { TType } from './ttype.js';
