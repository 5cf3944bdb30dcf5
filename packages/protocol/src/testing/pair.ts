// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader } from '@cloudwego/gopkg/io';
import type { StreamEngine, StreamEvents } from '../engine.js';
import { MemoryLink } from './memory-link.js';
import type { MemoryLinkOptions } from './memory-link.js';

/** One event of an engine as plain data; `head` and `tail` are what the adapter's `describe` functions gave. */
export type RecordedEvent =
  | { readonly kind: 'head'; readonly id: number; readonly head: string; readonly end: boolean }
  | { readonly kind: 'message'; readonly id: number; readonly bytes: string; readonly end: boolean; readonly wireBytes: number }
  | { readonly kind: 'tail'; readonly id: number; readonly tail: string }
  | { readonly kind: 'reset'; readonly id: number; readonly code: number; readonly reason: string }
  | { readonly kind: 'writable'; readonly id: number }
  | { readonly kind: 'goaway'; readonly lastId: number; readonly code: number };

/** Keeps every event, and lets a test act inside one. */
export class Recorder<Head, Tail> implements StreamEvents<Head, Tail> {
  readonly events: RecordedEvent[] = [];
  /** Called inside every event, after it was kept. */
  react: ((e: RecordedEvent) => void) | undefined = undefined;
  /** Given what each message reported, as a consumer that keeps up does. */
  credit: ((id: number, wireBytes: number) => void) | undefined = undefined;
  private readonly describeHead: (head: Head) => string;
  private readonly describeTail: (tail: Tail) => string;

  constructor(describeHead: (head: Head) => string, describeTail: (tail: Tail) => string) {
    this.describeHead = describeHead;
    this.describeTail = describeTail;
  }

  private keep(e: RecordedEvent): void {
    this.events.push(e);
    this.react?.(e);
  }

  onHead(id: number, head: Head, end: boolean): void {
    this.keep({ kind: 'head', id, head: this.describeHead(head), end });
  }

  onMessage(id: number, r: ByteReader, end: boolean, wireBytes: number): void {
    this.keep({ kind: 'message', id, bytes: Buffer.from(r.view(r.left)).toString('hex'), end, wireBytes });
    this.credit?.(id, wireBytes);
  }

  onTail(id: number, tail: Tail): void {
    this.keep({ kind: 'tail', id, tail: this.describeTail(tail) });
  }

  onReset(id: number, code: number, reason: string): void {
    this.keep({ kind: 'reset', id, code, reason });
  }

  onWritable(id: number): void {
    this.keep({ kind: 'writable', id });
  }

  onGoAway(lastId: number, code: number): void {
    this.keep({ kind: 'goaway', lastId, code });
  }

  /** Events of one kind. */
  of<K extends RecordedEvent['kind']>(kind: K): Extract<RecordedEvent, { kind: K }>[] {
    return this.events.filter((e): e is Extract<RecordedEvent, { kind: K }> => e.kind === kind);
  }

  /** All bytes that came for a stream, as hex. */
  bytesOf(id: number): string {
    return this.of('message')
      .filter((e) => e.id === id)
      .map((e) => e.bytes)
      .join('');
  }
}

/** An engine on a link in memory, with what it reported. */
export interface EngineEnd<Head, Init, Tail> {
  readonly link: MemoryLink;
  readonly on: Recorder<Head, Tail>;
  readonly engine: StreamEngine<Init, Tail>;
}

/** What {@link engineEnd} needs to know of an engine. */
export interface EngineMaker<Head, Init, Tail> {
  create(role: 'client' | 'server', link: MemoryLink, on: StreamEvents<Head, Tail>): StreamEngine<Init, Tail>;
  describe(head: Head): string;
  describeTail(tail: Tail): string;
}

/** Makes one end. */
export function engineEnd<Head, Init, Tail>(maker: EngineMaker<Head, Init, Tail>, role: 'client' | 'server', o?: MemoryLinkOptions): EngineEnd<Head, Init, Tail> {
  const link = new MemoryLink(o);
  const on = new Recorder<Head, Tail>(
    (h) => maker.describe(h),
    (t) => maker.describeTail(t),
  );
  const engine = maker.create(role, link, on);
  on.credit = (id, n) => {
    engine.credit(id, n);
  };
  link.attach(engine);
  return { link, on, engine };
}

const MAX_ROUNDS = 100_000;

/** A client and a server that talk to each other in memory. */
export class EnginePair<Head, Init, Tail> {
  readonly client: EngineEnd<Head, Init, Tail>;
  readonly server: EngineEnd<Head, Init, Tail>;
  /** Cuts what travels into the pieces in which it arrives. */
  split: (bytes: Buffer) => readonly Uint8Array[] = (bytes) => [bytes];

  constructor(maker: EngineMaker<Head, Init, Tail>, o: { readonly client?: MemoryLinkOptions; readonly server?: MemoryLinkOptions } = {}) {
    this.client = engineEnd(maker, 'client', o.client);
    this.server = engineEnd(maker, 'server', o.server);
  }

  /** Moves bytes until nothing is under way, then shows what ends brought about. */
  pump(): void {
    const pairs = [
      [this.client, this.server],
      [this.server, this.client],
    ] as const;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      let moved = false;
      for (const [from, to] of pairs) {
        const bytes = from.link.take();
        if (bytes.length === 0) continue;
        moved = true;
        for (const piece of this.split(bytes)) to.link.feed(piece);
      }
      if (!moved) return;
    }
    throw new Error('pump: the two ends never stop talking');
  }
}
