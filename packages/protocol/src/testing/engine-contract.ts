// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import type { ContractCase } from '@cloudwego/gopkg/testing';
import type { MemoryLinkOptions } from './memory-link.js';
import { engineEnd, EnginePair } from './pair.js';
import type { EngineEnd, EngineMaker, RecordedEvent } from './pair.js';
import { randomSplit, seeded } from './random.js';

/** What an engine can do, at the settings that its adapter uses. Cases that do not apply are not in the list. */
export interface EngineCapabilities {
  /** Streams that a client may have open at once. */
  readonly concurrent: number;
  /** Requests that a server is shown before the oldest of them is answered. */
  readonly served: number;
  /** Answers leave in the order of their requests. */
  readonly inOrder: boolean;
  /** `onMessage` gives messages as they were sent, not pieces of a body. */
  readonly wholeMessages: boolean;
  /** Several messages per stream, both ways. */
  readonly streaming: boolean;
  /** A server ends its streams by `sendTail`. */
  readonly tail: boolean;
  /** The reset of one stream leaves its connection to the others. */
  readonly resetKeepsConnection: boolean;
  /** `finish()` of a server writes nothing at all. */
  readonly silentFinish: boolean;
  /** Above high water a server is shown no further request. */
  readonly holdsBackAboveHighWater: boolean;
  /** How `drain()` reaches the client: as `onGoAway`, in the head of the next answer, or not at all. */
  readonly goodbye: 'goaway' | 'head' | 'none';
  /** Has `exportState()`. */
  readonly exportState: boolean;
}

/** What the contract needs to know of one engine. */
export interface EngineAdapter<Head, Init, Tail> extends EngineMaker<Head, Init, Tail> {
  readonly name: string;
  readonly can: EngineCapabilities;
  /** Head of the n-th request, n from 1; no two may be alike. */
  requestHead(n: number): Init;
  /** Head of the answer to the n-th request. */
  responseHead(n: number): Init;
  /** What `describe` gives for this head when it has arrived. */
  describeInit(head: Init): string;
  /** Tail of the answer to the n-th request; needed where `can.tail`. */
  tail?(n: number): Tail;
  /** About `size` bytes that may stand as a message; no two `n` give the same. */
  payload(n: number, size: number): Uint8Array;
  /** Bytes with which no message begins. */
  readonly garbage: Uint8Array;
  /** Whether a peer may end the connection in good order after the first `n` of what a client sends: what opens the connection is no request yet. */
  mayEndAfter?(bytes: Buffer, n: number): boolean;
  /** Whether the description of a head says goodbye; needed where `can.goodbye` is 'head'. */
  saysGoodbye?(head: string): boolean;
  /** An engine that goes on from what `exportState()` gave; needed where `can.exportState`. */
  continueFrom?(role: 'client' | 'server', state: unknown, like: EngineMaker<Head, Init, Tail>): EngineMaker<Head, Init, Tail>;
}

const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');

/** Commands of a test, each checked for not calling back. */
class Bench<Head, Init, Tail> {
  readonly a: EngineAdapter<Head, Init, Tail>;
  readonly pair: EnginePair<Head, Init, Tail>;

  constructor(a: EngineAdapter<Head, Init, Tail>, o: { readonly client?: MemoryLinkOptions; readonly server?: MemoryLinkOptions } = {}) {
    this.a = a;
    this.pair = new EnginePair(a, o);
  }

  get client(): EngineEnd<Head, Init, Tail> {
    return this.pair.client;
  }

  get server(): EngineEnd<Head, Init, Tail> {
    return this.pair.server;
  }

  send(end: EngineEnd<Head, Init, Tail>, id: number, payload: Uint8Array, last: boolean): boolean {
    const w = end.engine.beginMessage(id, payload.length);
    w.bytes(payload);
    return end.engine.endMessage(id, last);
  }

  /** Sends the n-th request and gives its stream. */
  request(n: number, size = 20): number {
    const before = this.client.on.events.length;
    const id = this.client.engine.open(this.a.requestHead(n), false);
    assert.ok(id >= 0, `open ${n}: got ${id}, wanted a stream`);
    this.send(this.client, id, this.a.payload(n, size), true);
    assert.equal(this.client.on.events.length, before, 'a command called back');
    return id;
  }

  /** Answers the n-th request, which the server knows as `id`. */
  answer(id: number, n: number, size = 20): boolean {
    const { engine } = this.server;
    engine.sendHead(id, this.a.responseHead(n), false);
    const below = this.send(this.server, id, this.a.payload(-n, size), !this.a.can.tail);
    if (this.a.can.tail) engine.sendTail(id, this.a.tail!(n));
    return below;
  }

  /** Stream ids that the server was shown, in order. */
  shown(): number[] {
    return this.server.on.of('head').map((e) => e.id);
  }

  expectRequest(i: number, n: number, size = 20): void {
    const head = this.server.on.of('head')[i];
    assert.ok(head !== undefined, `request ${n} was not shown`);
    assert.equal(head.head, this.a.describeInit(this.a.requestHead(n)));
    assert.equal(this.server.on.bytesOf(head.id), hex(this.a.payload(n, size)));
  }

  expectAnswer(id: number, n: number, size = 20): void {
    const heads = this.client.on.of('head').filter((e) => e.id === id);
    assert.equal(heads.length, 1, `stream ${id} has ${heads.length} heads`);
    assert.equal(heads[0]!.head, this.a.describeInit(this.a.responseHead(n)));
    assert.equal(this.client.on.bytesOf(id), hex(this.a.payload(-n, size)));
    assert.equal(this.client.on.events.filter((e) => ended(e, id)).length, 1, `stream ${id} ends once`);
  }

  /** A call from beginning to end. */
  call(n: number, size = 20): number {
    const id = this.request(n, size);
    this.pair.pump();
    this.answer(this.shown().at(-1)!, n, size);
    this.pair.pump();
    this.expectAnswer(id, n, size);
    return id;
  }

  expectQuiet(): void {
    for (const end of [this.client, this.server]) {
      assert.equal(end.engine.active, 0);
      assert.equal(end.link.isDestroyed, false);
      assert.equal(end.link.ended, false);
      assert.equal(end.link.writing, false, 'a write section is open');
    }
  }
}

function ended(e: RecordedEvent, id: number): boolean {
  return ((e.kind === 'head' || e.kind === 'message') && e.id === id && e.end) || ((e.kind === 'tail' || e.kind === 'reset') && e.id === id);
}

/** Asserts that `f` throws an error with a stable code. */
function throwsTyped(f: () => unknown, what: string): void {
  try {
    f();
  } catch (e) {
    typed(e, what);
    return;
  }
  assert.fail(`${what}: nothing was thrown`);
}

function typed(e: unknown, what: string): void {
  assert.ok(e instanceof Error, `${what}: no error, but ${String(e)}`);
  const code = (e as { code?: unknown }).code;
  assert.ok(typeof code === 'string' && /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/.test(code), `${what}: no stable code on ${e.name}: ${e.message}`);
}

/** Events with the pieces of a body put together, for comparing two ways of cutting. */
function folded(events: readonly RecordedEvent[]): unknown[] {
  const out: unknown[] = [];
  let last: { kind: string; id: number; bytes: string; end: boolean; wireBytes: number } | undefined;
  for (const e of events) {
    if (e.kind === 'message' && last !== undefined && last.id === e.id && !last.end) {
      last.bytes += e.bytes;
      last.end = e.end;
      last.wireBytes += e.wireBytes;
      continue;
    }
    last = e.kind === 'message' ? { ...e } : undefined;
    out.push(last ?? e);
  }
  return out;
}

/**
 * The contract of {@link StreamEngine}, as cases over node:assert. Run it on every engine:
 * `runWithVitest({ describe, it, onTestFinished }, name, engineContract(adapter))` or `runWithNodeTest({ describe, it }, name, engineContract(adapter))`.
 */
export function engineContract<Head, Init, Tail>(a: EngineAdapter<Head, Init, Tail>): readonly ContractCase[] {
  const { can } = a;
  const cases: ContractCase[] = [];
  const add = (name: string, run: ContractCase['run'], applies: boolean = true): void => {
    if (applies) cases.push({ name: `${a.name}: ${name}`, run });
  };
  const bench = (o?: { readonly client?: MemoryLinkOptions; readonly server?: MemoryLinkOptions }): Bench<Head, Init, Tail> => new Bench(a, o);
  /** What a client writes for calls 1 to n, made one after another. */
  const requests = (n: number, size = 20): Buffer => {
    const b = bench();
    const parts: Buffer[] = [];
    b.pair.split = (bytes) => [bytes];
    for (let i = 1; i <= n; i++) {
      b.request(i, size);
      const bytes = b.client.link.take();
      parts.push(bytes);
      b.server.link.feed(bytes);
      b.answer(b.shown().at(-1)!, i, size);
      b.pair.pump();
    }
    return Buffer.concat(parts);
  };

  add('a call arrives as it was sent, and so does its answer', () => {
    const b = bench();
    b.call(1);
    b.expectRequest(0, 1);
    b.call(2, 5000);
    b.expectRequest(1, 2, 5000);
    b.expectQuiet();
    assert.ok(b.client.link.idles > 0 && b.server.link.idles > 0, 'idle() was not called when nothing was in flight any more');
  });

  add('bytes may be cut anywhere', () => {
    for (let seed = 0; seed < 20; seed++) {
      const b = bench();
      const random = seeded(seed);
      b.pair.split = (bytes) => randomSplit(bytes, random, seed === 0 ? 1 : 1 + seed * 3);
      for (let n = 1; n <= 5; n++) b.call(n, n * 50);
      b.expectQuiet();
    }
  });

  add('however bytes are cut, events are the same', () => {
    const bytes = requests(3);
    const run = (pieces: readonly Uint8Array[]): unknown[] => {
      const end = engineEnd(a, 'server');
      let n = 0;
      end.on.react = (e) => {
        if (!ended(e, (e as { id?: number }).id ?? -1) || e.kind === 'reset') return;
        n++;
        end.engine.sendHead((e as { id: number }).id, a.responseHead(n), false);
        end.engine.beginMessage((e as { id: number }).id, 0).bytes(a.payload(-n, 20));
        end.engine.endMessage((e as { id: number }).id, !can.tail);
        if (can.tail) end.engine.sendTail((e as { id: number }).id, a.tail!(n));
      };
      for (const p of pieces) end.link.feed(p);
      return folded(end.on.events);
    };
    const whole = run([bytes]);
    for (let i = 1; i < bytes.length; i++) assert.deepEqual(run([bytes.subarray(0, i), bytes.subarray(i)]), whole, `cut at ${i}`);
    assert.deepEqual(run([...bytes].map((x) => Uint8Array.of(x))), whole, 'byte by byte');
  });

  add('a head is shown before its payload is there', () => {
    const bytes = requests(1, 2000);
    const end = engineEnd(a, 'server');
    let fed = 0;
    while (end.on.of('head').length === 0) {
      assert.ok(fed < bytes.length, 'the head was never shown');
      end.link.feed(bytes.subarray(fed, ++fed));
    }
    assert.ok(fed < bytes.length - 1000, `the head was shown after ${fed} of ${bytes.length} bytes`);
    assert.equal(end.on.of('message').length, 0);
  });

  add('a request may be refused at its head; its payload is passed over', () => {
    const bytes = requests(1, 3000);
    const end = engineEnd(a, 'server');
    end.on.react = (e) => {
      if (e.kind !== 'head') return;
      end.engine.sendHead(e.id, a.responseHead(1), false);
      end.engine.beginMessage(e.id, 0).bytes(a.payload(-1, 20));
      end.engine.endMessage(e.id, !can.tail);
      if (can.tail) end.engine.sendTail(e.id, a.tail!(1));
    };
    for (const p of randomSplit(bytes, seeded(7), 100)) end.link.feed(p);
    assert.equal(end.on.of('head').length, 1);
    assert.equal(end.on.of('message').filter((e) => e.bytes !== '').length, 0, 'the payload of a refused request was shown');
    assert.equal(end.link.unreadBytes, 0);
    assert.equal(end.engine.active, 0);
  });

  add('several messages go both ways on one stream', () => {
    const b = bench();
    const id = b.client.engine.open(a.requestHead(1), false);
    b.client.engine.flushHead?.(id);
    b.pair.pump();
    const [sid] = b.shown() as [number];
    b.server.engine.sendHead(sid, a.responseHead(1), false);
    for (let i = 1; i <= 3; i++) {
      b.send(b.client, id, a.payload(i, 30), false);
      b.send(b.server, sid, a.payload(-i, 30), false);
      b.pair.pump();
    }
    b.send(b.client, id, a.payload(4, 30), true);
    b.pair.pump();
    b.send(b.server, sid, a.payload(-4, 30), !can.tail);
    if (can.tail) b.server.engine.sendTail(sid, a.tail!(1));
    b.pair.pump();
    const all = (sign: number): string => [1, 2, 3, 4].map((i) => hex(a.payload(sign * i, 30))).join('');
    assert.equal(b.server.on.bytesOf(sid), all(1));
    assert.equal(b.client.on.bytesOf(id), all(-1));
    if (can.wholeMessages) assert.deepEqual(b.client.on.of('message').filter((e) => e.bytes !== '').map((e) => e.bytes.length), [1, 2, 3, 4].map((i) => hex(a.payload(-i, 30)).length));
    b.expectQuiet();
  }, can.streaming);

  add('answers out of turn wait for the older ones', () => {
    const k = Math.min(can.served, can.concurrent, 8);
    const b = bench();
    const ids = Array.from({ length: k }, (_, i) => b.request(i + 1));
    b.pair.pump();
    const sids = b.shown();
    assert.equal(sids.length, k);
    for (let i = k - 1; i > 0; i--) b.answer(sids[i]!, i + 1, 10 * i);
    b.pair.pump();
    assert.equal(b.client.on.events.length, 0, 'an answer overtook an older one');
    b.answer(sids[0]!, 1, 5);
    b.pair.pump();
    assert.deepEqual(b.client.on.of('head').map((e) => e.id), ids);
    ids.forEach((id, i) => {
      b.expectAnswer(id, i + 1, i === 0 ? 5 : 10 * i);
    });
    b.expectQuiet();
  }, can.inOrder && Math.min(can.served, can.concurrent) > 1);

  add('answers leave as they are made', () => {
    const k = Math.min(can.served, can.concurrent, 8);
    const b = bench();
    const ids = Array.from({ length: k }, (_, i) => b.request(i + 1));
    b.pair.pump();
    const sids = b.shown();
    assert.equal(sids.length, k);
    for (let i = k - 1; i >= 0; i--) {
      b.answer(sids[i]!, i + 1);
      b.pair.pump();
      b.expectAnswer(ids[i]!, i + 1);
    }
    b.expectQuiet();
  }, !can.inOrder);

  add('message n+1 is shown when n is answered', () => {
    const n = can.served + 3;
    const bytes = requests(n);
    const end = engineEnd(a, 'server');
    end.link.feed(bytes);
    for (let i = 0; i < n; i++) {
      const heads = end.on.of('head');
      assert.equal(heads.length, Math.min(n, can.served + i));
      end.engine.sendHead(heads[i]!.id, a.responseHead(i + 1), false);
      end.engine.beginMessage(heads[i]!.id, 0).bytes(a.payload(-1, 20));
      end.engine.endMessage(heads[i]!.id, !can.tail);
      if (can.tail) end.engine.sendTail(heads[i]!.id, a.tail!(i + 1));
    }
    assert.equal(end.engine.active, 0);
    assert.equal(end.link.unreadBytes, 0);
  }, can.inOrder && can.served < 100);

  add('open() gives -1 at the limit, and idle() says when it may succeed again', () => {
    const b = bench();
    for (let n = 1; n <= can.concurrent; n++) b.request(n);
    assert.equal(b.client.engine.open(a.requestHead(can.concurrent + 1), false), -1);
    assert.equal(b.client.engine.active, can.concurrent);
    b.pair.pump();
    const before = b.client.link.idles;
    for (let n = 1; n <= can.concurrent; n++) {
      b.answer(b.shown()[n - 1]!, n);
      b.pair.pump();
    }
    assert.ok(b.client.link.idles > before);
    b.call(can.concurrent + 2);
  }, can.concurrent <= 64);

  add('cancelMessage drops the head too, so that another answer can be made', () => {
    const b = bench();
    const id = b.request(1);
    b.pair.pump();
    const [sid] = b.shown() as [number];
    b.server.engine.sendHead(sid, a.responseHead(9), false);
    b.server.engine.beginMessage(sid, 0).bytes(a.payload(9, 100));
    b.server.engine.cancelMessage(sid);
    assert.equal(b.server.link.writing, false);
    assert.equal(b.server.link.pendingBytes, 0, 'a cancelled message left bytes');
    b.answer(sid, 1);
    b.pair.pump();
    b.expectAnswer(id, 1);
    b.expectQuiet();
  });

  add('a cancelled request was never there', () => {
    const b = bench();
    const id = b.client.engine.open(a.requestHead(1), false);
    b.client.engine.beginMessage(id, 0).bytes(a.payload(1, 100));
    b.client.engine.cancelMessage(id);
    assert.equal(b.client.engine.active, 0);
    b.call(2);
    if (can.wholeMessages && !can.streaming) assert.equal(b.shown().length, 1);
    b.expectQuiet();
  });

  add('finish answers with nothing, and frees the next', () => {
    const end = engineEnd(a, 'server');
    end.link.feed(requests(2));
    for (let i = 0; i < 2; i++) {
      const id = end.on.of('head')[i]!.id;
      end.engine.finish(id);
      end.engine.finish(id);
    }
    assert.equal(end.link.take().length, 0);
    assert.equal(end.engine.active, 0);
  }, can.silentFinish);

  add('finish in the middle of a message drops it', () => {
    const end = engineEnd(a, 'server');
    end.link.feed(requests(1));
    const id = end.on.of('head')[0]!.id;
    end.engine.sendHead(id, a.responseHead(1), false);
    end.engine.beginMessage(id, 0).bytes(a.payload(1, 20));
    end.engine.finish(id);
    assert.equal(end.link.writing, false);
    assert.equal(end.engine.active, 0);
  });

  add('a call that is given up destroys a connection that answers in order', () => {
    const b = bench();
    const id = b.request(1);
    b.client.engine.reset(id, 0, 'too late');
    assert.equal(b.client.link.isDestroyed, true);
    typed(b.client.link.cause, 'destroy');
    b.client.link.close();
    assert.equal(b.client.engine.active, 0);
    assert.equal(b.client.on.events.length, 0);
  }, !can.resetKeepsConnection);

  add('a call that is given up leaves the connection to the others, and its late reply meets nobody', () => {
    for (const at of ['before', 'head'] as const) {
      const b = bench();
      const one = b.request(1, 3000);
      const two = b.request(2);
      b.pair.pump();
      const [s1, s2] = b.shown() as [number, number];
      if (at === 'before') b.client.engine.reset(one, 0, 'too late');
      else {
        b.client.on.react = (e) => {
          if (e.kind === 'head' && e.id === one) b.client.engine.reset(one, 0, 'too late');
        };
      }
      b.pair.split = (bytes) => randomSplit(bytes, seeded(1), 50);
      b.answer(s1, 1, 3000);
      b.answer(s2, 2);
      b.pair.pump();
      assert.equal(b.client.on.of('message').filter((e) => e.id === one).length, 0);
      b.expectAnswer(two, 2);
      assert.equal(b.client.link.isDestroyed, false);
      assert.equal(b.client.engine.active, 0);
      b.call(3);
    }
  }, can.resetKeepsConnection && can.concurrent > 1);

  add('a reset by the server reaches the client, once', () => {
    const b = bench();
    const id = b.request(1);
    b.pair.pump();
    b.server.engine.reset(b.shown()[0]!, 6, 'refused');
    b.server.engine.reset(b.shown()[0]!, 6, 'again');
    b.pair.pump();
    assert.equal(b.client.on.events.filter((e) => ended(e, id)).length, 1);
    assert.equal(b.client.engine.active, 0);
    if (can.resetKeepsConnection) {
      assert.equal(b.server.link.ended || b.server.link.isDestroyed, false);
      b.call(2);
    } else {
      assert.equal(b.server.link.ended || b.server.link.isDestroyed, true, 'the connection goes on');
    }
  });

  add('a connection that is lost ends everything, and commands that come too late do no harm', () => {
    const b = bench();
    const id = b.request(1);
    b.pair.pump();
    const [sid] = b.shown() as [number];
    b.server.engine.sendHead(sid, a.responseHead(1), false);
    b.server.engine.beginMessage(sid, 0).bytes(a.payload(1, 20));
    b.server.link.cancelWrite();
    b.server.link.close(new Error('lost'));
    b.client.link.close(new Error('lost'));
    const before = [b.client.on.events.length, b.server.on.events.length];
    for (const [end, stream] of [[b.client, id], [b.server, sid]] as const) {
      assert.equal(end.engine.active, 0);
      assert.equal(end.engine.midMessage, false);
      end.engine.cancelMessage(stream);
      end.engine.finish(stream);
      end.engine.reset(stream, 0, 'late');
      end.engine.credit(stream, 10);
      end.engine.writable();
      end.engine.receiveEnd();
      end.engine.drain();
      assert.equal(end.engine.receive(Buffer.from(a.garbage), 0, a.garbage.length), a.garbage.length);
      assert.ok(end.engine.tick(0) >= 0);
    }
    assert.equal(b.client.engine.open(a.requestHead(2), false), -1);
    assert.deepEqual([b.client.on.events.length, b.server.on.events.length], before);
  });

  add('a command for a stream that is not there is a typed error, or nothing', () => {
    const b = bench();
    b.call(1);
    for (const end of [b.client, b.server]) {
      for (const id of [0, -1, 99, 1 << 30]) {
        throwsTyped(() => {
          end.engine.sendHead(id, a.responseHead(1), false);
        }, 'sendHead');
        throwsTyped(() => end.engine.beginMessage(id, 0), 'beginMessage');
        throwsTyped(() => end.engine.endMessage(id, true), 'endMessage');
        end.engine.cancelMessage(id);
        end.engine.finish(id);
        end.engine.reset(id, 1, 'x');
        end.engine.credit(id, 1);
      }
    }
    b.call(2);
    b.expectQuiet();
  });

  add('commands out of their order are typed errors, and change nothing', () => {
    const b = bench();
    const id = b.request(1);
    b.pair.pump();
    const [sid] = b.shown() as [number];
    throwsTyped(() => b.server.engine.open(a.requestHead(2), false), 'open on a server');
    throwsTyped(() => b.server.engine.beginMessage(sid, 0), 'beginMessage without a head');
    throwsTyped(() => b.server.engine.endMessage(sid, true), 'endMessage without beginMessage');
    b.server.engine.sendHead(sid, a.responseHead(1), false);
    throwsTyped(() => b.server.engine.endMessage(sid, true), 'endMessage without beginMessage');
    b.server.engine.beginMessage(sid, 0).bytes(a.payload(-1, 20));
    throwsTyped(() => b.server.engine.beginMessage(sid, 0), 'beginMessage twice');
    b.server.engine.endMessage(sid, !can.tail);
    if (can.tail) b.server.engine.sendTail(sid, a.tail!(1));
    throwsTyped(() => {
      b.server.engine.sendHead(sid, a.responseHead(1), false);
    }, 'sendHead after the end');
    throwsTyped(() => b.server.engine.beginMessage(sid, 0), 'beginMessage after the end');
    b.pair.pump();
    b.expectAnswer(id, 1);
    b.call(2);
    b.expectQuiet();
  });

  add('the end of the peer is quiet when nothing is in flight, else a typed error', () => {
    const idle = bench();
    idle.call(1);
    idle.server.link.feedEnd();
    idle.client.link.feedEnd();
    for (const end of [idle.client, idle.server]) {
      assert.equal(end.link.cause, undefined);
      assert.ok(end.link.ended || end.link.isDestroyed);
    }
    const busy = bench();
    busy.request(1);
    busy.pair.pump();
    busy.client.link.feedEnd();
    assert.equal(busy.client.link.isDestroyed, true);
    typed(busy.client.link.cause, 'destroy');
  });

  add('a message cut short anywhere shows no more than what came, and ends in a typed error', () => {
    const bytes = requests(1, 40);
    for (let n = 1; n < bytes.length; n++) {
      const end = engineEnd(a, 'server');
      end.link.feed(bytes.subarray(0, n));
      assert.equal(end.on.events.some((e) => 'end' in e && e.end), false, `cut after ${n} bytes: a message ended`);
      end.link.feedEnd();
      if (a.mayEndAfter?.(bytes, n) !== true) {
        assert.equal(end.link.isDestroyed, true, `cut after ${n} bytes`);
        typed(end.link.cause, `cut after ${n} bytes`);
      }
      end.link.close();
      assert.equal(end.engine.active, 0);
    }
  });

  add('what is no message closes the connection with a typed error', () => {
    for (const role of ['client', 'server'] as const) {
      const end = engineEnd(a, role);
      if (role === 'client') {
        const id = end.engine.open(a.requestHead(1), false);
        end.engine.beginMessage(id, 0).bytes(a.payload(1, 20));
        end.engine.endMessage(id, true);
      }
      end.link.feed(a.garbage);
      assert.equal(end.link.isDestroyed, true);
      typed(end.link.cause, role);
      assert.equal(end.on.events.length, 0);
    }
  });

  add('any bytes end in a typed error or an event, never in a throw', () => {
    const bytes = requests(2, 60);
    const random = seeded(42);
    for (let i = 0; i < 500; i++) {
      const b = Buffer.from(bytes);
      for (let k = 0; k <= i % 4; k++) b[Math.floor(random() * b.length)] = Math.floor(random() * 256);
      const end = engineEnd(a, 'server');
      for (const p of randomSplit(b, random, 200)) end.link.feed(p);
      end.link.feedEnd();
      if (end.link.cause !== undefined) typed(end.link.cause, `mutation ${i}`);
      end.link.close();
      assert.equal(end.engine.active, 0);
    }
  });

  add('a connection that is destroyed inside an event shows nothing more', () => {
    const bytes = requests(2);
    for (const kind of ['head', 'message'] as const) {
      const end = engineEnd(a, 'server');
      end.on.react = (e) => {
        if (e.kind !== kind) return;
        end.link.destroy(new Error('enough'));
        end.link.close();
      };
      end.link.feed(bytes);
      assert.equal(end.on.events.at(-1)!.kind, kind);
      assert.equal(end.on.of(kind).length, 1);
      assert.equal(end.engine.active, 0);
    }
  });

  add('above high water endMessage is false, and no request is shown until the bytes are gone', () => {
    const end = engineEnd(a, 'server', { highWaterBytes: 100 });
    const both = requests(2, 50);
    const half = requests(1, 50).length;
    end.link.feed(both.subarray(0, half));
    const [first] = end.on.of('head');
    end.engine.sendHead(first!.id, a.responseHead(1), false);
    end.engine.beginMessage(first!.id, 0).bytes(a.payload(-1, 500));
    assert.equal(end.engine.endMessage(first!.id, true), false);
    end.link.feed(both.subarray(half));
    assert.equal(end.on.of('head').length, 1);
    assert.ok(end.link.take().length > 100);
    assert.equal(end.on.of('head').length, 2, 'reading did not go on below high water');
  }, can.holdsBackAboveHighWater);

  add('drain says goodbye', () => {
    const b = bench();
    b.call(1);
    const id = b.request(2);
    b.pair.pump();
    b.server.engine.drain();
    b.server.engine.drain();
    b.pair.pump();
    if (can.goodbye === 'goaway') assert.ok(b.client.on.of('goaway').length >= 1);
    const n = b.client.on.of('head').length;
    const sid = b.shown().at(-1)!;
    b.answer(sid, 2);
    b.pair.pump();
    assert.equal(b.client.on.events.filter((e) => ended(e, id)).length, 1, 'what is in flight when drain is called is still answered');
    if (can.goodbye === 'head') assert.equal(a.saysGoodbye!(b.client.on.of('head')[n]!.head), true);
  }, can.goodbye !== 'goaway' || can.inOrder || can.concurrent > 1);

  add('its state moves when nothing is in flight, and only then', () => {
    const b = bench();
    b.call(1);
    const state = structuredClone(b.server.engine.exportState!());
    const maker = a.continueFrom!('server', state, a);
    const end = engineEnd(maker, 'server');
    b.request(2);
    end.link.feed(b.client.link.take());
    const [head] = end.on.of('head');
    assert.ok(head !== undefined);
    assert.equal(b.shown().includes(head.id), false, 'a stream id came twice');
    throwsTyped(() => end.engine.exportState!(), 'exportState with a stream open');
    end.engine.sendHead(head.id, a.responseHead(2), false);
    end.engine.beginMessage(head.id, 0).bytes(a.payload(-2, 20));
    end.engine.endMessage(head.id, true);
    b.client.link.feed(end.link.take());
    assert.equal(b.client.engine.active, 0);
    assert.notEqual(end.engine.exportState!(), undefined);
  }, can.exportState);

  add('a mebibyte arrives whole', () => {
    const b = bench();
    b.pair.split = (bytes) => randomSplit(bytes, seeded(3), 100_000);
    b.call(1, 1 << 20);
    b.expectRequest(0, 1, 1 << 20);
    b.expectQuiet();
  });

  return cases;
}
