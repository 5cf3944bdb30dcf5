// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export type {
  EngineFactory,
  EngineLink,
  HttpHead,
  HttpHeadInit,
  HttpTail,
  NameTable,
  ProtocolEngine,
  RpcHead,
  RpcHeadInit,
  RpcTail,
  Sniffer,
  StreamEngine,
  StreamEvents,
  Wire,
} from './engine.js';
