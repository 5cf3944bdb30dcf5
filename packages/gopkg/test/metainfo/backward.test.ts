// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { background, contextKey } from '@cloudwego/gopkg/context';
import {
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
} from '@cloudwego/gopkg/metainfo';
import { describe, expect, it } from 'vitest';

const pairs = (write: (set: (k: string, v: string) => void) => void): [string, string][] => {
  const out: [string, string][] = [];
  write((k, v) => out.push([k, v]));
  return out;
};

describe('backward values', () => {
  it('go nowhere unless the context was told to take them', () => {
    expect([sendBackwardValue(background, 'k', 'v'), sendBackwardValues(background, { k: 'v' }), setBackwardValues(background, { k: 'v' })]).toEqual([false, false, false]);
    expect([backwardValueToSend(background, 'k'), recvBackwardValue(background, 'k')]).toEqual([undefined, undefined]);
    expect([backwardValuesToSend(background).size, recvBackwardValues(background).size]).toEqual([0, 0]);
  });

  it('reach the context they were asked for, however deep they were set', () => {
    const server = withBackwardValuesToSend(background);
    const handler = server.with(contextKey<number>('k'), 1).withDeadline(Infinity);
    expect(sendBackwardValue(handler, 'node', 'n1')).toBe(true);
    expect(sendBackwardValues(handler, [['a', '1'], ['', 'x'], ['b', '']])).toBe(true);
    expect(sendBackwardValues(handler, {})).toBe(false);
    expect([...backwardValuesToSend(server)]).toEqual([['node', 'n1'], ['a', '1']]);
    expect(backwardValueToSend(server, 'a')).toBe('1');

    const client = withBackwardValues(background);
    expect(setBackwardValues(client, backwardValuesToSend(server))).toBe(true);
    expect([recvBackwardValue(client, 'node'), recvBackwardValue(client, 'none')]).toEqual(['n1', undefined]);
    expect([...recvBackwardValues(client)]).toEqual([['node', 'n1'], ['a', '1']]);
    // The two stores are apart.
    expect([recvBackwardValue(server, 'node'), backwardValueToSend(client, 'node')]).toEqual([undefined, undefined]);
  });

  it('are installed once', () => {
    const ctx = withBackwardValues(background);
    setBackwardValues(ctx, { k: 'v' });
    expect(withBackwardValues(ctx)).toBe(ctx);
    expect(withBackwardValuesToSend(withBackwardValuesToSend(ctx))).not.toBe(ctx);
    expect(recvBackwardValue(withBackwardValuesToSend(ctx), 'k')).toBe('v');
  });

  it('come out as copies that change nothing', () => {
    const ctx = withBackwardValues(background);
    setBackwardValues(ctx, { k: 'v' });
    (recvBackwardValues(ctx) as Map<string, string>).clear();
    expect(recvBackwardValue(ctx, 'k')).toBe('v');
  });

  it('travel bare as Kitex reads them, or prefixed as Volo does, and are read in both forms', () => {
    const values = new Map([['NODE', 'n1'], ['', 'x'], ['E', '']]);
    expect(pairs((set) => { backwardToStrings(values, set); })).toEqual([['NODE', 'n1']]);
    expect(pairs((set) => { backwardToStrings(values, set, 'prefixed'); })).toEqual([['RPC_BACKWARD_NODE', 'n1']]);
    expect(backwardFromStrings(new Map([['NODE', 'bare'], ['OTHER', '1'], ['RPC_BACKWARD_NODE', 'prefixed'], ['RPC_BACKWARD_', 'x'], ['RPC_BACKWARD_E', '']]))).toEqual(new Map([['NODE', 'prefixed'], ['OTHER', '1']]));
  });

  it('travel over HTTP', () => {
    expect(pairs((set) => { backwardToHttp(new Map([['NODE_ID', 'n1'], ['a b', 'x'], ['L', 'a\nb']]), set); })).toEqual([['rpc-backward-node-id', 'n1']]);
    expect(backwardFromHttp({ 'Rpc-Backward-Node-Id': 'n1', 'rpc-backward-node_id': 'n2', 'rpc-backward-': 'x', 'rpc-transit-a': '1', 'rpc-backward-e': '' })).toEqual(new Map([['NODE_ID', 'n1']]));
  });
});
