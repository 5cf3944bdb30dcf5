// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// What the addon and the loop share; the numbers are native/core/tables.h's.

/** Kinds of records. */
export const Kind = { Data: 1, End: 2, Closed: 3, Drained: 4, Accepted: 5, Connected: 6, AcceptFailed: 7, Descriptor: 8 } as const;

/** Words of the header. */
export const Header = { InCount: 0, WaitedMicros: 1, OutCount: 2, RefCount: 3, Epoch: 4, Slab: 5, SlabUsed: 6, Quiet: 7, Referenced: 8 } as const;
export const HEADER_INTS = 16;

/** Records of four Int32 each. */
export const RECORD_INTS = 4;
/** Ids have room for 2^20 slots; the upper half numbers connections that are Node's (TLS). */
export const SLOT_RANGE: number = 1 << 20;
export const NATIVE_SLOTS: number = 1 << 19;

/** Socket options of {@link NativeLoop.setOption}. */
export const SocketOption = { NoDelay: 1, KeepAlive: 2, Linger: 3, SendBuffer: 4, ReceiveBuffer: 5 } as const;
export const ListenFlag = { ReusePort: 1, Ipv6Only: 2 } as const;

/** Memory that both sides work on: allocated here, pinned by the addon, never detached. */
export interface NativeMemory {
  readonly header: ArrayBuffer;
  readonly in: ArrayBuffer;
  readonly out: ArrayBuffer;
  readonly slabs: readonly [ArrayBuffer, ArrayBuffer];
  readonly output: ArrayBuffer;
  readonly pending: ArrayBuffer;
  readonly stats: ArrayBuffer;
}

/**
 * A native loop. Handles are slot and generation; one whose generation has passed is answered with -EBADF and nothing happens.
 * Units:   results below zero are minus errno; handles that are given come as generation · 2^20 + slot.
 */
export interface NativeLoop {
  listen(unix: boolean, name: string, port: number, backlog: number, flags: number): number;
  listenOn(fd: number): number;
  dial(unix: boolean, name: string, port: number): number;
  adopt(fd: number): number;
  pause(slot: number, generation: number): number;
  resume(slot: number, generation: number): number;
  end(slot: number, generation: number): number;
  close(slot: number, generation: number, reset: boolean): number;
  detach(slot: number, generation: number): number | { readonly fd: number; readonly left: Buffer };
  wantDrain(slot: number, generation: number): number;
  setOption(slot: number, generation: number, option: number, value: number): number;
  acceptDescriptors(slot: number, generation: number): number;
  sendDescriptor(slot: number, generation: number, fd: number, byte: number): number;
  /** `4 127.0.0.1 80`, `6 ::1 80`, `u /path`, or empty. */
  address(slot: number, generation: number, peer: boolean): string;
  flush(): void;
  /** Looks at once whether the loop shall keep the process alive, which it else does in every turn. */
  reference(): void;
  stats(): void;
}

export interface NativeModule {
  readonly driver: 'epoll' | 'kqueue';
  createLoop(memory: NativeMemory, refs: (Uint8Array | undefined)[], onBatch: () => void): NativeLoop;
  closeDescriptor(fd: number): number;
}
