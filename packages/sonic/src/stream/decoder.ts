// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { show, SonicOptionError, SonicSyntaxError, SonicTypeError, SyntaxCode } from '../errors.js';
import { Document, stringAt } from '../lazy/document.js';
import { LazyValue } from '../lazy/lazy-value.js';
import { blanks, Fault, skipString, skipValue } from '../scan/skip.js';
import { isBytes } from '../text.js';
import type { Path } from '../types.js';
import { Boundary } from './boundary.js';

/** Options of {@link decodeStream}. */
export interface StreamOptions {
  /**
   * `'values'`: one value after another, with or without blanks between; `'ndjson'`: one a line, empty lines passed over; `'elements'`: the items of the one
   * array at `path`. @defaultValue 'values'
   */
  readonly mode?: 'values' | 'ndjson' | 'elements' | undefined;
  /** Where the array is; only with `'elements'`. @defaultValue [] */
  readonly path?: Path | undefined;
  /** Ends the iteration with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Length of one value, and of one key on the way. Unit bytes. @defaultValue 67108864 */
  readonly maxValueBytes?: number | undefined;
  /** Levels of arrays and objects of one value. @defaultValue 4096 */
  readonly maxDepth?: number | undefined;
}

/** Values as they arrive; leaving the loop lets the input go. */
export interface StreamDecoder extends AsyncIterableIterator<LazyValue>, AsyncDisposable {
  /** Where the value given last ends in the input. Unit bytes. */
  readonly offset: number;
}

/**
 * Reads JSON values out of chunks, split anywhere; never holds more than one value and one chunk.
 * Owns:   values are windows of the chunks they came in (or of a buffer of their own, where they came in several).
 * Errors: {@link SonicSyntaxError} with the value's offset in the message; the first one ends the iteration. What the input throws passes through.
 * Source: bytedance/sonic decoder.StreamDecoder; `'elements'` has no counterpart there.
 */
export function decodeStream(input: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>, options: StreamOptions = {}): StreamDecoder {
  const { mode = 'values', path = [], signal, maxValueBytes = 64 * 1024 * 1024, maxDepth = 4096 } = options;
  const bad = (what: string, v: unknown, wanted: string): never => {
    throw new SonicOptionError(`decodeStream.${what}: got ${show(v)}, wanted ${wanted}`);
  };
  if (!['values', 'ndjson', 'elements'].includes(mode)) bad('mode', mode, 'one of "values", "ndjson", "elements"');
  if (!Array.isArray(path) || (path.length > 0 && mode !== 'elements')) bad('path', path, "an array of keys and indexes, with mode 'elements'");
  if (!Number.isSafeInteger(maxValueBytes) || maxValueBytes < 1) bad('maxValueBytes', maxValueBytes, 'an integer >= 1');
  if (!Number.isSafeInteger(maxDepth) || maxDepth < 1) bad('maxDepth', maxDepth, 'an integer >= 1');
  const splitter = mode === 'ndjson' ? new Lines(maxValueBytes, maxDepth) : mode === 'values' ? new Values(maxValueBytes, maxDepth) : new Elements(maxValueBytes, maxDepth, path as Path);
  return new Decoder(input, splitter, signal);
}

class Decoder implements StreamDecoder {
  private readonly splitter: Splitter;
  private readonly run: AsyncGenerator<LazyValue, undefined>;

  constructor(input: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>, splitter: Splitter, signal: AbortSignal | undefined) {
    this.splitter = splitter;
    this.run = read(input, splitter, signal);
  }

  get offset(): number {
    return this.splitter.offset;
  }

  next(): Promise<IteratorResult<LazyValue>> {
    return this.run.next();
  }

  return(): Promise<IteratorResult<LazyValue>> {
    return this.run.return(undefined);
  }

  throw(e: unknown): Promise<IteratorResult<LazyValue>> {
    return this.run.throw(e);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run.return(undefined);
  }
}

async function* read(input: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>, s: Splitter, signal: AbortSignal | undefined): AsyncGenerator<LazyValue, undefined> {
  const iterator: AsyncIterator<Uint8Array | string> | Iterator<Uint8Array | string> = Symbol.asyncIterator in input ? input[Symbol.asyncIterator]() : input[Symbol.iterator]();
  let ended = false;
  try {
    while (!s.done) {
      for (let v = s.next(); v !== undefined; v = s.next()) yield v;
      if (s.done) return undefined;
      const r = await abortable(iterator.next(), signal);
      if (r.done === true) {
        ended = true;
        s.finish();
        for (let v = s.next(); v !== undefined; v = s.next()) yield v;
        return undefined;
      }
      const chunk: unknown = r.value;
      if (typeof chunk !== 'string' && !isBytes(chunk)) throw new SonicTypeError('SONIC_TYPE_MISMATCH', `decodeStream: got a chunk that is ${show(chunk)}, wanted bytes or a string`);
      s.push(typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk);
    }
    return undefined;
  } finally {
    if (!ended) await iterator.return?.();
  }
}

/** `p`, or the signal's reason; the listener goes with the wait. */
async function abortable<T>(p: T | Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return p;
  signal.throwIfAborted();
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([p, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort!);
  }
}

const EMPTY = new Uint8Array(0);

/** What has arrived and was not given yet, and how to cut it. */
abstract class Splitter {
  done: boolean = false;
  protected buf: Uint8Array = EMPTY;
  /** Where what is pending begins, and where its bytes end. */
  protected start: number = 0;
  protected end: number = 0;
  /** How far it was looked at. */
  protected pos: number = 0;
  protected last: boolean = false;
  protected readonly maxValueBytes: number;
  protected readonly maxDepth: number;
  /** Of `buf[0]` in the input. */
  private base: number = 0;
  private owned: boolean = false;

  constructor(maxValueBytes: number, maxDepth: number) {
    this.maxValueBytes = maxValueBytes;
    this.maxDepth = maxDepth;
  }

  get offset(): number {
    return this.base + this.start;
  }

  push(chunk: Uint8Array): void {
    if (this.start === this.end) {
      this.base += this.end;
      this.buf = chunk;
      this.owned = false;
      this.pos -= this.start;
      this.start = 0;
      this.end = chunk.length;
      return;
    }
    const left = this.end - this.start;
    const total = left + chunk.length;
    if (!this.owned || this.end + chunk.length > this.buf.length) {
      const next = new Uint8Array(Math.max(total, this.owned ? this.buf.length * 2 : 0, 4096));
      next.set(this.buf.subarray(this.start, this.end));
      this.base += this.start;
      this.pos -= this.start;
      this.buf = next;
      this.owned = true;
      this.start = 0;
      this.end = left;
    }
    this.buf.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** The input ended. */
  finish(): void {
    this.last = true;
  }

  abstract next(): LazyValue | undefined;

  protected blanks(p: number): number {
    return blanks(this.buf, p, this.end);
  }

  /** More is needed; too much of it is an error. */
  protected more(): undefined {
    if (this.end - this.start > this.maxValueBytes) throw this.fault('SONIC_SIZE_EXCEEDED', this.start, this.end, 0, `more than ${this.maxValueBytes} bytes (maxValueBytes)`);
    return undefined;
  }

  /** Checks a whole value and gives it; what is pending begins behind it. */
  protected give(start: number, end: number): LazyValue {
    if (end - start > this.maxValueBytes) throw this.fault('SONIC_SIZE_EXCEEDED', start, end, 0, `more than ${this.maxValueBytes} bytes (maxValueBytes)`);
    const bytes = this.buf.subarray(start, end);
    const d = new Document(bytes, { maxDepth: this.maxDepth });
    try {
      const stop = skipValue(bytes, 0, bytes.length, this.maxDepth);
      if (stop < bytes.length) throw new Fault('SONIC_CHAR_INVALID', stop);
      d.checkUtf8(stop);
    } catch (e) {
      throw e instanceof Fault ? this.fault(e.code, start, end, e.index) : e;
    }
    this.start = this.pos = end;
    // A value given keeps its bytes: what comes next goes elsewhere.
    this.owned = false;
    return new LazyValue(d, 0, bytes.length);
  }

  protected fault(code: SyntaxCode, start: number, end: number, index: number, detail: string = SyntaxCode[code]): SonicSyntaxError {
    this.done = true;
    return new SonicSyntaxError(code, this.buf.subarray(start, end), index, `${detail}, in the value at offset ${this.base + start} of the stream`);
  }
}

class Values extends Splitter {
  private readonly boundary = new Boundary();
  private open: boolean = false;

  next(): LazyValue | undefined {
    if (!this.open) {
      this.start = this.pos = this.blanks(this.pos);
      if (this.start === this.end) return undefined;
      this.open = true;
      this.boundary.reset();
    }
    let end = this.boundary.scan(this.buf, this.pos, this.end);
    if (end < 0) {
      this.pos = this.end;
      if (!this.last) return this.more();
      if (!this.boundary.openScalar) throw this.fault('SONIC_TEXT_END', this.start, this.end, this.end - this.start);
      end = this.end;
    }
    this.open = false;
    return this.give(this.start, end);
  }
}

class Lines extends Splitter {
  next(): LazyValue | undefined {
    for (;;) {
      const nl = this.buf.subarray(0, this.end).indexOf(0x0a, this.pos);
      const end = nl < 0 ? this.end : nl;
      if (nl < 0 && !this.last) {
        this.pos = this.end;
        return this.more();
      }
      const from = blanks(this.buf, this.start, end);
      let to = end;
      while (to > from && (this.buf[to - 1] === 0x0d || this.buf[to - 1] === 0x20 || this.buf[to - 1] === 0x09)) to--;
      const after = nl < 0 ? end : nl + 1;
      if (from < to) {
        const skip = after - to;
        const v = this.give(from, to);
        this.start += skip;
        this.pos = this.start;
        return v;
      }
      this.start = this.pos = after;
      if (nl < 0) return undefined;
    }
  }
}

type State = 'value' | 'key' | 'skip' | 'after' | 'first' | 'item' | 'behind';

class Elements extends Splitter {
  private readonly path: Path;
  private matched: number = 0;
  private index: number = 0;
  private state: State = 'value';
  private readonly boundary = new Boundary();
  private fresh: boolean = true;

  constructor(maxValueBytes: number, maxDepth: number, path: Path) {
    super(maxValueBytes, maxDepth);
    this.path = path;
  }

  next(): LazyValue | undefined {
    for (;;) {
      if (this.done) return undefined;
      if (this.state !== 'skip' && this.fresh) this.start = this.pos = this.blanks(this.pos);
      if (this.pos === this.end) return this.last ? this.short() : this.more();
      const c = this.buf[this.start]!;
      switch (this.state) {
        case 'value':
          this.descend(c);
          break;
        case 'key':
          if (!this.key(c)) return this.last ? this.short() : this.more();
          break;
        case 'skip': {
          const end = this.boundary.scan(this.buf, this.pos, this.end);
          this.start = this.pos = end < 0 ? this.end : end;
          if (end >= 0) this.state = 'after';
          break;
        }
        case 'after':
          if (c === 0x2c) {
            this.step();
            if (typeof this.path[this.matched] === 'number') this.enterItem();
            else this.state = 'key';
          } else if (c === 0x7d || c === 0x5d) {
            this.done = true;
          } else {
            throw this.fault('SONIC_CHAR_INVALID', this.start, this.end, 0);
          }
          break;
        case 'first':
          if (c === 0x5d) this.done = true;
          else this.begin();
          break;
        case 'item': {
          const end = this.boundary.scan(this.buf, this.pos, this.end);
          if (end < 0) {
            this.pos = this.end;
            this.fresh = false;
            break;
          }
          this.fresh = true;
          this.state = 'behind';
          return this.give(this.start, end);
        }
        case 'behind':
          if (c === 0x5d) {
            this.done = true;
          } else if (c === 0x2c) {
            this.step();
            this.begin();
          } else {
            throw this.fault('SONIC_CHAR_INVALID', this.start, this.end, 0);
          }
          break;
      }
    }
  }

  private short(): undefined {
    throw this.fault('SONIC_TEXT_END', this.start, this.end, this.end - this.start);
  }

  private step(): void {
    this.start = this.pos = this.start + 1;
  }

  private begin(): void {
    this.boundary.reset();
    this.state = 'item';
    this.fresh = true;
  }

  /** At a value that the path leads through, or to. */
  private descend(c: number): void {
    const want = this.path[this.matched];
    if (c !== (typeof want === 'string' ? 0x7b : 0x5b)) {
      // A value of another type: what is looked for is absent.
      this.done = true;
      return;
    }
    this.step();
    if (want === undefined) {
      this.state = 'first';
    } else if (typeof want === 'string') {
      this.state = 'key';
    } else {
      this.index = -1;
      this.enterItem();
    }
  }

  private enterItem(): void {
    this.index++;
    if (this.index === this.path[this.matched]) {
      this.matched++;
      this.state = 'value';
    } else {
      this.boundary.reset();
      this.state = 'skip';
    }
  }

  /** A key with its colon; false = it is not whole. */
  private key(c: number): boolean {
    if (c === 0x7d) {
      this.done = true;
      return true;
    }
    if (c !== 0x22) throw this.fault('SONIC_CHAR_INVALID', this.start, this.end, 0);
    let colon: number;
    let stop: number;
    try {
      stop = skipString(this.buf, this.start + 1, this.end);
      colon = this.blanks(stop);
    } catch (e) {
      if (e instanceof Fault && e.code === 'SONIC_TEXT_END') return false;
      throw e instanceof Fault ? this.fault(e.code, this.start, this.end, e.index - this.start) : e;
    }
    if (colon === this.end) return false;
    if (this.buf[colon] !== 0x3a) throw this.fault('SONIC_CHAR_INVALID', this.start, this.end, colon - this.start);
    const hit = stringAt(this.buf, this.start, stop) === this.path[this.matched];
    this.start = this.pos = this.blanks(colon + 1);
    if (hit) {
      this.matched++;
      this.state = 'value';
    } else {
      this.boundary.reset();
      this.state = 'skip';
    }
    return true;
  }
}
