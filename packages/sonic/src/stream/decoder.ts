// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { SyntaxCode } from '../errors.js';
import { reasons, show, SonicOptionError, SonicSyntaxError, SonicTypeError } from '../errors.js';
import { Document, stringAt } from '../lazy/document.js';
import { LazyValue } from '../lazy/lazy-value.js';
import { blanks, Fault, skipString, skipValue } from '../scan/skip.js';
import { encodeText, isBytes } from '../text.js';
import type { Path, Source } from '../types.js';
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
  /** Ends the iteration with the signal's reason, a wait for the input included. */
  readonly signal?: AbortSignal | undefined;
  /** Length of one value, and of one key on the way. Unit bytes. @defaultValue 67108864 */
  readonly maxValueBytes?: number | undefined;
  /** Levels of arrays and objects of one value. @defaultValue 4096 */
  readonly maxDepth?: number | undefined;
}

const OPTIONS: readonly string[] = ['mode', 'path', 'signal', 'maxValueBytes', 'maxDepth'] satisfies (keyof StreamOptions)[];

/** What can be read: chunks as they come (a Web or Node stream, a generator, an array), or all of it at once. A chunk may end anywhere, within a character too. */
export type StreamSource = AsyncIterable<Source> | Iterable<Source> | Source;

/** Values as they arrive; leaving the loop lets the input go. */
export interface StreamDecoder extends AsyncIterableIterator<LazyValue>, AsyncDisposable {
  /** Where the value given last ends in the input. Unit bytes. */
  readonly offset: number;
}

/**
 * Reads JSON values out of chunks, split anywhere; never holds more than one value and one chunk.
 * Owns:   values are windows of the chunks they came in (or of a buffer of their own, where they came in several).
 * Checks: values that are given, whole; what `'elements'` passes over on its way is matched by brackets alone, and what follows the array is not read.
 * Errors: {@link SonicSyntaxError} with the value's offset in the message; the first one ends the iteration. What the input throws passes through.
 *         {@link SonicTypeError} for a chunk that is neither bytes nor text, {@link SonicOptionError} for a bad option.
 * Source: bytedance/sonic decoder.StreamDecoder; `'elements'` has no counterpart there.
 */
export function decodeStream(input: StreamSource, options: StreamOptions = {}): StreamDecoder {
  const { mode = 'values', path = [], signal, maxValueBytes = 64 * 1024 * 1024, maxDepth = 4096 } = options;
  const bad = (what: string, v: unknown, wanted: string): never => {
    throw new SonicOptionError(`decodeStream.${what}: got ${show(v)}, wanted ${wanted}`);
  };
  for (const k of Object.keys(options)) if (!OPTIONS.includes(k)) throw new SonicOptionError(`decodeStream: unknown option "${k}", known: ${OPTIONS.join(', ')}`);
  if (!['values', 'ndjson', 'elements'].includes(mode)) bad('mode', mode, 'one of "values", "ndjson", "elements"');
  if (!Array.isArray(path) || (path.length > 0 && mode !== 'elements')) bad('path', path, "an array of keys and indexes, with mode 'elements'");
  for (const step of path as Path) if (typeof step !== 'string' && !(Number.isSafeInteger(step) && step >= 0)) bad('path', step, 'keys, and indexes that are integers >= 0');
  if (signal !== undefined && !(signal instanceof AbortSignal)) bad('signal', signal, 'an AbortSignal');
  if (!Number.isSafeInteger(maxValueBytes) || maxValueBytes < 1) bad('maxValueBytes', maxValueBytes, 'an integer >= 1');
  if (!Number.isSafeInteger(maxDepth) || maxDepth < 1) bad('maxDepth', maxDepth, 'an integer >= 1');
  const splitter = mode === 'ndjson' ? new Lines(maxValueBytes, maxDepth) : mode === 'values' ? new Values(maxValueBytes, maxDepth) : new Elements(maxValueBytes, maxDepth, path as Path);
  return new Decoder(chunks(input), splitter, signal);
}

function chunks(input: StreamSource): Chunks {
  if (typeof input === 'string' || isBytes(input)) return [input];
  if (typeof input === 'object' && input !== null && (Symbol.asyncIterator in input || Symbol.iterator in input)) return input;
  throw new SonicOptionError(`decodeStream: got ${show(input)}, wanted bytes, a string, or an iterable of them`);
}

type Chunks = AsyncIterable<Source> | Iterable<Source>;

class Decoder implements StreamDecoder {
  private readonly splitter: Splitter;
  private readonly run: AsyncGenerator<LazyValue, undefined>;

  constructor(input: Chunks, splitter: Splitter, signal: AbortSignal | undefined) {
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

async function* read(input: Chunks, s: Splitter, signal: AbortSignal | undefined): AsyncGenerator<LazyValue, undefined> {
  const iterator: AsyncIterator<Source> | Iterator<Source> = Symbol.asyncIterator in input ? input[Symbol.asyncIterator]() : input[Symbol.iterator]();
  // The first half of a character whose second half comes with the next string.
  let half = '';
  let ended = false;
  try {
    for (;;) {
      signal?.throwIfAborted();
      for (let v = s.next(); v !== undefined; v = s.next()) {
        yield v;
        signal?.throwIfAborted();
      }
      if (s.done || ended) return undefined;
      const r = await abortable(iterator.next(), signal);
      ended = r.done === true;
      const chunk: unknown = ended ? '' : r.value;
      if (typeof chunk === 'string') {
        const text = half + chunk;
        half = !ended && /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : '';
        s.push(encodeText(half === '' ? text : text.slice(0, -1)));
      } else if (isBytes(chunk)) {
        s.push(chunk);
      } else {
        throw new SonicTypeError('SONIC_TYPE_MISMATCH', `decodeStream: got a chunk that is ${show(chunk)}, wanted bytes or a string`);
      }
      if (ended) s.finish();
    }
  } finally {
    if (!ended) {
      const closing = Promise.resolve(iterator.return?.());
      // An input that does not answer cannot be waited for.
      if (signal?.aborted === true) closing.catch(() => undefined);
      else await closing;
    }
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
  /** Where the value given last ends in the input. */
  offset: number = 0;
  /** Of `buf[0]` in the input. */
  private base: number = 0;
  private owned: boolean = false;

  constructor(maxValueBytes: number, maxDepth: number) {
    this.maxValueBytes = maxValueBytes;
    this.maxDepth = maxDepth;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
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
      d.checkUtf8(0, stop);
    } catch (e) {
      throw e instanceof Fault ? this.fault(e.code, start, end, e.index) : e;
    }
    this.start = this.pos = end;
    this.offset = this.base + end;
    // A value given keeps its bytes: what comes next goes elsewhere.
    this.owned = false;
    return new LazyValue(d, 0, bytes.length);
  }

  protected fault(code: SyntaxCode, start: number, end: number, index: number, reason: string = reasons[code]): SonicSyntaxError {
    this.done = true;
    return new SonicSyntaxError(code, this.buf.subarray(start, end), index, `${reason}, in the value at offset ${this.base + start} of the stream`);
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

type State = 'value' | 'first-item' | 'first-key' | 'key' | 'name' | 'colon' | 'skip' | 'after' | 'first' | 'item' | 'behind';

class Elements extends Splitter {
  private readonly path: Path;
  private matched: number = 0;
  private index: number = -1;
  private state: State = 'value';
  private readonly boundary = new Boundary();
  /** Whether blanks may come next: nothing of a key or value was seen. */
  private fresh: boolean = true;
  /** Whether the last key was the one that the path names. */
  private hit: boolean = false;

  constructor(maxValueBytes: number, maxDepth: number, path: Path) {
    super(maxValueBytes, maxDepth);
    this.path = path;
  }

  next(): LazyValue | undefined {
    for (;;) {
      if (this.done) return undefined;
      if (this.fresh) this.start = this.pos = this.blanks(this.pos);
      if (this.pos === this.end) return this.last ? this.short() : this.more();
      const c = this.buf[this.start]!;
      switch (this.state) {
        case 'value':
          this.descend(c);
          break;
        case 'first-item':
          if (c === 0x5d) this.done = true;
          else this.enterItem();
          break;
        case 'first-key':
          if (c === 0x7d) this.done = true;
          else this.key(c);
          break;
        case 'key':
          this.key(c);
          break;
        case 'name': {
          const end = this.boundary.scan(this.buf, this.pos, this.end);
          if (end >= 0) {
            this.named(end);
          } else {
            this.pos = this.end;
            this.fresh = false;
          }
          break;
        }
        case 'colon':
          if (c !== 0x3a) throw this.fault('SONIC_CHAR_INVALID', this.start, this.end, 0);
          this.step();
          if (this.hit) {
            this.matched++;
            this.state = 'value';
          } else {
            this.pass();
          }
          break;
        case 'skip': {
          if (this.fresh && !begins(c)) throw this.fault('SONIC_CHAR_INVALID', this.start, this.end, 0);
          const end = this.boundary.scan(this.buf, this.pos, this.end);
          this.start = this.pos = end < 0 ? this.end : end;
          this.fresh = end >= 0;
          if (end >= 0) this.state = 'after';
          break;
        }
        case 'after':
          if (c === 0x2c) {
            this.step();
            if (typeof this.path[this.matched] === 'number') this.enterItem();
            else this.state = 'key';
          } else if (c === (typeof this.path[this.matched] === 'number' ? 0x5d : 0x7d)) {
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
      if (!begins(c)) throw this.fault('SONIC_CHAR_INVALID', this.start, this.end, 0);
      this.done = true;
      return;
    }
    this.step();
    if (want === undefined) {
      this.state = 'first';
    } else if (typeof want === 'string') {
      this.state = 'first-key';
    } else {
      this.state = 'first-item';
    }
  }

  private enterItem(): void {
    this.index++;
    if (this.index === this.path[this.matched]) {
      this.matched++;
      this.index = -1;
      this.state = 'value';
    } else {
      this.pass();
    }
  }

  /** Passes over the value that comes next. */
  private pass(): void {
    this.boundary.reset();
    this.state = 'skip';
    this.fresh = true;
  }

  /** At the quote of a key. */
  private key(c: number): void {
    if (c !== 0x22) throw this.fault('SONIC_CHAR_INVALID', this.start, this.end, 0);
    this.begin();
    this.state = 'name';
  }

  /** Behind a key. */
  private named(end: number): void {
    let hit: boolean;
    try {
      const stop = skipString(this.buf, this.start + 1, end);
      hit = stringAt(this.buf, this.start, stop) === this.path[this.matched];
    } catch (e) {
      throw e instanceof Fault ? this.fault(e.code, this.start, end, e.index - this.start) : e;
    }
    this.start = this.pos = end;
    this.fresh = true;
    this.hit = hit;
    this.state = 'colon';
  }
}

/** Whether a value may begin with `c`. */
function begins(c: number): boolean {
  return c === 0x22 || c === 0x7b || c === 0x5b || c === 0x2d || (c >= 0x30 && c <= 0x39) || c === 0x74 || c === 0x66 || c === 0x6e;
}
