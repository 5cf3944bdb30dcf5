// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ResponseStream as KitexResponseStream } from './stream/types.js';
import type { CallOptions as KitexCallOptions, RpcContext } from './types.js';

/*
 * Generated clients take `CallOptions`, generated handlers receive `HandlerContext`, streaming calls give `ResponseStream`; generated code does not know the framework, so the framework says here
 * what they are.
 */
declare module '@cloudwego/pilota/codegen/v1' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface CallOptions extends KitexCallOptions {}
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface HandlerContext extends RpcContext {}
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface ResponseStream<T> extends KitexResponseStream<T> {}
}
