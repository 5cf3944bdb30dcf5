// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { Hertz } from './engine.js';
export type { HertzOptions } from './options.js';
export { RequestContext } from './context.js';
export { named, streamBody } from './handler.js';
export type { Handler } from './handler.js';
export { RouterGroup } from './route/group.js';
export type { PathParams } from './route/group.js';
export type { RouteInfo } from './router.js';
export { Args } from './args.js';
export { basicAuth } from './middlewares/basic-auth.js';
export { recovery } from './middlewares/recovery.js';
export { BadRequestError, EngineStateError, ErrorChain, ErrorType, RouteError } from './errors.js';
export type { HandlerError } from './errors.js';
export { createPort } from '@cloudwego/transport';
export { FormError } from './form/errors.js';
export type { FormFile } from './form/form-file.js';
export type { FormOptions } from './form/form-options.js';
export type { FormPart } from './form/form-part.js';
export type { MultipartForm } from './form/multipart-form.js';
export type { ResponseStream } from './streaming/response-stream.js';
export type { SseWriter, SseWriterOptions } from './sse/sse-writer.js';
