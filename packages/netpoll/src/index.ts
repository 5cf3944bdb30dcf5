// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { createNetwork, defaultNetwork, engineInfo } from './network.js';
export type { EngineInfo, NetworkOptions } from './network.js';
export type { PollNetwork } from './poll/network.js';
export type { PollConnection } from './poll/connection.js';
export { adoptSocket } from './stream/adopt.js';
export { proxyHeaderOf } from './accept/gate.js';
export type { ProxyHeader } from './accept/proxy-header.js';
export type { LoopStats } from './poll/loop.js';
export {
  ConcurrentAccessError,
  ConnClosedError,
  ConnEndError,
  ConnIdleTimeoutError,
  ConnResetError,
  ConsumerError,
  DialCanceledError,
  DialError,
  DialTimeoutError,
  EngineUnavailableError,
  LengthError,
  ListenError,
  ProxyHeaderError,
  ProxyTimeoutError,
  ReadTimeoutError,
  WriteStateError,
  WriteTimeoutError,
} from './errors.js';
