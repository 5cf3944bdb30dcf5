// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { getSystemErrorName } from 'node:util';
import { loopClock } from '@cloudwego/gopkg/clock';
import type { Clock } from '@cloudwego/gopkg/clock';
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Address } from '@cloudwego/gopkg/io';
import { UnreadBuffers } from './buffers.js';
import { Header, HEADER_INTS, Kind, NATIVE_SLOTS, RECORD_INTS, SLOT_RANGE } from './native.js';
import type { NativeLoop, NativeModule } from './native.js';
import { PollOutput } from './output.js';

const SLAB_BYTES = 1024 * 1024;
const IN_RECORDS = 4096;
const OUT_RECORDS = 4096;
const STATS = ['rounds', 'records', 'bytesIn', 'bytesOut', 'reads', 'writes', 'partialWrites', 'accepted', 'dialed', 'closed', 'acceptFailures', 'live'] as const;
/** NETPOLL_DEBUG=1: what was lent in a turn is overwritten at its end, so that a consumer that kept a view sees it at once. */
const POISON = 0xdd;

const NO_BYTES = new Uint8Array(0);

/** Counted since the loop began. */
export type LoopStats = Readonly<Record<(typeof STATS)[number], number>>;

/** What has a slot: a connection, a dial or a listener. */
export interface Target {
  readonly generation: number;
  /** Bytes came: `slab[start, end)`, lent for the length of the call. Never throws. */
  onData(slab: Buffer, start: number, end: number): void;
  /** Anything else. Never throws. */
  onRecord(kind: number, where: number, length: number): void;
}

/** Takes the connections of a listener. */
export interface Acceptor extends Target {
  /** `slot` holds a new connection; whoever does not want it closes it. */
  onAccept(slot: number, generation: number): void;
}

/**
 * The JavaScript half of a loop: one for each thread, made on first use.
 *
 *   native round ─▶ in-table ─▶ onBatch ─▶ target.onData / onRecord ─▶ sections ─▶ out-table ─▶ native flush, after the microtasks
 */
export class PollLoop {
  readonly clock: Clock = loopClock();
  readonly native: NativeLoop;
  readonly output: PollOutput;
  readonly buffers: UnreadBuffers = new UnreadBuffers();
  readonly header: Int32Array;
  /** Bytes that a slot's socket has not taken. */
  readonly pending: Int32Array;
  readonly driver: 'epoll' | 'kqueue';
  readonly closeDescriptor: (fd: number) => void;
  private readonly targets: (Target | undefined)[] = [];
  private readonly records: Int32Array;
  private readonly slabs: readonly [Buffer, Buffer];
  private readonly counts: Float64Array;
  private readonly poison: boolean = process.env['NETPOLL_DEBUG'] === '1';
  /** The batch that is served: its records, and the one that is served now. */
  private batch: number = 0;
  private at: number = 0;
  private ended: { leave(): void }[] = [];

  constructor(module: NativeModule) {
    const memory = {
      header: new ArrayBuffer(HEADER_INTS * 4),
      in: new ArrayBuffer(IN_RECORDS * RECORD_INTS * 4),
      out: new ArrayBuffer(OUT_RECORDS * RECORD_INTS * 4),
      slabs: [new ArrayBuffer(SLAB_BYTES), new ArrayBuffer(SLAB_BYTES)],
      output: new ArrayBuffer(SLAB_BYTES),
      // Zero pages: what no slot touches costs no memory.
      pending: new ArrayBuffer(NATIVE_SLOTS * 4),
      stats: new ArrayBuffer(STATS.length * 8),
    } as const;
    this.header = new Int32Array(memory.header);
    this.records = new Int32Array(memory.in);
    this.pending = new Int32Array(memory.pending);
    this.counts = new Float64Array(memory.stats);
    this.slabs = [Buffer.from(memory.slabs[0]), Buffer.from(memory.slabs[1])];
    const refs: (Uint8Array | undefined)[] = [];
    const native = module.createLoop(memory, refs, this.onBatch);
    this.native = native;
    this.driver = module.driver;
    this.closeDescriptor = module.closeDescriptor;
    this.output = new PollOutput(this.header, new Int32Array(memory.out), Buffer.from(memory.output), refs, native.flush, this.poison);
  }

  /** The one entry from native code. */
  private readonly onBatch = (): void => {
    const { header, records, targets } = this;
    const n = (this.batch = header[Header.InCount]!);
    const slab = this.slabs[header[Header.Slab] === 0 ? 0 : 1];
    this.buffers.recycle();
    for (let i = 0, p = 0; i < n; i++, p += RECORD_INTS) {
      this.at = i;
      const slot = records[p]!;
      const tag = records[p + 1]!;
      const t = targets[slot];
      const kind = tag & 0xff;
      if (kind === Kind.Data) {
        // Of another generation: what was queued here was closed earlier in this batch.
        if (t === undefined || t.generation !== tag >>> 8) continue;
        const start = records[p + 2]! & 0xffffff;
        t.onData(slab, start, start + records[p + 3]!);
      } else if (kind === Kind.Accepted) {
        const listener = targets[records[p + 2]!] as Acceptor | undefined;
        if (listener === undefined) this.native.close(slot, tag >>> 8, false);
        else listener.onAccept(slot, tag >>> 8);
      } else if (t !== undefined && t.generation === tag >>> 8) {
        t.onRecord(kind, records[p + 2]!, records[p + 3]!);
      } else if (kind === Kind.Descriptor) {
        this.closeDescriptor(records[p + 3]!);
      }
    }
    this.batch = 0;
    if (this.poison) slab.fill(POISON, 0, header[Header.SlabUsed]);
  };

  /** No byte of this batch arrived before. Clock.now() scale; asked for inside the batch. Not kept ready: the clock costs each turn something. */
  get arrivedAfter(): number {
    return this.clock.now() - this.header[Header.WaitedMicros]! / 1000;
  }

  /** Bytes of a slot that were read in this batch and not yet shown. Borrowed; empty mostly. */
  queued(slot: number, generation: number): Uint8Array {
    const { records } = this;
    for (let i = this.at + 1; i < this.batch; i++) {
      const p = i * RECORD_INTS;
      if (records[p] !== slot || records[p + 1] !== ((generation << 8) | Kind.Data)) continue;
      const start = records[p + 2]! & 0xffffff;
      return this.slabs[this.header[Header.Slab] === 0 ? 0 : 1].subarray(start, start + records[p + 3]!);
    }
    return NO_BYTES;
  }

  /** Puts `t` into a slot; its record may come in the next round. */
  put(slot: number, t: Target): void {
    this.targets[slot] = t;
  }

  remove(slot: number): void {
    this.targets[slot] = undefined;
  }

  /** Has `c.leave()` called after this turn's callbacks: `closed` never comes inside the call that caused it. */
  afterwards(c: { leave(): void }): void {
    if (this.ended.push(c) === 1) queueMicrotask(this.leaveAll);
  }

  private readonly leaveAll = (): void => {
    const all = this.ended;
    this.ended = [];
    for (const c of all) {
      try {
        c.leave();
      } catch (e) {
        // The others are told; then it is the process's uncaught exception.
        queueMicrotask(() => {
          throw e;
        });
      }
    }
  };

  stats(): LoopStats {
    this.native.stats();
    return Object.fromEntries(STATS.map((k, i) => [k, this.counts[i]!])) as LoopStats;
  }
}

let shared: PollLoop | undefined;

/** The loop of this thread. */
export function pollLoop(module: NativeModule): PollLoop {
  return (shared ??= new PollLoop(module));
}

export function slotOf(id: number): number {
  return id % SLOT_RANGE;
}

export function generationOf(id: number): number {
  return Math.floor(id / SLOT_RANGE);
}

/** Native code would make 0 of what is no number, and that is a descriptor. */
export function checkDescriptor(fd: number, call: string): void {
  if (!Number.isInteger(fd) || fd < 0 || fd > 0x7fffffff) throw new OptionError(`${call}.fd`, `${call}.fd: got ${String(fd)}, wanted the number of a descriptor`);
}

/** An error as Node's own calls give it. */
export function systemError(errno: number, call: string, where?: string): NodeJS.ErrnoException {
  const code = getSystemErrorName(-errno);
  return Object.assign(new Error(where === undefined ? `${call} ${code}` : `${call} ${code} ${where}`), { errno: -errno, code, syscall: call });
}

/** An address as native code writes it, or undefined for a socket without a name. */
export function addressFrom(text: string): Address | undefined {
  if (text === '') return undefined;
  if (text.startsWith('u ')) return { kind: 'unix', path: text.slice(2) };
  const at = text.lastIndexOf(' ');
  return { kind: 'tcp', host: text.slice(2, at), port: Number(text.slice(at + 1)) };
}
