// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { PassThrough, Readable, Writable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { BytesReader, BytesWriter, ReadBusyError, ReadLimitError, StreamReader, StreamWriter } from '@cloudwego/gopkg/bufiox';
import type { Reader, Writer } from '@cloudwego/gopkg/bufiox';
import { ShortReadError } from '@cloudwego/gopkg/io';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const bytes = (n: number): Buffer => Buffer.from(Array.from({ length: n }, (_, i) => (i * 7) & 255));

async function* pieces(b: Buffer, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const c of [...cuts, b.length]) {
    const piece = Uint8Array.from(b.subarray(at, Math.min(b.length, at + c)));
    at += piece.length;
    yield await Promise.resolve(piece);
  }
}

type Op = { readonly op: 'next' | 'peek' | 'skip' | 'readBinary' | 'release'; readonly n: number };
const ops = fc.array(fc.record({ op: fc.constantFrom('next' as const, 'peek' as const, 'skip' as const, 'readBinary' as const, 'release' as const), n: fc.oneof(fc.nat(20), fc.nat(300)) }), { maxLength: 30 });

/** Does `list` with a reader of `b` and with a position in it. */
async function agrees(r: Reader, b: Buffer, list: readonly Op[]): Promise<void> {
  let at = 0;
  let since = 0;
  for (const { op, n } of list) {
    if (op === 'release') {
      r.release();
      since = at;
    } else if (at + n > b.length) {
      const read = async (): Promise<unknown> => (op === 'readBinary' ? r.readBinary(new Uint8Array(n)) : r[op](n));
      await expect(read()).rejects.toBeInstanceOf(ShortReadError);
      // It stays.
      await expect((async () => r.next(0))()).rejects.toMatchObject({ code: 'GOPKG_IO_READ_SHORT' });
      return;
    } else {
      const want = b.subarray(at, at + n);
      if (op === 'next' || op === 'peek') expect((await r[op](n)).equals(want)).toBe(true);
      if (op === 'skip') await r.skip(n);
      if (op === 'readBinary') {
        const into = new Uint8Array(n);
        await r.readBinary(into);
        expect(Buffer.from(into).equals(want)).toBe(true);
      }
      if (op !== 'peek') at += n;
    }
    expect(r.readLen).toBe(at - since);
  }
}

describe('readers', () => {
  it('give the bytes that were asked for, whatever pieces they come in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(600), fc.array(fc.nat(90), { maxLength: 12 }), ops, async (n, cuts, list) => {
        const b = bytes(n);
        await agrees(new BytesReader(b), b, list);
        await agrees(new StreamReader(pieces(b, cuts)), b, list);
      }),
      { numRuns: 150 },
    );
  });

  it('answer at once what is there, and lend it without a copy', async () => {
    const b = bytes(10);
    expect(new BytesReader(b).next(4).buffer).toBe(b.buffer);
    const r = new StreamReader(Readable.from([b]));
    const first = r.peek(1);
    expect(first).toBeInstanceOf(Promise);
    expect((await first)[0]).toBe(0);
    const next = r.next(10);
    expect(next).toBeInstanceOf(Buffer);
    expect((next as Buffer).buffer).toBe(b.buffer);
    expect(await r.ended()).toBe(true);
    expect(await r.ended()).toBe(true);
  });

  it('read streams of Node and of the Web', async () => {
    const r = new StreamReader(Readable.from([Buffer.from('ab'), Buffer.alloc(0), Buffer.from('cde')]));
    expect([(await r.next(3)).toString(), await r.ended(), (await r.next(2)).toString(), await r.ended()]).toEqual(['abc', false, 'de', true]);
    const web = new ReadableStream<Uint8Array>({
      start(c) {
        c.enqueue(Buffer.from('xy'));
        c.close();
      },
    });
    expect((await new StreamReader(web).next(2)).toString()).toBe('xy');
  });

  it('hold no more than a read needs, and allocate nothing for what a count promises', async () => {
    let asked = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        asked++;
        yield await Promise.resolve(new Uint8Array(1000));
      }
    }
    const r = new StreamReader(endless(), { maxBytes: 5000 });
    expect((await r.next(2500)).length).toBe(2500);
    expect(asked).toBe(3);
    await r.skip(1_000_000);
    expect(asked).toBe(1003);
    expect(() => r.next(5001)).toThrow(ReadLimitError);
    expect(() => r.peek(5001)).toThrow('a read of 5001 bytes, wanted at most 5000 (maxBytes)');
    expect((await r.next(5000)).length).toBe(5000);
    const { heapUsed, external } = process.memoryUsage();
    const short = new StreamReader(Readable.from([Buffer.from('x')]), { maxBytes: 2 ** 40 });
    await expect((async () => short.next(2 ** 40))()).rejects.toMatchObject({ code: 'GOPKG_IO_READ_SHORT', wanted: 2 ** 40, left: 1 });
    expect(process.memoryUsage().heapUsed + process.memoryUsage().external - heapUsed - external).toBeLessThan(64 << 20);
    // 64 MiB unless it is said otherwise.
    expect(() => new StreamReader(endless()).next((64 << 20) + 1)).toThrow(ReadLimitError);
  });

  it('take one read at a time, counts that are counts, and keep what their source threw', async () => {
    const pipe = new PassThrough();
    const r = new StreamReader(pipe);
    const first = r.next(1);
    expect(() => r.next(1)).toThrow(ReadBusyError);
    pipe.write('a');
    expect((await first).toString()).toBe('a');
    for (const n of [-1, 0.5, NaN]) for (const x of [r, new BytesReader(bytes(3))]) expect(() => x.next(n)).toThrow(RangeError);
    const next = r.next(1);
    pipe.destroy(new Error('torn'));
    await expect(next).rejects.toThrow('torn');
    expect(() => r.peek(0)).toThrow('torn');
    expect(() => new StreamReader(pipe, { maxBytes: 0 })).toThrow(/^streamreader\.maxBytes/);
  });

  it('end their source when they are closed', async () => {
    const pipe = new PassThrough();
    {
      await using r = new StreamReader(pipe);
      pipe.write('abc');
      await r.next(1);
    }
    expect(pipe.destroyed).toBe(true);
    const never = new PassThrough();
    const unread = new StreamReader(never);
    await unread.close();
    expect(() => unread.next(0)).toThrow(ShortReadError);
  });
});

/** Writes what `sizes` say, through both ways, and gives what should come out. */
function fill(w: Writer, sizes: readonly number[]): Buffer {
  return Buffer.concat(
    sizes.map((n, i) => {
      const b = bytes(n + i).subarray(i);
      const before = w.writtenLen;
      if (i % 2 === 0) w.malloc(n).set(b);
      else w.writeBinary(b);
      expect(w.writtenLen).toBe(before + n);
      return b;
    }),
  );
}

describe('writers', () => {
  const sizes = fc.array(fc.oneof(fc.nat(50), fc.nat(10_000), fc.constantFrom(4095, 4096, 8191, 8192, 8193)), { maxLength: 12 });

  it('hand on what was written, in its order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sizes, { maxLength: 4 }), async (flushes) => {
        const memory = new BytesWriter();
        const got: Uint8Array[] = [];
        const stream = new StreamWriter(new Writable({ write: (b: Buffer, _, done) => { got.push(Buffer.from(b)); setImmediate(done); } }));
        const plain: Uint8Array[] = [];
        const sink = new StreamWriter((list) => { plain.push(...list.map((b) => Uint8Array.from(b))); });
        const want: Buffer[] = [];
        const pending: unknown[] = [];
        for (const s of flushes) {
          want.push(fill(memory, s));
          fill(stream, s);
          fill(sink, s);
          expect(memory.toBytes().equals(Buffer.concat(want.slice(0, -1)))).toBe(true);
          memory.flush();
          pending.push(stream.flush());
          expect(sink.flush()).toBeUndefined();
          expect([memory.writtenLen, stream.writtenLen, sink.writtenLen]).toEqual([0, 0, 0]);
        }
        await Promise.all(pending);
        for (const b of [memory.toBytes(), Buffer.concat(got), Buffer.concat(plain)]) expect(b.equals(Buffer.concat(want))).toBe(true);
        memory.reset();
        expect(memory.toBytes().length).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it('copy small blocks and refer to large ones', () => {
    const got: Uint8Array[] = [];
    const w = new StreamWriter((list) => { got.push(...list); });
    const [small, large] = [bytes(4095), bytes(4096)];
    w.writeBinary(small);
    w.writeBinary(large);
    w.malloc(1)[0] = 7;
    small.fill(0xdd);
    w.flush();
    expect(got.map((b) => b.length)).toEqual([4095, 4096, 1]);
    expect(Buffer.from(got[0]!).equals(bytes(4095))).toBe(true);
    expect(got[1]).toBe(large);
  });

  it('flush in order, and wait for what the sink waits for', async () => {
    const got: string[] = [];
    let open: () => void = () => undefined;
    const w = new StreamWriter(async (list) => {
      await new Promise<void>((r) => (open = r));
      got.push(Buffer.concat(list).toString());
    });
    w.writeBinary(Buffer.from('a'));
    const first = w.flush();
    w.writeBinary(Buffer.from('b'));
    const second = w.flush();
    expect(got).toEqual([]);
    open();
    await first;
    open();
    await second;
    expect(got).toEqual(['a', 'b']);
    expect(w.flush()).toBeUndefined();
  });

  it('keep what their sink threw', async () => {
    const torn = new StreamWriter(new Writable({ write: (_b, _e, done) => { done(new Error('torn')); } }));
    torn.writeBinary(Buffer.from('a'));
    await expect(torn.flush()).rejects.toThrow('torn');
    for (const f of [() => torn.flush(), () => torn.malloc(1), () => { torn.writeBinary(bytes(1)); }]) expect(f).toThrow('torn');
    const thrown = new StreamWriter(() => { throw new Error('no'); });
    thrown.malloc(1);
    expect(() => thrown.flush()).toThrow('no');
    expect(() => thrown.flush()).toThrow('no');
    for (const n of [-1, 0.5]) expect(() => new BytesWriter().malloc(n)).toThrow(RangeError);
  });
});
