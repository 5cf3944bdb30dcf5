// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export type { BodySink, Exchange, HttpCarrier, Port, PortApp } from './contracts.js';
