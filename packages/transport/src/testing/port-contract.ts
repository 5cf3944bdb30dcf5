// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import type { Address, ByteConsumer, Connection, DrainReport, Network } from '@cloudwego/gopkg/io';
import type { ContractCase, ContractTest } from '@cloudwego/netpoll/testing';
import type { Sniffer } from '@cloudwego/protocol';
import type { Port, PortApp } from '../contracts.js';
import { eventually, Peer, rejection, turn } from './support.js';

/** What the suite needs to run on an implementation. */
export interface PortSubject {
  /** Makes a port on `network`; what it logs is of no interest. */
  create(o: { readonly network: Network; readonly address: Address }): Port;
  /** A fresh network. */
  network(): Network;
  /** Where to listen; another place on every call, or a port 0. */
  address(): Address;
  /** The network accepts and delivers when it likes: what has to happen within a moment is not asked. @defaultValue false */
  readonly late?: boolean | undefined;
}

/** An app that echoes connections whose first bytes are its word and a colon, and notes what its port asks of it. */
class TestApp implements PortApp {
  readonly name: string;
  readonly sniffers: readonly Sniffer[];
  readonly log: string[];
  readonly open = new Set<Connection>();
  port: Port | undefined = undefined;
  onStarted: (at: Address) => Promise<void> = () => Promise.resolve();
  onStopping: () => Promise<void> = () => Promise.resolve();
  onDrain: ((by: number) => Promise<DrainReport>) | undefined = undefined;
  by: number = 0;

  constructor(name: string, log: string[]) {
    this.name = name;
    this.log = log;
    const word = Buffer.from(`${name}:`);
    this.sniffers = [
      {
        protocol: name,
        match: (buf, start, end) => {
          const n = Math.min(end - start, word.length);
          if (!buf.subarray(start, start + n).equals(word.subarray(0, n))) return 'no';
          return n === word.length ? 'yes' : 'more';
        },
      },
    ];
  }

  added(port: Port): void {
    this.port = port;
  }

  accept(c: Connection, protocol: string): ByteConsumer {
    this.log.push(`${this.name} accept ${protocol}`);
    this.open.add(c);
    return {
      need: 1,
      receive: (buf, start, end) => {
        c.beginWrite(end - start).bytes(Uint8Array.from(buf.subarray(start, end)));
        c.endWrite();
        return end - start;
      },
      receiveEnd: () => {
        c.end();
      },
      writable: () => undefined,
      closed: () => {
        this.open.delete(c);
      },
    };
  }

  async started(at: Address): Promise<void> {
    this.log.push(`${this.name} started`);
    await this.onStarted(at);
  }

  async stopping(): Promise<void> {
    this.log.push(`${this.name} stopping`);
    await this.onStopping();
  }

  async drain(by: number): Promise<DrainReport> {
    this.log.push(`${this.name} drain`);
    this.by = by;
    const r = await this.onDrain?.(by);
    for (const c of this.open) c.end();
    return r ?? { inFlight: 0, finished: 0, forced: 0, elapsedMs: 0 };
  }
}

/** The workplace of one case: a port with two apps, `a` and `b`. */
class Work {
  readonly network: Network;
  readonly port: Port;
  readonly log: string[] = [];
  readonly a: TestApp = new TestApp('a', this.log);
  readonly b: TestApp = new TestApp('b', this.log);
  readonly address: Address;
  private readonly subject: PortSubject;
  private readonly t: ContractTest;

  constructor(subject: PortSubject, t: ContractTest) {
    this.subject = subject;
    this.t = t;
    this.network = subject.network();
    this.address = subject.address();
    this.port = this.make();
  }

  make(address: Address = this.address): Port {
    const port = this.subject.create({ network: this.network, address });
    this.t.after(async () => {
      await port.close({ drainMs: 0 });
    });
    return port;
  }

  async listen(): Promise<Address> {
    return (await this.port.add(this.a).add(this.b).listen()).address;
  }

  async dial(address: Address): Promise<Peer> {
    const c = await this.network.dial(address);
    this.t.after(() => {
      c.destroy();
    });
    return new Peer(c);
  }

  async echoes(address: Address, text: string): Promise<Peer> {
    const p = await this.dial(address);
    p.send(text);
    await eventually(() => p.text === text, `${text} comes back`);
    return p;
  }

  /** A connection that says `text` is closed without an answer. */
  async isRefused(address: Address, text: string): Promise<void> {
    const p = await this.dial(address);
    p.send(text);
    await eventually(() => p.over, `${text} is refused`);
    assert.equal(p.text, '');
  }

  async nobodyListens(address: Address): Promise<void> {
    await rejection(() => this.network.dial(address, { connectTimeoutMs: 2000 }), 'dial');
  }
}

/**
 * The rules of {@link Port}, as apps and clients see them.
 * Errors: cases throw AssertionError.
 */
export function portContract(subject: PortSubject): readonly ContractCase[] {
  const cases: ContractCase[] = [];
  const add = (name: string, run: (w: Work) => Promise<void>, skip?: string): void => {
    cases.push({ name, skip, run: async (t) => run(new Work(subject, t)) });
  };

  add('listens, then starts its apps in order, with the address', async (w) => {
    const told: Address[] = [];
    w.a.onStarted = async (at) => {
      told.push(at);
      await turn();
    };
    w.b.onStarted = async (at) => void told.push(at);
    const at = await w.listen();
    assert.deepEqual(told, [at, at]);
    assert.deepEqual(w.log, ['a started', 'b started']);
    assert.equal(w.a.port, w.port, 'an app is told of its port');
  });

  add('refuses to listen twice, without an app, and further apps', async (w) => {
    assert.equal((await rejection(() => w.make(subject.address()).listen(), 'listen')).code, 'TRANSPORT_PORT_STATE');
    await w.listen();
    assert.equal((await rejection(() => w.port.listen(), 'listen')).code, 'TRANSPORT_PORT_STATE');
    assert.equal((await rejection(() => w.port.add(new TestApp('c', [])), 'add')).code, 'TRANSPORT_PORT_STATE');
    const p = w.make(subject.address()).add(w.a);
    await rejection(() => p.add(w.a), 'add');
  });

  add('where it cannot listen no app is started, and it can be closed', async (w) => {
    const at = await w.listen();
    const log: string[] = [];
    const second = w.make(at).add(new TestApp('c', log));
    await rejection(() => second.listen(), 'listen');
    await second.close();
    assert.deepEqual(log, []);
    await w.echoes(at, 'a: still there');
  });

  add('gives each connection to the app that speaks its protocol, with every byte', async (w) => {
    const at = await w.listen();
    await Promise.all([w.echoes(at, 'a: one'), w.echoes(at, 'b: two'), w.echoes(at, 'a: three')]);
    assert.deepEqual(w.log.slice(2).sort(), ['a accept a', 'a accept a', 'b accept b']);
  });

  add('takes the first words byte by byte', async (w) => {
    const at = await w.listen();
    const p = await w.dial(at);
    for (const c of 'b: slowly') {
      p.send(c);
      await turn();
    }
    await eventually(() => p.text === 'b: slowly', 'all of it comes back');
  });

  add('asks in the order of add, and lets no later app win while an earlier one needs more', async (w) => {
    const eager: Sniffer = { protocol: 'eager', match: (buf, start) => (buf[start] === 0x61 ? 'yes' : 'no') };
    const b = w.b as { sniffers: readonly Sniffer[] };
    b.sniffers = [eager, ...w.b.sniffers];
    const at = await w.listen();
    const p = await w.dial(at);
    p.send('a');
    await turn();
    p.send(': mine');
    await eventually(() => p.text === 'a: mine', 'the answer');
    await w.echoes(at, 'ax not mine');
    assert.deepEqual(w.log.slice(2), ['a accept a', 'b accept eager']);
  });

  add('closes a connection whose protocol nobody speaks, and goes on', async (w) => {
    const at = await w.listen();
    await w.isRefused(at, 'what is this? something long enough to be sure of');
    await w.echoes(at, 'a: fine');
  });

  add('closes a connection that ends before it said what it is', async (w) => {
    const at = await w.listen();
    for (const said of ['', 'a']) {
      const p = await w.dial(at);
      if (said !== '') p.send(said);
      p.connection.end();
      await eventually(() => p.over, 'it is closed');
      assert.equal(p.text, '');
    }
  });

  add('an app whose accept throws costs that connection', async (w) => {
    const at = await w.listen();
    w.a.accept = () => {
      throw new Error('not now');
    };
    await w.isRefused(at, 'a: hello');
    await w.echoes(at, 'b: fine');
  });

  add('a start that fails is rolled back: what began is stopped, what was accepted drained, the listener closed', async (w) => {
    const c = new TestApp('c', w.log);
    let at: Address | undefined;
    w.a.onStarted = async (x) => void (at = x);
    w.b.onStarted = () => Promise.reject(new Error('no registry'));
    w.port.add(w.a).add(w.b).add(c);
    assert.equal((await rejection(() => w.port.listen(), 'listen')).message, 'no registry');
    assert.deepEqual(w.log.filter((x) => x.endsWith('stopping')).sort(), ['a stopping', 'b stopping']);
    assert.ok(!w.log.includes('c started'));
    await w.nobodyListens(at!);
    await w.port.close();
    assert.deepEqual(w.log.filter((x) => x.endsWith('drain')).sort(), ['a drain', 'b drain', 'c drain']);
  });

  add('a close before listen is the end, and asks nothing of the apps', async (w) => {
    w.port.add(w.a);
    assert.deepEqual(await w.port.close(), { inFlight: 0, finished: 0, forced: 0, elapsedMs: 0 });
    assert.equal((await rejection(() => w.port.listen(), 'listen')).code, 'TRANSPORT_PORT_STATE');
    assert.deepEqual(w.log, []);
  });

  add('a close while it starts ends the start', async (w) => {
    let go: () => void = () => undefined;
    const begun = new Promise<Address>((resolve) => {
      w.a.onStarted = (at) => {
        resolve(at);
        return new Promise((done) => {
          go = done;
        });
      };
    });
    // An app whose start hangs is told to stop, which ends it.
    w.a.onStopping = async () => {
      go();
    };
    const listening = rejection(() => w.listen(), 'listen');
    const at = await begun;
    await w.port.close();
    assert.equal((await listening).code, 'TRANSPORT_PORT_STATE');
    assert.ok(!w.log.includes('b started'));
    assert.ok(!w.log.includes('b stopping'));
    await w.nobodyListens(at);
  });

  add('a close at once after listen leaves no listener behind', async (w) => {
    const listening = w.listen().catch(() => undefined);
    await w.port.close();
    await listening;
    if (w.address.kind === 'memory' || (w.address.kind === 'tcp' && w.address.port !== 0)) await w.nobodyListens(w.address);
    assert.ok(!w.log.includes('b started') || w.log.includes('b stopping'));
  });

  add('stops in order: stopping while the listener is open, then drain', async (w) => {
    const at = await w.listen();
    await w.echoes(at, 'a: before');
    w.b.onStopping = async () => {
      await w.echoes(at, 'a: deregistration is slow to reach clients');
    };
    const closing = w.port.close();
    await closing;
    const order = w.log.slice(2);
    assert.deepEqual(order.filter((x) => !x.includes('accept')), ['a stopping', 'b stopping', 'a drain', 'b drain']);
    assert.equal(order.lastIndexOf('a accept a') < order.indexOf('a drain'), true);
    await w.nobodyListens(at);
  });

  add('what was accepted and has not spoken gets a moment to do so', async (w) => {
    const at = await w.listen();
    const p = await w.dial(at);
    await w.echoes(at, 'b: so that the other one is accepted too');
    const closing = w.port.close();
    p.send('a: just in time');
    await eventually(() => p.text === 'a: just in time', 'the answer');
    await closing;
    await eventually(() => p.over, 'it is closed');
  }, subject.late === true ? 'the network delivers when it likes' : undefined);

  add('what never speaks does not keep it open', async (w) => {
    const at = await w.listen();
    const silent = await w.dial(at);
    const half = await w.dial(at);
    half.send('a');
    await w.echoes(at, 'b: so that the others are accepted too');
    await w.port.close({ drainMs: 60_000 });
    await eventually(() => silent.over && half.over, 'they are closed');
  });

  add('gives both apps the same time, waits for the slower one and adds up', async (w) => {
    await w.listen();
    let slow: (r: DrainReport) => void = () => undefined;
    w.a.onDrain = () => Promise.resolve({ inFlight: 3, finished: 2, forced: 1, elapsedMs: 5 });
    w.b.onDrain = () =>
      new Promise((resolve) => {
        slow = resolve;
      });
    const before = w.network.clock.now();
    const closing = w.port.close({ drainMs: 30_000 });
    let over = false;
    void closing.then(() => {
      over = true;
    });
    await eventually(() => w.log.includes('b drain'), 'the drain');
    await turn();
    assert.equal(over, false);
    assert.equal(w.a.by, w.b.by);
    assert.ok(w.a.by >= before + 30_000);
    slow({ inFlight: 4, finished: 4, forced: 0, elapsedMs: 9 });
    const { elapsedMs: _, ...sum } = await closing;
    assert.deepEqual(sum, { inFlight: 7, finished: 6, forced: 1 });
  });

  add('closes once, whoever asks and however often', async (w) => {
    await w.listen();
    const [x, y] = await Promise.all([w.port.close(), w.port.close({ drainMs: 1 })]);
    await w.port[Symbol.asyncDispose]();
    assert.equal(x, y);
    assert.deepEqual(w.log, ['a started', 'b started', 'a stopping', 'b stopping', 'a drain', 'b drain']);
  });

  add('an app that fails to stop or drain does not keep the others from it', async (w) => {
    const at = await w.listen();
    w.a.onStopping = () => Promise.reject(new Error('no registry'));
    w.a.onDrain = () => Promise.reject(new Error('defect'));
    w.b.onDrain = () => Promise.resolve({ inFlight: 1, finished: 1, forced: 0, elapsedMs: 0 });
    const { finished } = await w.port.close();
    assert.equal(finished, 1);
    assert.deepEqual(w.log.slice(2), ['a stopping', 'b stopping', 'a drain', 'b drain']);
    await w.nobodyListens(at);
  });

  add('an app that never ends its drain does not keep the port open', async (w) => {
    await w.listen();
    w.a.onDrain = () => new Promise(() => undefined);
    await w.port.close({ drainMs: 1 });
  });

  add('one app leaves: it is stopped and drained, the others are served on', async (w) => {
    const at = await w.listen();
    const mine = await w.echoes(at, 'a: mine');
    const other = await w.echoes(at, 'b: other');
    w.a.onDrain = () => Promise.resolve({ inFlight: 2, finished: 2, forced: 0, elapsedMs: 0 });
    const report = await w.port.remove(w.a);
    assert.equal(report.finished, 2);
    assert.deepEqual(w.log.filter((x) => !x.includes('accept')).slice(2), ['a stopping', 'a drain']);
    await eventually(() => mine.over, 'its connection ends');
    await w.isRefused(at, 'a: anybody?');
    other.send(' and on');
    await eventually(() => other.text === 'b: other and on', 'the other connection lives');
    await w.echoes(at, 'b: new');
    const sum = await w.port.close();
    assert.equal(sum.finished, 0, 'what had left is not counted again');
    assert.deepEqual(w.log.filter((x) => x.startsWith('a ') && !x.includes('accept')), ['a started', 'a stopping', 'a drain']);
  });

  add('an app that leaves goes on being served until it is stopped', async (w) => {
    const at = await w.listen();
    w.a.onStopping = async () => {
      await w.echoes(at, 'a: still registered');
    };
    await w.port.remove(w.a);
    assert.ok(w.log.indexOf('a accept a') < w.log.indexOf('a drain'));
  });

  add('with the last app the port closes, and its report is its own', async (w) => {
    const at = await w.listen();
    w.a.onDrain = () => Promise.resolve({ inFlight: 1, finished: 1, forced: 0, elapsedMs: 0 });
    w.b.onDrain = () => Promise.resolve({ inFlight: 5, finished: 5, forced: 0, elapsedMs: 0 });
    const [a, b] = await Promise.all([w.port.remove(w.a), w.port.remove(w.b)]);
    assert.deepEqual([a.finished, b.finished], [1, 5]);
    await w.nobodyListens(at);
    assert.equal((await w.port.remove(w.b)).finished, 5, 'asked again it says the same');
  });

  add('close waits for an app that is leaving, which is asked once', async (w) => {
    await w.listen();
    let go: () => void = () => undefined;
    w.a.onDrain = () =>
      new Promise((resolve) => {
        go = () => {
          resolve({ inFlight: 1, finished: 1, forced: 0, elapsedMs: 0 });
        };
      });
    const leaving = w.port.remove(w.a);
    await eventually(() => w.log.includes('a drain'), 'the drain');
    const closing = w.port.close();
    await eventually(() => w.log.includes('b drain'), 'the drain of the other');
    go();
    assert.equal((await leaving).finished, 1);
    assert.equal((await closing).finished, 1);
    assert.equal(w.log.filter((x) => x === 'a stopping').length, 1);
    assert.equal(w.log.filter((x) => x === 'a drain').length, 1);
  });

  add('an app that is removed before listen is not started; one that was never there is refused', async (w) => {
    w.port.add(w.a).add(w.b);
    await w.port.remove(w.a);
    assert.equal((await rejection(() => w.port.remove(w.a), 'remove')).code, 'TRANSPORT_PORT_STATE');
    const { address } = await w.port.listen();
    assert.deepEqual(w.log, ['b started']);
    await w.isRefused(address, 'a: anybody?');
  });

  add('refuses a time that is none', async (w) => {
    await w.listen();
    for (const drainMs of [-1, NaN, '5' as unknown as number]) assert.equal((await rejection(() => w.port.close({ drainMs }), 'close')).code, 'GOPKG_OPTION_INVALID');
    await w.port.close({ drainMs: Infinity });
  });

  return cases;
}
