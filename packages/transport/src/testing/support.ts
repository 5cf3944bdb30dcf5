// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import type { ByteConsumer, Connection } from '@cloudwego/gopkg/io';

/** Long enough for a machine with other things to do; a case that works never waits for it. Unit ms. */
const PATIENCE_MS = 15_000;
/** How long a case watches for what must not happen. Unit ms. */
const QUIET_MS = 40;

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A while in which nothing should happen. */
export function quiet(): Promise<void> {
  return sleep(QUIET_MS);
}

/** Waits until `holds`, and fails with `what` when it never does. */
export async function eventually(holds: () => boolean, what: string, patienceMs: number = PATIENCE_MS): Promise<void> {
  const end = performance.now() + patienceMs;
  for (let i = 0; !holds(); i++) {
    if (performance.now() > end) assert.fail(`never happened: ${what}`);
    await (i < 50 ? turn() : sleep(2));
  }
}

/** One turn of the loop, with what it settles. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Settles what should fail, and gives its error. What does not settle fails too. */
export async function rejection(f: () => unknown, what: string): Promise<Error & { readonly code?: string }> {
  let over = false;
  const outcome = (async (): Promise<unknown> => f())().then(
    () => undefined,
    (e: unknown) => e ?? new Error('nothing'),
  );
  void outcome.then(() => {
    over = true;
  });
  await eventually(() => over, `${what} settles`);
  const e = await outcome;
  assert.ok(e !== undefined, `${what}: it should fail`);
  assert.ok(e instanceof Error, `${what}: it should fail with an Error`);
  return e;
}

/** Numbers that are the same in every run. Source: Marsaglia, xorshift32. */
export class Dice {
  private x: number;

  constructor(seed: number) {
    this.x = (seed * 2_654_435_761) >>> 0 || 1;
  }

  /** An integer from 0 to n - 1. */
  below(n: number): number {
    this.x ^= this.x << 13;
    this.x ^= this.x >>> 17;
    this.x ^= this.x << 5;
    this.x >>>= 0;
    return this.x % n;
  }

  of<T>(list: readonly T[]): T | undefined {
    return list[this.below(Math.max(1, list.length))];
  }
}

/** The other end of a connection: keeps what it got. */
export class Peer implements ByteConsumer {
  readonly need: number = 1;
  readonly connection: Connection;
  text: string = '';
  bytes: Buffer = Buffer.alloc(0);
  ended: boolean = false;
  isClosed: boolean = false;

  constructor(connection: Connection) {
    this.connection = connection;
    connection.attach(this);
  }

  receive(buf: Buffer, start: number, end: number): number {
    this.bytes = Buffer.concat([this.bytes, buf.subarray(start, end)]);
    this.text = this.bytes.toString('latin1');
    return end - start;
  }

  receiveEnd(): void {
    this.ended = true;
    this.connection.end();
  }

  writable(): void {
    // Little is written.
  }

  closed(): void {
    this.isClosed = true;
  }

  send(bytes: string | Uint8Array): void {
    this.connection.beginWrite(bytes.length).bytes(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    this.connection.endWrite();
    this.connection.flush();
  }

  /** The other side said goodbye, or is gone. */
  get over(): boolean {
    return this.ended || this.isClosed;
  }
}
