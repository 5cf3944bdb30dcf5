// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import type { Connection } from '@cloudwego/gopkg/io';
import { createMemoryNetwork } from '@cloudwego/netpoll/testing';
import type { RpcHead, RpcHeadInit, RpcTail, StreamEvents } from '@cloudwego/protocol';
import { createGrpcEngine, createRpcEngine } from '@cloudwego/protocol';
import { describe, expect, it } from 'vitest';
import { Channel } from '@cloudwego/transport';
import { pass, Peer, settle } from './fixtures/support.js';

const silent: StreamEvents<RpcHead, RpcTail> = {
  onHead: () => undefined,
  onMessage: () => undefined,
  onTail: () => undefined,
  onReset: () => undefined,
  onWritable: () => undefined,
  onGoAway: () => undefined,
};

async function pair(): Promise<{ clock: FakeClock; channel: Channel<RpcHeadInit, RpcTail>; peer: Peer; causes: (Error | undefined)[] }> {
  const clock = new FakeClock();
  const network = createMemoryNetwork({ clock });
  const accepted: Connection[] = [];
  await network.listen({ kind: 'memory', name: 'c' }, (c) => accepted.push(c));
  const connection = await network.dial({ kind: 'memory', name: 'c' });
  const channel = Channel.create(connection, createRpcEngine, 'client', silent, { wire: 'framed' });
  const causes: (Error | undefined)[] = [];
  channel.onClosed = (cause) => causes.push(cause);
  connection.attach(channel);
  await settle();
  return { clock, channel, peer: new Peer(accepted[0]!), causes };
}

describe('a client channel', () => {
  it('is of no use from the moment that its peer said goodbye, not only when the socket is gone', async () => {
    const { channel, peer } = await pair();
    expect(channel.isOpen).toBe(true);
    const seen: boolean[] = [];
    const end = channel.receiveEnd.bind(channel);
    channel.receiveEnd = () => {
      end();
      seen.push(channel.isOpen, channel.isClosed);
    };
    peer.connection.end();
    await settle();
    expect(seen).toEqual([false, false]);
    expect([channel.isOpen, channel.isClosed]).toEqual([false, true]);
  });

  it('tells once why it closed: the reason of this side, else that of the connection', async () => {
    const { channel, causes } = await pair();
    const reason = new Error('no longer wanted');
    channel.destroy(reason);
    channel.destroy(new Error('again'));
    channel.end();
    await settle();
    expect(causes).toEqual([reason]);
    expect(channel.closedCause).toBe(reason);
  });

  it('that ended leaves no timer once it closed', async () => {
    const { clock, channel, peer } = await pair();
    channel.end();
    channel.end();
    expect(clock.wheel.size).toBe(1);
    await settle();
    expect(peer.ended).toBe(true);
    expect(channel.isClosed).toBe(true);
    expect(clock.wheel.size).toBe(0);
  });

  it('is quiet when no call is open', async () => {
    const { channel } = await pair();
    expect(channel.isQuiet).toBe(true);
    const id = channel.engine.open({ service: '', method: 'M', type: 1, seqId: 1, deadline: Infinity, wire: 'framed', ints: undefined, strings: undefined }, false);
    expect(channel.isQuiet).toBe(false);
    channel.engine.cancelMessage(id);
    expect(channel.isQuiet).toBe(true);
  });
});

describe('a channel whose engine keeps time', () => {
  it('calls it when it wants to be called: a client that says nothing after the preface of HTTP/2 is told, and closed', async () => {
    const clock = new FakeClock();
    const network = createMemoryNetwork({ clock });
    const accepted: Connection[] = [];
    await network.listen({ kind: 'memory', name: 'h' }, (c) => accepted.push(c));
    const peer = new Peer(await network.dial({ kind: 'memory', name: 'h' }));
    const channel = Channel.create(accepted[0]!, createGrpcEngine, 'server', silent, { h2: { settingsTimeoutMs: 1000 } });
    accepted[0]!.attach(channel);
    peer.send(Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'));
    await settle();
    expect(channel.isOpen).toBe(true);
    await pass(clock, 1100);
    await settle();
    expect(peer.text.includes('no SETTINGS')).toBe(true);
    expect(channel.isOpen).toBe(false);
    clock.advance(1000);
    await settle();
    expect(channel.isClosed).toBe(true);
    expect(clock.wheel.size).toBe(0);
  });
});
