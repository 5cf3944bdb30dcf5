// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// What programs meet of generated code: its errors. The rest is for generated code alone, in ./codegen/v1.
export { ApplicationException, ApplicationExceptionType, ThriftException, ThriftProtocolError, unknownFields } from './codegen/v1/index.js';
export type { ThriftProtocolCode, UnknownFields } from './codegen/v1/index.js';
