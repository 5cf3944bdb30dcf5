// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { connect, echoArgs, framed, raw, serve } from './fixtures/harness.js';
import { ttheader, Wire } from './fixtures/wire.js';

const inner = framed(1, 'Echo', 1, echoArgs('hello'));
const header = { strings: { isn: 'Echo', RPC_TRANSIT_k: 'v', RPC_PERSIST_p: 'w' }, ints: { 3: 'web', 12: '5000', 22: '1' } };

/** The same request on every wire. */
const wires: Readonly<Record<string, Buffer>> = {
  buffered: inner.subarray(4),
  framed: inner,
  ttheader: ttheader(inner.subarray(4), header),
  'ttheader-framed': ttheader(inner, header),
};

/** Random numbers that come again. */
function random(seed: number): (n: number) => number {
  let x = seed | 1;
  return (n) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % n;
  };
}

describe.each(Object.entries(wires))('%s', (_wire, request) => {
  it('survives every truncation, followed by silence or by the end', async () => {
    const { address } = await serve({}, { readWriteTimeoutMs: 40 });
    const cut = Array.from({ length: request.length - 1 }, (_, i) => request.subarray(0, i + 1));
    // Silence: the connection is closed at readWriteTimeoutMs, without an answer.
    expect((await Promise.all(cut.map((b) => raw(address, b)))).filter((got) => got.length > 0)).toEqual([]);
    // The end: it is closed at once.
    const ends = await Promise.all(
      cut.map(async (b) => {
        const w = await Wire.open(address);
        return w.send(b).end().next();
      }),
    );
    expect(ends.filter((m) => m !== undefined)).toEqual([]);
    expect(await connect(address).echo({ text: 'x' })).toEqual({ text: 'x' });
  });

  it('survives every length and count that lies', async () => {
    const { address } = await serve({}, { readWriteTimeoutMs: 40, maxMessageBytes: 1 << 16 });
    const lies: Buffer[] = [];
    for (let at = 0; at + 4 <= request.length; at++) {
      for (const v of [0, 1, 0x7fffffff, 0x80000000, 0xffffffff]) {
        const b = Buffer.from(request);
        b.writeUInt32BE(v, at);
        lies.push(b);
      }
    }
    for (let i = 0; i < lies.length; i += 100) await Promise.all(lies.slice(i, i + 100).map((b) => answered(address, b)));
    expect(await connect(address).echo({ text: 'x' })).toEqual({ text: 'x' });
  });

  it('survives bytes that were changed, moved, doubled and cut out', async () => {
    const { address } = await serve({}, { readWriteTimeoutMs: 40 });
    const next = random(0xc0ffee);
    const mutants = Array.from({ length: 600 }, () => {
      let b = Buffer.from(request);
      for (let n = 1 + next(4); n > 0; n--) {
        const at = next(b.length);
        const kind = next(4);
        if (kind === 0) b[at] = next(256);
        else if (kind === 1) b[at]! ^= 1 << next(8);
        else if (kind === 2) b = Buffer.concat([b.subarray(0, at), b.subarray(next(at + 1))]);
        else b = Buffer.concat([b.subarray(0, at), b.subarray(Math.min(b.length, at + 1 + next(8)))]);
        if (b.length === 0) b = Buffer.from([0]);
      }
      return b;
    });
    for (let i = 0; i < mutants.length; i += 100) await Promise.all(mutants.slice(i, i + 100).map((b) => answered(address, b)));
    expect(await connect(address).echo({ text: 'x' })).toEqual({ text: 'x' });
  });

  it('answers others while each of these happens', async () => {
    const { address } = await serve({}, { readWriteTimeoutMs: 60 });
    const client = connect(address, { transport: 'framed' });
    const stalled = Array.from({ length: 20 }, (_, i) => raw(address, request.subarray(0, 1 + ((i * 7) % (request.length - 1)))));
    for (let i = 0; i < 50; i++) expect(await client.echo({ text: String(i) })).toEqual({ text: String(i) });
    await Promise.all(stalled);
  });
});

/** Sends bytes and the end, and waits until the server has closed; every answer on the way is a whole message. */
async function answered(address: string, bytes: Buffer): Promise<void> {
  const w = await Wire.open(address);
  w.send(bytes).end();
  for (let i = 0; i < 64; i++) if ((await w.next()) === undefined) return;
  throw new Error('more answers than requests');
}

describe('a frame that is too deep or too large', () => {
  it.each([100, 10_000, 1_000_000])('nested %i levels deep: EXCEPTION 7, that connection closes', async (depth) => {
    const { address } = await serve();
    const deep = Buffer.alloc(depth * 4 + 1);
    for (let i = 0; i < depth; i++) deep.set([12, 0, 9], i * 3);
    const w = await Wire.open(address);
    expect(await w.send(framed(1, 'Echo', 1, deep)).next()).toMatchObject({ type: 3, typeId: 7 });
    expect(await w.next()).toBeUndefined();
    expect(await connect(address).echo({ text: 'x' })).toEqual({ text: 'x' });
  });

  it('nested containers and maps as well', async () => {
    const { address } = await serve();
    for (const level of [
      [15, 15, 0, 0, 0, 1],
      [13, 13, 13, 0, 0, 0, 1],
    ]) {
      const field = Buffer.concat([Buffer.from([level[0]!, 0, 9]), ...Array.from({ length: 5000 }, () => Buffer.from(level.slice(1))), Buffer.alloc(5001)]);
      const w = await Wire.open(address);
      expect(await w.send(framed(1, 'Echo', 1, field)).next()).toMatchObject({ type: 3, typeId: 7 });
    }
  });

  it('with a count that promises more than there is: EXCEPTION 7, nothing is allocated for it', async () => {
    const { address } = await serve();
    const before = process.memoryUsage().arrayBuffers;
    for (const field of [
      [15, 0, 9, 3, 0x7f, 0xff, 0xff, 0xff],
      [15, 0, 9, 12, 0x7f, 0xff, 0xff, 0xff],
      [13, 0, 9, 3, 3, 0x7f, 0xff, 0xff, 0xff],
      [11, 0, 9, 0x7f, 0xff, 0xff, 0xff],
      [11, 0, 9, 0xff, 0xff, 0xff, 0xff],
    ]) {
      const w = await Wire.open(address);
      expect(await w.send(framed(1, 'Echo', 1, Buffer.from([...field, 0, 0]))).next()).toMatchObject({ type: 3, typeId: 7 });
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20);
  });

  it('larger than maxMessageBytes or maxHeaderBytes: closed without reading it', async () => {
    const { address } = await serve({}, { maxMessageBytes: 1000, maxHeaderBytes: 256 });
    for (const b of [framed(1, 'Echo', 1, echoArgs('x'.repeat(2000))), ttheader(framed(1, 'Echo', 1, echoArgs('x'.repeat(2000))), header), ttheader(inner, { strings: { isn: 'Echo', k: 'v'.repeat(300) } })]) {
      const w = await Wire.open(address);
      expect(await w.send(b).next()).toBeUndefined();
    }
    await expect(connect(address).echo({ text: 'x'.repeat(2000) })).rejects.toMatchObject({ code: 'KITEX_REMOTE_OR_NETWORK' });
    expect(await connect(address).echo({ text: 'x' })).toEqual({ text: 'x' });
  });
});

describe('a client with a hostile server', () => {
  it('fails its call whatever is cut off or changed, and goes on', async () => {
    const reply = framed(2, 'Echo', 0, Buffer.from([12, 0, 0, 11, 0, 1, 0, 0, 0, 2, 0x68, 0x69, 0, 0]));
    const { createServer: createSocketServer } = await import('node:net');
    let answer: (seq: number) => Buffer = () => reply;
    const server = createSocketServer((s) => {
      s.on('error', () => undefined);
      s.on('data', (d) => {
        s.end(answer(d.readInt32BE(d.indexOf('Echo') + 4)));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = connect(`127.0.0.1:${(server.address() as { port: number }).port}`, { transport: 'framed', rpcTimeoutMs: 10_000, connectTimeoutMs: 5000 });
    const whole = (seq: number): Buffer => {
      const b = Buffer.from(reply);
      b.writeInt32BE(seq, 16);
      return b;
    };
    for (let n = 0; n < reply.length; n++) {
      answer = (seq) => whole(seq).subarray(0, n);
      await expect(client.echo({ text: 'x' })).rejects.toMatchObject({ code: 'KITEX_REMOTE_OR_NETWORK' });
    }
    for (let at = 0; at < reply.length; at++) {
      answer = (seq) => {
        const b = whole(seq);
        b[at]! ^= 0xff;
        return b;
      };
      await client.echo({ text: 'x' }).then(
        (v) => {
          expect(typeof v.text).toBe('string');
        },
        (e: unknown) => {
          expect(e).toMatchObject({ code: expect.stringMatching(/^KITEX_/) as string });
        },
      );
    }
    answer = whole;
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'hi' });
    expect(client.dump()).toMatchObject({ active: 0 });
    await client.close();
    await new Promise((resolve) => server.close(resolve));
  }, 60_000);
});
