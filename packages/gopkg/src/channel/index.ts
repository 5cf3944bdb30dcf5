// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { Channel } from './channel.js';
export type { ChannelOptions, ChannelThrottle } from './channel.js';
