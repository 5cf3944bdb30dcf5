// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { websocket } from './websocket.js';
export type { WebSocketHandler, WebSocketUpgraderOptions } from './websocket.js';
export { CloseCode, WsError, WsPrepared } from '@cloudwego/protocol';
export type { WsDeflateOptions, WsSendOptions } from '@cloudwego/protocol';
export { dialWebSocket, WebSocketConnection } from '@cloudwego/transport';
export type { WebSocketDialOptions, WebSocketEnd } from '@cloudwego/transport';
