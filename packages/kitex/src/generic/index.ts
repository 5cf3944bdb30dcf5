// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Kinds of generic calls
export { binaryGeneric, binaryGenericV1, jsonGeneric, mapGeneric } from './generic.js';
export type { Generic, JsonGenericOptions, MapGenericOptions, ServiceChoice } from './generic.js';
export { httpCall, httpGeneric, HttpRouteError } from './http.js';
export type { HttpGenericOptions, HttpGenericReply } from './http.js';
export { binaryPbGeneric, jsonPbGeneric, mapPbGeneric } from './protobuf.js';
export type { JsonPbGenericOptions, MapPbGenericOptions, ProtoServiceChoice } from './protobuf.js';

// Clients and servers
export { createGenericClient } from './client.js';
export type { GenericClient } from './client.js';
export { registerGeneric, registerUnknownServiceOrMethodHandler } from './server.js';
export type { GenericHandlers, UnknownHandlers } from './server.js';

// What they exchange
export { GenericException } from './exception.js';
export { readThriftMessage, writeThriftMessage } from './message.js';
export type { ThriftMessage } from './message.js';
