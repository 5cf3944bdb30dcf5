// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { listenConnState } from '@cloudwego/gopkg/connstate';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { uncaughtDuring, until } from '../support/wait.js';

let server: Server;
beforeAll(async () => {
  server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

/** Both ends of a connection; ours is as a pool keeps it. */
async function pair(o: { readonly allowHalfOpen?: boolean } = {}): Promise<{ readonly ours: Socket; readonly theirs: Socket }> {
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const ours = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', ...o });
  await once(ours, 'connect');
  const [theirs] = await accepted;
  theirs.on('error', () => undefined);
  onTestFinished(() => {
    ours.destroy();
    theirs.destroy();
  });
  return { ours, theirs };
}

describe('listenConnState', () => {
  it.each([{ allowHalfOpen: false }, { allowHalfOpen: true }])('tells once that the peer ended the connection, which a paused socket does not see (%o)', async (o) => {
    const { ours, theirs } = await pair(o);
    ours.pause();
    let told = 0;
    const w = listenConnState(ours, { onRemoteClosed: () => told++ });
    expect(w.state).toBe('ok');
    theirs.end();
    await until(() => told === 1);
    expect(w.state).toBe('remote-closed');
    theirs.destroy();
    ours.destroy();
    await until(() => ours.closed);
    expect([w.state, told]).toEqual(['remote-closed', 1]);
  });

  it('tells once that the peer broke it, and hears the error', async () => {
    const { ours, theirs } = await pair();
    let told = 0;
    const w = listenConnState(ours, { onRemoteClosed: () => told++ });
    theirs.resetAndDestroy();
    await until(() => ours.closed);
    expect([w.state, told]).toEqual(['remote-closed', 1]);
  });

  it('destroys a connection that speaks without being asked', async () => {
    const { ours, theirs } = await pair();
    let told = 0;
    const w = listenConnState(ours, { onRemoteClosed: () => told++ });
    theirs.write('HTTP/1.1 408 Request Timeout\r\n\r\n');
    await until(() => ours.closed);
    expect(ours.errored).toMatchObject({ code: 'GOPKG_CONN_DATA_UNEXPECTED', message: '32 bytes came on a connection that is idle' });
    expect([w.state, told]).toEqual(['remote-closed', 1]);
  });

  it('says nothing of what is closed here', async () => {
    const { ours } = await pair();
    let told = 0;
    const w = listenConnState(ours, { onRemoteClosed: () => told++ });
    ours.destroy();
    await until(() => ours.closed);
    expect([w.state, told]).toEqual(['closed', 0]);
  });

  it('gives the connection back as it was: paused, and nothing that comes afterwards is lost', async () => {
    const { ours, theirs } = await pair();
    ours.pause();
    const listeners = (['end', 'error', 'data'] as const).map((e) => ours.listenerCount(e));
    const w = listenConnState(ours);
    w.stop();
    w.stop();
    expect((['end', 'error', 'data'] as const).map((e) => ours.listenerCount(e))).toEqual(listeners);
    expect(ours.isPaused()).toBe(true);
    theirs.end('answer');
    let text = '';
    ours.setEncoding('utf8').on('data', (d: string) => (text += d));
    ours.resume();
    await once(ours, 'end');
    expect([text, w.state]).toEqual(['answer', 'remote-closed']);
    const flowing = await pair();
    flowing.ours.resume();
    listenConnState(flowing.ours)[Symbol.dispose]();
    expect(flowing.ours.readableFlowing).toBe(true);
  });

  it('looks at what happened before it was called', async () => {
    const { ours, theirs } = await pair({ allowHalfOpen: true });
    ours.resume();
    theirs.end();
    await once(ours, 'end');
    let told = 0;
    const w = listenConnState(ours, { onRemoteClosed: () => told++ });
    expect([w.state, told]).toEqual(['remote-closed', 0]);
    await Promise.resolve();
    expect(told).toBe(1);
    const gone = await pair();
    gone.ours.destroy();
    expect(listenConnState(gone.ours).state).toBe('closed');
  });

  it('throws outside what a callback throws, and refuses what is no callback', async () => {
    const { ours, theirs } = await pair();
    const boom = new Error('boom');
    listenConnState(ours, { onRemoteClosed: () => { throw boom; } });
    const seen = await uncaughtDuring(async () => {
      theirs.end();
      await once(ours, 'end');
    });
    expect(seen).toEqual([boom]);
    expect(() => listenConnState(ours, { onRemoteClosed: 1 as never })).toThrow(/^connstate\.onRemoteClosed/);
  });
});
