// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export type { BodySink, Exchange, HttpCarrier, Port, PortApp } from './contracts.js';

// Servers
export { createPort } from './port/port.js';
export type { PortOptions } from './port/port.js';

// Connections with an engine
export { Channel, clientLimits } from './channel.js';
export type { ChannelLimits } from './channel.js';
export { ChannelGroup } from './channel-group.js';
export type { DrainableChannel } from './channel-group.js';

// HTTP
export { HttpApp } from './exchange/http-app.js';
export type { HttpAppOptions } from './exchange/http-app.js';
export { createNetpollCarrier } from './exchange/netpoll-carrier.js';
export type { NetpollCarrierOptions } from './exchange/netpoll-carrier.js';
export { createNodeCarrier } from './exchange/node-carrier.js';
export type { NodeCarrierOptions } from './exchange/node-carrier.js';
export { BodyTooLargeError, ClientGoneError, ExchangeStateError, RequestBrokenError } from './exchange/errors.js';

// Client pools
export { createLongPool } from './pool/long-pool.js';
export type { LongPoolDump, LongPoolLimits, LongPoolOptions } from './pool/long-pool.js';
export { createMuxPool } from './pool/mux-pool.js';
export type { MuxPoolDump, MuxPoolLimits, MuxPoolOptions } from './pool/mux-pool.js';
export { createShortPool } from './pool/short-pool.js';
export type { ShortPoolDump, ShortPoolOptions } from './pool/short-pool.js';
export type { ConnPool, PoolDial, PoolEntry, PoolGetOptions, PoolReporter } from './pool/pool.js';

// Dialing
export { defaultNetwork } from '@cloudwego/netpoll';

export {
  DrainTimeoutError,
  PlaintextRefusedError,
  PoolClosedError,
  PoolGetCanceledError,
  PortStateError,
  ProtocolTimeoutError,
  ProtocolUnknownError,
} from './errors.js';

// WebSocket
export { upgradeToWebSocket } from './websocket/accept.js';
export type { UpgradeOptions } from './websocket/accept.js';
export { dialWebSocket } from './websocket/dial.js';
export type { WebSocketDialOptions } from './websocket/dial.js';
export { WebSocketConnection } from './websocket/web-socket.js';
export type { WebSocketEnd, WebSocketOptions } from './websocket/web-socket.js';
