// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Address, Connection, Network } from '@cloudwego/gopkg/io';
import { createNetwork } from '@cloudwego/netpoll';
import { LinkBuffer, ReadWriter } from '@cloudwego/netpoll/linkbuffer';
import type { ReadWriterOptions } from '@cloudwego/netpoll/linkbuffer';
import { createHostileNetwork, createMemoryNetwork, eventually, pattern } from '@cloudwego/netpoll/testing';
import { noNative } from '../fixtures/native.js';

const limits = { maxUnreadBytes: 64 * 1024, highWaterBytes: 128 * 1024 };
const rest = { kind: 'memory', name: 'rw' } as const;
const tcp = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const;

async function pair(network: Network, a: Address, o: ReadWriterOptions = {}): Promise<{ one: ReadWriter; two: ReadWriter }> {
  const accepted: Connection[] = [];
  const listener = await network.listen(a, (c) => accepted.push(c));
  const dialed = await network.dial(listener.address, { connectTimeoutMs: 20_000 });
  await eventually(() => accepted.length === 1, 'it is accepted');
  await listener.close();
  const made = { one: new ReadWriter(dialed, o), two: new ReadWriter(accepted[0]!, o) };
  onTestFinished(() => {
    made.one.destroy();
    made.two.destroy();
  });
  return made;
}
const quick = (o?: ReadWriterOptions): ReturnType<typeof pair> => pair(createMemoryNetwork(limits), rest, o);
const code = (c: string): object => expect.objectContaining({ code: c }) as object;
const turns = async (n = 20): Promise<void> => {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** Messages of u32 length and bytes, echoed by `two`, as the original's benchmark frames them. */
async function echoFrames(one: ReadWriter, two: ReadWriter, sizes: readonly number[]): Promise<void> {
  const server = (async () => {
    for (let i = 0; i < sizes.length; i++) {
      await two.waitFor(4);
      const n = two.next(4).readUInt32BE();
      await two.waitFor(n);
      two.malloc(4).writeUInt32BE(n);
      const body = two.slice(n);
      two.append(body);
      await two.flush();
      two.release();
    }
  })();
  const client = (async () => {
    for (const [i, n] of sizes.entries()) {
      await one.waitFor(4 + n);
      expect(one.peek(4).readUInt32BE()).toBe(n);
      one.skip(4);
      expect(Buffer.from(one.next(n)).equals(pattern(n, i + 1))).toBe(true);
      one.release();
    }
  })();
  for (const [i, n] of sizes.entries()) {
    one.malloc(4).writeUInt32BE(n);
    one.writeBinary(pattern(n, i + 1));
    await one.flush();
  }
  await Promise.all([server, client]);
}

describe.each([
  ['the memory network', () => createMemoryNetwork(limits), rest],
  ['the hostile loop', () => createHostileNetwork({ seed: 11, ...limits }), rest],
  ['the stream engine', () => createNetwork({ engine: 'stream', ...limits }), tcp],
] as const)('a ReadWriter on %s', (_name, make, address) => {
  messages(make, address);
});

describe.skipIf(noNative !== undefined)(`a ReadWriter on the poll engine (${noNative ?? 'here'})`, () => {
  messages(() => createNetwork({ engine: 'poll', ...limits }), tcp);
});

function messages(make: () => Network, address: Address): void {
  it('reads and writes messages of every size', async () => {
    const { one, two } = await pair(make(), address);
    await echoFrames(one, two, [0, 1, 7, 4096, 4097, 10_000, 300_000, 3, 70_000, 1_000_000, 5]);
  });

  it('reads what came before the end of its peer, then says so', async () => {
    const { one, two } = await pair(make(), address, { maxInputBytes: 1000 });
    one.writeBinary(pattern(5000));
    await one.flush();
    one.end();
    await two.waitFor(2);
    expect(two.next(2).equals(pattern(5000).subarray(0, 2))).toBe(true);
    const all: Uint8Array[] = [];
    for await (const b of two) all.push(b);
    expect(Buffer.concat(all).equals(pattern(5000).subarray(2))).toBe(true);
    await expect(two.waitFor(1)).rejects.toMatchObject({ code: 'NETPOLL_CONN_EOF' });
    expect(await two.read(new Uint8Array(3))).toBe(0);
    expect(two.isActive).toBe(false);
    two.writeString('an answer all the same');
    await two.flush();
    two.end();
    await one.waitFor(22);
    expect(one.readString(22)).toBe('an answer all the same');
  });
}

describe('a ReadWriter', () => {
  it('waits for half a packet, and only then', async () => {
    const { one, two } = await quick();
    one.writeString('half');
    await one.flush();
    await two.waitFor(4);
    let there = false;
    const wait = two.waitFor(8)!.then(() => (there = true));
    await turns();
    expect(there).toBe(false);
    one.writeString('more');
    await one.flush();
    await wait;
    expect(two.waitFor(8)).toBeUndefined();
    expect(two.readString(8)).toBe('halfmore');
    expect(() => two.next(1)).toThrow(code('GOPKG_IO_READ_SHORT') as Error);
  });

  it('waits for a delimiter; at the end what came is still there', async () => {
    const { one, two } = await quick();
    const line = two.readUntil(10);
    for (const text of ['a li', 'ne\nhalf', ' of another']) {
      one.writeString(text);
      await one.flush();
      await turns(3);
    }
    expect((await line).toString()).toBe('a line\n');
    const next = two.readUntil(10);
    one.end();
    await expect(next).rejects.toMatchObject({ code: 'NETPOLL_CONN_EOF', originalName: 'ErrEOF' });
    expect(two.readString(two.length)).toBe('half of another');
  });

  it('copies what is there into the array of a read', async () => {
    const { one, two } = await quick();
    const to = new Uint8Array(4);
    const first = two.read(to);
    one.writeString('abcdef');
    await one.flush();
    expect(await first).toBe(4);
    expect(Buffer.from(to).toString()).toBe('abcd');
    expect(two.read(to)).toBe(2);
    expect(two.read(new Uint8Array(0))).toBe(0);
  });

  it('times a wait out, loses nothing, and reads on', async () => {
    const { one, two } = await quick({ readTimeoutMs: 20 });
    one.writeString('abc');
    await one.flush();
    await expect(two.waitFor(5)).rejects.toMatchObject({ code: 'NETPOLL_READ_TIMEOUT', originalName: 'ErrReadTimeout' });
    expect(two.isActive).toBe(true);
    two.readTimeoutMs = 0;
    const wait = two.waitFor(5);
    one.writeString('de');
    await one.flush();
    await wait;
    expect(two.readString(5)).toBe('abcde');
  });

  it('closes when a flush times out', async () => {
    const { one, two } = await quick({ writeTimeoutMs: 20, maxInputBytes: 1000 });
    one.writeBinary(pattern(2_000_000));
    await expect(one.flush()).rejects.toMatchObject({ code: 'NETPOLL_WRITE_TIMEOUT', originalName: 'ErrWriteTimeout' });
    expect(() => one.malloc(1)).toThrow(code('NETPOLL_CONN_CLOSED') as Error);
    await expect(two.waitFor(3_000_000)).rejects.toMatchObject({ code: expect.stringMatching(/NETPOLL_CONN_(?:EOF|CLOSED)/) as string });
  });

  it('refuses a second read and a second flush that would wait', async () => {
    const { one, two } = await quick({ maxInputBytes: 1000 });
    const first = two.waitFor(1)!;
    expect(() => two.waitFor(2)).toThrow(code('NETPOLL_ACCESS_CONCURRENT') as Error);
    one.writeBinary(pattern(2_000_000));
    const flush = one.flush()!;
    one.writeString('more');
    expect(() => one.flush()).toThrow(code('NETPOLL_ACCESS_CONCURRENT') as Error);
    await first;
    // Read on, and the first flush ends; the second takes what was written meanwhile.
    const all = (async () => {
      for (let n = 0; n < 2_000_004; ) {
        await two.waitFor(1);
        n += two.length;
        two.skip(two.length);
        two.release();
      }
    })();
    await flush;
    await one.flush();
    await all;
  });

  it('holds its peer back at maxInputBytes, and takes more where a read asks for it', async () => {
    const { one, two } = await quick({ maxInputBytes: 1000 });
    one.writeBinary(pattern(1_000_000));
    void one.flush()!.catch(() => undefined);
    await turns(50);
    expect(two.length).toBe(1000);
    expect(one.connection.pendingBytes).toBeGreaterThan(500_000);
    await two.waitFor(900_000);
    expect(two.next(900_000).equals(pattern(1_000_000).subarray(0, 900_000))).toBe(true);
    await two.waitFor(100_000);
    expect(two.length).toBe(100_000);
  });

  it('refuses lengths that cannot be and those above maxReadBytes', async () => {
    const { one, two } = await quick({ maxReadBytes: 5000, maxInputBytes: 100 });
    for (const n of [-1, 1.5, Number.NaN, 5001]) expect(() => two.waitFor(n)).toThrow(code('NETPOLL_LENGTH_INVALID') as Error);
    const line = two.readUntil(10);
    one.writeBinary(Buffer.alloc(6000, 65));
    await one.flush();
    await expect(line).rejects.toMatchObject({ code: 'NETPOLL_LENGTH_INVALID' });
    expect(() => new ReadWriter(one.connection, { maxInputBytes: 0 })).toThrow('readWriter.maxInputBytes');
  });

  it('fails what waits when it is closed, and what is written after it', async () => {
    const { one, two } = await quick();
    const wait = one.waitFor(1);
    const closed = one.close();
    await expect(wait).rejects.toMatchObject({ code: 'NETPOLL_CONN_CLOSED', originalName: 'ErrConnClosed' });
    for (const f of [() => one.malloc(1), () => one.writeString('x'), () => one.writeBinary(pattern(3)), () => one.flush(), () => { one.append(new LinkBuffer()); }, () => { one.mallocAck(0); }]) {
      expect(f).toThrow(code('NETPOLL_CONN_CLOSED') as Error);
    }
    await closed;
    await one[Symbol.asyncDispose]();
    await expect(two.waitFor(1)).rejects.toMatchObject({ code: 'NETPOLL_CONN_EOF' });
  });

  it('inserts what is written directly before the bytes that were reserved', async () => {
    const { one, two } = await quick();
    one.malloc(8).write('headtail');
    one.writeDirect(Buffer.from(' body '), 4);
    expect(one.mallocLength).toBe(14);
    one.writeByte(33);
    await one.flush();
    await two.waitFor(15);
    expect(two.readString(15)).toBe('head body tail!');
  });
});
