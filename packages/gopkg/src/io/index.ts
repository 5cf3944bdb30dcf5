// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export type { Address, AddressLike } from './address.js';
export { formatAddress, parseAddress } from './address.js';
export { ByteReader, ByteWriter } from './bytes.js';
export type { ByteRef } from './bytes.js';
export { ByteFormatError, ShortReadError } from './errors.js';
export type {
  ByteConsumer,
  Connection,
  DialOptions,
  DrainReport,
  Listener,
  ListenOptions,
  Network,
  ProxyProtocolOptions,
  TlsOptions,
  TlsState,
} from './connection.js';
