// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { MultipartOptions, PartHead } from '@cloudwego/protocol';
import { MultipartDecoder, MultipartError } from '@cloudwego/protocol';

/** One part of a form that is read as it comes: its bytes once, before the next part is asked for; what is not read is passed over. */
export class FormPart implements PartHead, AsyncIterable<Uint8Array> {
  readonly name: string;
  /** Undefined = a value, no file. */
  readonly filename: string | undefined;
  readonly contentType: string;
  readonly rawHeaders: readonly string[];
  private readonly next: () => Promise<Uint8Array | undefined>;

  constructor(head: PartHead, next: () => Promise<Uint8Array | undefined>) {
    this.name = head.name;
    this.filename = head.filename;
    this.contentType = head.contentType;
    this.rawHeaders = head.rawHeaders;
    this.next = next;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (let piece = await this.next(); piece !== undefined; piece = await this.next()) yield piece;
  }

  /** All of it. Errors: MultipartError (413) above `limit` bytes. */
  async bytes(limit: number = 1 << 20): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of this) {
      size += piece.length;
      if (size > limit) throw new MultipartError('MULTIPART_LIMIT_EXCEEDED', `multipart: the part ${this.name} has more than ${limit} bytes`);
      pieces.push(piece);
    }
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }

  async text(limit?: number): Promise<string> {
    const b = await this.bytes(limit);
    return Buffer.from(b.buffer, b.byteOffset, b.length).toString();
  }
}

type Event = PartHead | Uint8Array | null;

/** The parts of a body, as it comes: held are the pieces of one read of it. Errors: MultipartError, and those of `source`. */
export async function* readParts(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, boundary: string, o: MultipartOptions): AsyncGenerator<FormPart, void, undefined> {
  let events: Event[] = [];
  let at = 0;
  const decoder = new MultipartDecoder(boundary, {
    onPart: (head) => void events.push(head),
    onData: (piece) => void events.push(piece),
    onPartEnd: () => void events.push(null),
  }, o);
  const pieces = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  /** What comes next; undefined behind the last. */
  const pull = async (): Promise<Event | undefined> => {
    while (at === events.length) {
      events = [];
      at = 0;
      const r = await pieces.next();
      if (r.done === true) {
        decoder.end();
        return undefined;
      }
      decoder.receive(r.value);
    }
    return events[at++];
  };
  try {
    for (let e = await pull(); e !== undefined; e = await pull()) {
      if (e === null || e instanceof Uint8Array) continue;
      let over = false;
      const part = new FormPart(e, async () => {
        if (over) return undefined;
        const piece = await pull();
        if (piece instanceof Uint8Array) return piece;
        over = true;
        return undefined;
      });
      yield part;
      // What its reader left.
      for await (const rest of part) void rest;
    }
  } finally {
    await pieces.return?.();
  }
}
