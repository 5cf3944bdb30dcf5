// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { channel } from 'node:diagnostics_channel';
import type { Channel } from 'node:diagnostics_channel';

/** Publishes `{ call: RPCInfo, stages: Stage[] }` for each client call while somebody subscribes. */
export const clientStageChannel: Channel = channel('cloudwego:kitex:client:stages');

/** Publishes `{ call: RPCInfo, stages: Stage[] }` for each server call while somebody subscribes. */
export const serverStageChannel: Channel = channel('cloudwego:kitex:server:stages');
