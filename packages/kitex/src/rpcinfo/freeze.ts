// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { BizStatusError } from '../errors.js';
import type { EndpointInfo, RemoteInfo, RPCInfo } from '../types.js';
import type { EventRecord } from './events.js';
import { statsEvents } from './events.js';

/**
 * A copy that stays as it is: for work that goes on after its call. Tags are copied; it refuses changes, its stats are those of this moment.
 * Source: cloudwego/kitex pkg/rpcinfo/copy.go FreezeRPCInfo.
 */
export function freezeRPCInfo(info: RPCInfo): RPCInfo {
  const { invocation: i, stats: s } = info;
  const events = new Map<string, EventRecord>();
  for (const e of statsEvents()) {
    const r = s.eventRecord(e);
    if (r !== undefined) events.set(e, r);
  }
  return Object.freeze({
    from: freezeEndpoint(info.from),
    to: Object.freeze({
      ...freezeEndpoint(info.to),
      instance: info.to.instance,
      setTag: () => false,
      forceSetTag: refuse,
    }) satisfies RemoteInfo,
    invocation: Object.freeze({
      packageName: i.packageName,
      serviceName: i.serviceName,
      methodName: i.methodName,
      method: i.method,
      seqId: i.seqId,
      bizStatusError: i.bizStatusError,
      setBizStatusError: refuse as (e: BizStatusError | undefined) => void,
    }),
    config: Object.freeze({ ...info.config }),
    stats: Object.freeze({
      level: s.level,
      sentBytes: s.sentBytes,
      receivedBytes: s.receivedBytes,
      error: s.error,
      panicked: s.panicked,
      lastSentBytes: s.lastSentBytes,
      lastReceivedBytes: s.lastReceivedBytes,
      event: (name: string) => events.get(name)?.at ?? 0,
      eventRecord: (name: string) => events.get(name),
      record: refuse,
    }),
  });
}

function freezeEndpoint(e: EndpointInfo): EndpointInfo {
  const tags = Object.freeze({ ...e.tags });
  const own = (key: string): string | undefined => (Object.hasOwn(tags, key) ? tags[key] : undefined);
  return Object.freeze({ serviceName: e.serviceName, method: e.method, address: e.address, tags, tag: own });
}

function refuse(): never {
  throw new TypeError('a frozen RPCInfo cannot be changed');
}
