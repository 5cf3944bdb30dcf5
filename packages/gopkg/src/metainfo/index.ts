// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Metadata of a call chain: transient values travel one hop, persistent values the whole chain, stale values arrived as transient from upstream and are
 * readable here but not sent on. Empty keys and values are dropped.
 * Source: bytedance/gopkg cloud/metainfo.
 */
export interface MetaInfo {
  /** A transient or stale value. */
  get(k: string): string | undefined;
  getPersistent(k: string): string | undefined;
  readonly transient: ReadonlyMap<string, string>;
  readonly persistent: ReadonlyMap<string, string>;
  readonly stale: ReadonlyMap<string, string>;
  with(k: string, v: string): this;
  withPersistent(k: string, v: string): this;
  /** Transient becomes stale; a server calls it once, before the handler. */
  forward(): this;
}

export { createMetaInfo, emptyMetaInfo, MetaInfoNode, MetaPrefix } from './metainfo.js';
export type { MetaPairs } from './metainfo.js';
export {
  fromHttpKey,
  httpValueFromLatin1,
  httpValueToLatin1,
  metaInfoFromHttp,
  metaInfoFromStrings,
  metaInfoToHttp,
  metaInfoToStrings,
  toHttpKey,
} from './carriers.js';
export type { HttpFields, MetaToHttpOptions } from './carriers.js';
export {
  backwardFromHttp,
  backwardFromStrings,
  backwardToHttp,
  backwardToStrings,
  backwardValuesToSend,
  backwardValueToSend,
  recvBackwardValue,
  recvBackwardValues,
  sendBackwardValue,
  sendBackwardValues,
  setBackwardValues,
  withBackwardValues,
  withBackwardValuesToSend,
} from './backward.js';
export type { BackwardForm } from './backward.js';
