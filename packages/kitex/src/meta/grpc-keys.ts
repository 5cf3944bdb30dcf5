// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** Metadata by which a call over gRPC says who makes it and what it is for. Source: cloudwego/kitex pkg/transmeta/http2.go. */
export const SOURCE_SERVICE = 'source-service';
export const SOURCE_METHOD = 'source-method';
export const DESTINATION_SERVICE = 'destination-service';
export const DESTINATION_METHOD = 'destination-method';
