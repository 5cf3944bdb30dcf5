// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Connection } from '@cloudwego/gopkg/io';
import { LinkBuffer, ReadWriter } from '@cloudwego/netpoll/linkbuffer';
import { ShardQueue } from '@cloudwego/netpoll/mux';
import { createHostileNetwork, createMemoryNetwork, eventually, pattern } from '@cloudwego/netpoll/testing';

const limits = { maxUnreadBytes: 64 * 1024, highWaterBytes: 128 * 1024 };
const address = { kind: 'memory', name: 'mux' } as const;

async function pair(network = createMemoryNetwork(limits)): Promise<{ one: ReadWriter; two: ReadWriter; queue: ShardQueue }> {
  const accepted: Connection[] = [];
  const listener = await network.listen(address, (c) => accepted.push(c));
  const one = new ReadWriter(await network.dial(listener.address));
  await eventually(() => accepted.length === 1, 'it is accepted');
  const two = new ReadWriter(accepted[0]!, { maxInputBytes: 1000 });
  onTestFinished(async () => {
    one.destroy();
    two.destroy();
    await listener.close();
  });
  return { one, two, queue: new ShardQueue(one) };
}

function buffer(bytes: Uint8Array): LinkBuffer {
  const b = new LinkBuffer();
  b.writeBinary(bytes);
  return b;
}

describe('a ShardQueue', () => {
  it('sends what was added in one turn in one write, in order', async () => {
    const { one, two, queue } = await pair();
    let sections = 0;
    const begin = one.connection.beginWrite.bind(one.connection);
    one.connection.beginWrite = (hint) => {
      sections++;
      return begin(hint);
    };
    for (let i = 0; i < 100; i++) {
      expect(queue.add(() => (i % 10 === 3 ? undefined : buffer(Buffer.from(`${i},`))), () => buffer(Buffer.from(';')))).toBeUndefined();
    }
    expect(queue.size).toBe(200);
    await queue.close();
    expect(sections).toBe(1);
    const want = Array.from({ length: 100 }, (_, i) => (i % 10 === 3 ? ';' : `${i},;`)).join('');
    await two.waitFor(want.length);
    expect(two.readString(want.length)).toBe(want);
  });

  it('waits while the connection is above high water, and loses nothing', async () => {
    const { two, queue } = await pair(createHostileNetwork({ seed: 3, ...limits }));
    const all = pattern(3_000_000);
    let waited = 0;
    const writing = (async () => {
      for (let at = 0; at < all.length; at += 30_000) {
        const w = queue.add(() => buffer(Buffer.from(all.subarray(at, at + 30_000))));
        if (w !== undefined) waited++;
        await (w ?? Promise.resolve());
      }
      await queue.close();
    })();
    const got: Uint8Array[] = [];
    for (let n = 0; n < all.length; ) {
      await two.waitFor(1);
      const b = two.readBinary(two.length);
      two.release();
      n += b.length;
      got.push(b);
    }
    await writing;
    expect(waited).toBeGreaterThan(0);
    expect(Buffer.concat(got).equals(all)).toBe(true);
  });

  it('ends the connection when a getter throws, and is closed by its own error', async () => {
    const { one, two, queue } = await pair();
    const waiting = one.waitFor(1);
    queue.add(
      () => buffer(pattern(3)),
      () => {
        throw new Error('no such message');
      },
    );
    await expect(waiting).rejects.toMatchObject({ code: 'NETPOLL_CONN_CLOSED' });
    await expect(two.waitFor(4)).rejects.toThrow();
    // What is added to a connection that is gone waits for nothing.
    queue.add(() => buffer(pattern(3)));
    await queue.close();
    expect(() => queue.add(() => undefined)).toThrow(expect.objectContaining({ code: 'NETPOLL_CONN_CLOSED' }) as Error);
    await expect(queue.close()).rejects.toMatchObject({ code: 'NETPOLL_CONN_CLOSED' });
    await queue[Symbol.asyncDispose]();
  });
});
