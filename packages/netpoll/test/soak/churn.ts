// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Connections that come and go in every way, for a number of operations or for a time, and what is left of them: memory, descriptors, handles, timers.
//
//   node --expose-gc --conditions=@cloudwego/source --import tsx packages/netpoll/test/soak/churn.ts \
//     [--engine poll|stream] [--seconds 3600 | --operations 2000] [--rate 400] [--hand-offs 10000] [--seed 1]
//
// The hand-offs to TLS go on beside the operations, spread over the time. The process may be stopped and continued (SIGSTOP, SIGCONT): that time does not count.
// Prints a line of JSON with a sample now and then, and one with the report at the end. Exit status 1 when an echo was wrong.
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { parseArgs } from 'node:util';
import type { ByteConsumer, Connection, Listener } from '@cloudwego/gopkg/io';
import { createNetwork } from '@cloudwego/netpoll';
import type { PollConnection, PollNetwork } from '@cloudwego/netpoll';
import { eventually, pattern, selfSigned } from '@cloudwego/netpoll/testing';

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'poll' },
    seconds: { type: 'string', default: '0' },
    operations: { type: 'string', default: '2000' },
    rate: { type: 'string', default: '0' },
    'hand-offs': { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
  },
});
const engine = values.engine as 'poll' | 'stream';
const network = createNetwork({ engine, maxUnreadBytes: 64 * 1024, highWaterBytes: 128 * 1024 });
const WORKERS = 40;
const seconds = Number(values.seconds);
/** Operations a second; 0 = as many as go. */
const rate = Number(values.rate);
const SAMPLE_MS = seconds > 600 ? 30_000 : 5000;
const STUCK_MS = 60_000;

let state = Number(values.seed) >>> 0 || 1;
function below(n: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % n;
}

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const nap = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));
/** A moment of waiting: without a rate the loop is kept busy. */
const moment = rate > 0 ? nap : turn;

/** How long the process was stopped from outside, and when it was last. */
let stoppedMs = 0;
let stoppedAt = -Infinity;

/** Echoes, and ends as its peer does. */
class Echo implements ByteConsumer {
  readonly need = 1;
  private readonly c: Connection;
  constructor(c: Connection) {
    this.c = c;
  }
  receive(buf: Buffer, start: number, end: number): number {
    this.c.beginWrite(end - start).bytes(buf.subarray(start, end));
    if (!this.c.endWrite()) this.c.pause();
    return end - start;
  }
  receiveEnd(): void {
    this.c.end();
  }
  writable(): void {
    this.c.resume();
  }
  closed(): void {
    // The other side counts.
  }
}

/** Checks that what comes is what was sent. */
class Checker implements ByteConsumer {
  readonly need = 1;
  got = 0;
  closed_ = false;
  /** The peer says no more. */
  ended = false;
  private readonly want: Buffer;
  constructor(want: Buffer) {
    this.want = want;
  }
  receive(buf: Buffer, start: number, end: number): number {
    const n = end - start;
    if (!buf.subarray(start, end).equals(this.want.subarray(this.got, this.got + n))) {
      say({ wrong: { at: this.got, bytes: n } });
      process.exit(1);
    }
    this.got += n;
    if (engine === 'poll' && below(16) === 0) moveAnother(this);
    return n;
  }
  receiveEnd(): void {
    this.ended = true;
  }
  writable(): void {
    // What was written is small enough.
  }
  closed(): void {
    this.closed_ = true;
  }
}

const sizes = [1, 7, 100, 1024, 4096, 4097, 20_000, 200_000];
const header = 'PROXY TCP4 203.0.113.7 198.51.100.9 40000 443\r\n';
let places: { plain: Listener; proxied: Listener };
let operations = 0;
let opened = 0;

async function open(): Promise<void> {
  const accept = (c: Connection): void => {
    c.attach(new Echo(c));
  };
  const tcp = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const;
  const plain = below(2) === 0 ? tcp : ({ kind: 'unix', path: `\0netpoll-churn-${process.pid}-${opened++}` } as const);
  places = { plain: await network.listen(plain, accept, { idleMs: 60_000 }), proxied: await network.listen(tcp, accept, { proxyProtocol: true }) };
}

interface Life {
  at: number;
  what: string;
  c: Connection | undefined;
  r: Checker | undefined;
  want: number;
}
/** What is under way and how far it has come, for the report of what got stuck. */
const under = new Map<number, Life>();

/** One connection's life. */
async function operation(): Promise<void> {
  const me = ++operations;
  const life: Life = { at: performance.now(), what: 'dial', c: undefined, r: undefined, want: 0 };
  under.set(me, life);
  try {
    await live(me, life);
  } finally {
    under.delete(me);
  }
}

async function live(me: number, life: Life): Promise<void> {
  const proxied = below(8) === 0;
  const place = proxied ? places.proxied : places.plain;
  let c: Connection;
  try {
    c = await network.dial(place.address, { connectTimeoutMs: 30_000 });
  } catch (e) {
    const { code } = e as { code?: string };
    // The listener went meanwhile, or the process stood still.
    if (code === 'NETPOLL_DIAL_REFUSED' || (code === 'NETPOLL_DIAL_TIMEOUT' && stoppedAt > life.at)) return;
    throw e;
  }
  const want = pattern(sizes[below(sizes.length)]!, me);
  const r = new Checker(want);
  life.what = proxied ? 'proxied' : place.address.kind;
  life.r = r;
  life.want = want.length;
  if (proxied) {
    c.beginWrite(header.length).string(header);
    c.endWrite();
  }
  c.attach(r);
  if (below(3) === 0) c.idleMs = 60_000;
  if (below(10) === 0) c.unref();
  c.beginWrite(want.length).bytes(want);
  c.endWrite();
  life.c = c;
  const way = below(12);
  if (way < 7) {
    while (r.got < want.length && !r.closed_ && !r.ended) await moment();
  } else if (way < 9) {
    for (let i = below(4); i > 0; i--) await turn();
  }
  if (engine === 'poll' && below(10) === 0) move(life);
  const way2 = below(5);
  c = life.c;
  // From here on it is not moved any more.
  life.c = undefined;
  switch (way2) {
    case 0:
      life.what += ', ended';
      c.end();
      // A listener that closed drops connections whose header is still to come.
      while (!r.closed_) await moment();
      break;
    case 1:
      life.what += ', closing';
      await c.close();
      break;
    case 2:
      if (engine === 'poll' && !r.closed_) (c as PollConnection).setLinger(0);
      c.destroy();
      break;
    default:
      c.destroy(new Error('enough'));
  }
}

const moves = { made: 0, queued: 0 };

/** To the same network again, through its descriptor; at times with a record of it that is still to be served in this batch. */
function move(life: Life): void {
  const { c, r } = life;
  if (c === undefined || r === undefined || r.closed_ || c.pendingBytes > 0) return;
  const d = (c as PollConnection).detach()!;
  const before = r.got;
  moving = true;
  if (d.unread.length > 0) r.receive(Buffer.from(d.unread), 0, d.unread.length);
  moving = false;
  const again = (network as PollNetwork).adopt(d.fd);
  again.attach(r);
  life.c = again;
  life.what += ', moved';
  moves.made++;
  if (r.got > before) moves.queued++;
}

let moving = false;
/** In the middle of a batch: what another connection has in it must neither be lost nor come twice. */
function moveAnother(but: Checker): void {
  if (moving) return;
  const all = [...under.values()];
  const life = all[below(all.length || 1)];
  if (life === undefined || life.r === but) return;
  move(life);
}

/** TLS on a connection that was sniffed, with the client's hello cut anywhere. `share` says how many of them are due. */
async function handOffs(count: number, share: () => number = () => 1): Promise<void> {
  const { key, cert } = selfSigned(['localhost']);
  const listener = await network.listen({ kind: 'tcp', host: '127.0.0.1', port: 0 }, (raw) => {
    raw.attach({
      need: 24,
      receive: (_b, start, end) => {
        if (end - start < 24) return 0;
        const c = raw.startTls({ key, cert, isServer: true });
        c.attach(new Echo(c));
        return 0;
      },
      receiveEnd: () => {
        raw.destroy();
      },
      writable: () => undefined,
      closed: () => undefined,
    });
  });
  const { port } = listener.address as { port: number };
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      if (next < count * share()) await handOff(port, cert, next++);
      else await nap();
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
  await listener.close();
}

function handOff(port: number, ca: string, i: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    let cut = true;
    const splitter = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _e, done) => {
        if (!cut || chunk.length < 2) {
          socket.write(chunk, done);
          return;
        }
        cut = false;
        const at = 1 + ((i * 37) % (chunk.length - 1));
        socket.write(chunk.subarray(0, at));
        setImmediate(() => setImmediate(() => socket.write(chunk.subarray(at), done)));
      },
      destroy: (e, done) => {
        socket.destroy();
        done(e);
      },
    });
    socket.on('data', (d) => splitter.push(d));
    socket.on('end', () => splitter.push(null));
    socket.on('close', () => {
      resolve();
    });
    const tls = connectTls({ socket: splitter, ca, servername: 'localhost' });
    const want = `hello ${i}`;
    for (const s of [socket, tls, splitter]) {
      s.on('error', (e: Error) => {
        say({ failed: `hand-off ${i}: ${e.message}` });
        process.exit(1);
      });
    }
    let got = '';
    tls.on('data', (d) => {
      got += String(d);
      if (got.length < want.length) return;
      if (got !== want) {
        say({ wrong: got });
        process.exit(1);
      }
      tls.destroy();
    });
    tls.write(want);
  });
}

interface Sample {
  readonly seconds: number;
  readonly operations: number;
  readonly rssMB: number;
  readonly heapMB: number;
  readonly externalMB: number;
  readonly descriptors: number;
  readonly handles: number;
  readonly timers: number;
  readonly live: number;
}

const begun = performance.now();
async function sample(): Promise<Sample> {
  // Under load one collection at a time is enough of a disturbance.
  for (let i = under.size > 0 ? 1 : 3; i > 0; i--) {
    globalThis.gc?.();
    await turn();
  }
  const m = process.memoryUsage();
  const mb = (n: number): number => Math.round(n / 1e4) / 100;
  return {
    seconds: Math.round((performance.now() - begun) / 100) / 10,
    operations,
    rssMB: mb(m.rss),
    heapMB: mb(m.heapUsed),
    externalMB: mb(m.external),
    descriptors: readdirSync('/proc/self/fd').length,
    handles: process.getActiveResourcesInfo().filter((x) => /TCP|Pipe|TLS/.test(x)).length,
    timers: (network.clock.wheel as unknown as { size: number }).size,
    live: engine === 'poll' ? (network as PollNetwork).stats().live : 0,
  };
}

/** Everything is closed: nothing is left of the operations. */
async function rest(): Promise<Sample> {
  await places.plain.close();
  await places.proxied.close();
  let s = await sample();
  await eventually(() => (network.clock.wheel as unknown as { size: number }).size === 0, 'no timer is left').catch(() => undefined);
  const until = performance.now() + 20_000;
  do {
    await new Promise((resolve) => setTimeout(resolve, 20));
    s = await sample();
  } while ((s.live > 0 || s.handles > 2) && performance.now() < until);
  return s;
}

/** MB per minute, by least squares. */
function slope(samples: readonly Sample[], of: 'rssMB' | 'heapMB'): number {
  const n = samples.length;
  if (n < 2) return 0;
  const mx = samples.reduce((a, s) => a + s.seconds, 0) / n;
  const my = samples.reduce((a, s) => a + s[of], 0) / n;
  const top = samples.reduce((a, s) => a + (s.seconds - mx) * (s[of] - my), 0);
  const bottom = samples.reduce((a, s) => a + (s.seconds - mx) ** 2, 0);
  return bottom === 0 ? 0 : Math.round((top / bottom) * 6000) / 100;
}

async function churn(goes: () => boolean): Promise<void> {
  let renewing = false;
  let renewal = operations + 500;
  const since = operations;
  const from = performance.now() - stoppedMs;
  const worker = async (): Promise<void> => {
    while (goes()) {
      if (rate > 0 && operations - since > (rate * (performance.now() - stoppedMs - from)) / 1000) {
        await nap();
        continue;
      }
      await operation();
      if (renewing || operations < renewal) continue;
      renewing = true;
      renewal = operations + 500;
      const old = places;
      await open();
      await old.plain.close();
      await old.proxied.close();
      renewing = false;
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
}

// Keeps the process alive through operations on connections that do not, and tells of those that got stuck.
let seenAlive = performance.now();
const alive = setInterval(() => {
  const now = performance.now();
  const gap = now - seenAlive - 1000;
  seenAlive = now;
  if (gap > 5000) {
    stoppedMs += gap;
    stoppedAt = now;
    for (const u of under.values()) u.at += gap;
  }
  const stuck = [...under.values()].filter((u) => now - u.at > STUCK_MS);
  if (stuck.length === 0) return;
  say({ stuck: stuck.map((u) => ({ what: u.what, want: u.want, got: u.r?.got, closed: u.r?.closed_, pending: u.c?.pendingBytes })) });
  process.exit(1);
}, 1000);
await open();
// What is made once for all of them is no leak.
await churn(() => operations < 300);
await handOffs(5);
const before = await rest();
say({ before });
await open();
const samples: Sample[] = [];
const from = performance.now() - stoppedMs;
const last = operations + Number(values.operations);
const first = operations;
let due = performance.now() + SAMPLE_MS;
let sampling = Promise.resolve();
const share = (): number => (seconds > 0 ? (performance.now() - stoppedMs - from) / (seconds * 1000) : (operations - first) / (last - first));
const secured = handOffs(Number(values['hand-offs']), share);
await churn(() => {
  if (performance.now() > due) {
    due = performance.now() + SAMPLE_MS;
    sampling = sampling.then(async () => {
      const s = await sample();
      samples.push(s);
      say({ sample: s });
    });
  }
  return share() < 1;
});
await sampling;
await secured;
const after = await rest();
clearInterval(alive);
const half = samples.slice(Math.floor(samples.length / 2));
const slopes = { rssMBPerMinute: slope(half, 'rssMB'), heapMBPerMinute: slope(half, 'heapMB') };
say({ report: { before, after, operations, handOffs: Number(values['hand-offs']), moves, stoppedSeconds: Math.round(stoppedMs / 1000), ...slopes } });
