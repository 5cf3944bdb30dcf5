// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Call } from './call.js';
import type { Ask, CallHost, Waiting } from './call.js';
import { errorOf, ServerError, ZooKeeperError } from './errors.js';
import { Link } from './link.js';
import { aclOf, createBody, deleteBody, multiBody, Op, readBytes, readMultiError, readStat, readText, readTexts, setBody, watchBody } from './messages.js';
import type { Body, Granted, Stat } from './messages.js';
import { resolveOptions } from './options.js';
import type { ResolvedZooKeeperOptions, ZooKeeperOptions } from './options.js';
import { Session } from './session.js';
import type { ZooKeeperSession } from './session.js';
import { ChildWatch } from './watch.js';
import type { ZooKeeperWatcher } from './watch.js';

/** What a node holds. Owns its bytes. */
export interface ZooKeeperNode extends Stat {
  readonly data: Uint8Array;
}

/**
 * Nodes of one ensemble, by full paths. It connects on first use and keeps its session over broken connections; a session that is over is followed by a new one.
 * Nothing it holds keeps a process alive; a call does, until it is answered.
 */
export interface ZooKeeperClient extends AsyncDisposable {
  /** Errors of every call: {@link ZooKeeperError}, or the signal's reason. */
  get(path: string, signal?: AbortSignal): Promise<ZooKeeperNode | undefined>;
  /** Names of the nodes right below; undefined = there is no such node. */
  children(path: string, signal?: AbortSignal): Promise<readonly string[] | undefined>;
  /** Makes a node that stays, and its parents. Errors: ZOOKEEPER_NODE_EXISTS. */
  create(path: string, data: string | Uint8Array, signal?: AbortSignal): Promise<void>;
  /** Writes what a node holds. Errors: ZOOKEEPER_NODE_MISSING. */
  set(path: string, data: string | Uint8Array, signal?: AbortSignal): Promise<void>;
  /** False = it was not there. */
  delete(path: string, signal?: AbortSignal): Promise<boolean>;
  /** The session of the moment, once there is one. */
  session(signal?: AbortSignal): Promise<ZooKeeperSession>;
  /**
   * Makes or writes a node that ends with `session`, and its parents, which stay. One that another session left behind is taken over, in one step.
   * Errors: ZOOKEEPER_SESSION_EXPIRED when that session is over.
   */
  putEphemeral(path: string, data: string | Uint8Array, session: ZooKeeperSession, signal?: AbortSignal): Promise<void>;
  /** Takes away a node that ends with `session`; one that belongs to another session, or is not there, is left alone. */
  deleteEphemeral(path: string, session: ZooKeeperSession, signal?: AbortSignal): Promise<void>;
  /**
   * Tells of the nodes right below `path` and what they hold: all there are, then all there are after each change, until `signal` aborts. A path that is not there has
   * none. Connections and sessions that end are followed by others, and what happened in between is told.
   */
  watchChildren(path: string, on: ZooKeeperWatcher, signal: AbortSignal): void;
  /** Ends the session, and with it its ephemeral nodes; watches end without a word. */
  close(): Promise<void>;
}

/** Makes a client. Errors: OptionError at construction. */
export function createZooKeeperClient(options: ZooKeeperOptions): ZooKeeperClient {
  return new Client(resolveOptions(options, 'zookeeper'));
}

const MIN_DELAY_MS = 20;
const MAX_DELAY_MS = 1000;
/** A node that others make and delete at the same time is tried so often. */
const MAX_TRIES = 10;
const NO_PASSWORD = new Uint8Array(16);

export class Client implements ZooKeeperClient, CallHost {
  readonly timeoutMs: number;
  trouble: ZooKeeperError | undefined = undefined;
  private readonly o: ResolvedZooKeeperOptions;
  private readonly acl: Body;
  private current: Session | undefined = undefined;
  private link: Link | undefined = undefined;
  private lastZxid: bigint = 0n;
  private readonly waiting = new Set<Waiting>();
  private readonly watches = new Set<ChildWatch>();
  /** Servers are asked in turn, from one by chance on, so that many clients spread. */
  private next: number;
  /** Servers that failed in a row. */
  private failures: number = 0;
  private delayMs: number = MIN_DELAY_MS;
  private timer: NodeJS.Timeout | undefined = undefined;
  private closing: Promise<void> | undefined = undefined;

  constructor(o: ResolvedZooKeeperOptions) {
    this.o = o;
    this.timeoutMs = o.requestTimeoutMs;
    this.acl = aclOf(o.auth);
    this.next = Math.floor(Math.random() * o.servers.length);
  }

  get isConnected(): boolean {
    return this.link?.isOpen === true;
  }

  // ── calls ────────────────────────────────────────────────────────────────────────────────────

  get(path: string, signal?: AbortSignal): Promise<ZooKeeperNode | undefined> {
    return this.getData(path, false, signal);
  }

  /** With `watch`, the server tells of the next change of it. */
  getData(path: string, watch: boolean, signal?: AbortSignal): Promise<ZooKeeperNode | undefined> {
    return missing(
      this.call({
        what: `get ${path}`, op: Op.GetData, body: watchBody(path, watch), repeatable: true, signal,
        read: (r) => {
          const data = readBytes(r);
          return { data, ...readStat(r) };
        },
      }),
    );
  }

  children(path: string, signal?: AbortSignal): Promise<readonly string[] | undefined> {
    return this.getChildren(path, false, signal);
  }

  getChildren(path: string, watch: boolean, signal?: AbortSignal): Promise<readonly string[] | undefined> {
    return missing(this.call({ what: `children of ${path}`, op: Op.GetChildren2, body: watchBody(path, watch), repeatable: true, signal, read: readTexts }));
  }

  /** With `watch`, the server tells when it comes, goes or changes. */
  exists(path: string, watch: boolean, signal?: AbortSignal): Promise<Stat | undefined> {
    return missing(this.call({ what: `look for ${path}`, op: Op.Exists, body: watchBody(path, watch), repeatable: true, signal, read: readStat }));
  }

  async create(path: string, data: string | Uint8Array, signal?: AbortSignal): Promise<void> {
    await this.withParents(path, signal, () => this.createNode(path, Buffer.from(data), undefined, signal));
  }

  async set(path: string, data: string | Uint8Array, signal?: AbortSignal): Promise<void> {
    await this.setData(path, Buffer.from(data), undefined, signal);
  }

  async delete(path: string, signal?: AbortSignal): Promise<boolean> {
    return (await missing(this.call({ what: `delete ${path}`, op: Op.Delete, body: deleteBody(path, -1), repeatable: false, signal, read: () => true }))) === true;
  }

  session(signal?: AbortSignal): Promise<ZooKeeperSession> {
    // It asks for nothing but an answer: then there is a session.
    return this.call({ what: 'session', op: Op.Exists, body: watchBody('/', false), repeatable: true, signal, read: () => this.current! });
  }

  async putEphemeral(path: string, data: string | Uint8Array, session: ZooKeeperSession, signal?: AbortSignal): Promise<void> {
    const bytes = Buffer.from(data);
    for (let tries = 1; ; tries++) {
      try {
        await this.withParents(path, signal, () => this.createNode(path, bytes, session, signal));
        return;
      } catch (e) {
        if (!is(e, 'ZOOKEEPER_NODE_EXISTS') || tries === MAX_TRIES) throw e;
      }
      const there = await this.exists(path, false, signal);
      if (there === undefined) continue;
      try {
        if (there.ephemeralOwner === session.id) await this.setData(path, bytes, session, signal);
        else await this.replace(path, there.version, bytes, session, signal);
        return;
      } catch (e) {
        const raced = is(e, 'ZOOKEEPER_NODE_MISSING') || (e instanceof ZooKeeperError && e.status === ServerError.BadVersion);
        if (!raced || tries === MAX_TRIES) throw e;
      }
    }
  }

  async deleteEphemeral(path: string, session: ZooKeeperSession, signal?: AbortSignal): Promise<void> {
    const there = await this.exists(path, false, signal);
    if (there?.ephemeralOwner === session.id) await this.delete(path, signal);
  }

  watchChildren(path: string, on: ZooKeeperWatcher, signal: AbortSignal): void {
    if (signal.aborted || this.closing !== undefined) return;
    const w = new ChildWatch(this, path, on, signal);
    this.watches.add(w);
    signal.addEventListener(
      'abort',
      () => {
        this.watches.delete(w);
      },
      { once: true },
    );
    if (this.isConnected) w.connected();
    else {
      if (this.trouble !== undefined) w.disconnected(this.trouble);
      this.dial();
    }
  }

  close(): Promise<void> {
    return (this.closing ??= this.leaveEnsemble());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async createNode(path: string, data: Uint8Array | null, session: ZooKeeperSession | undefined, signal: AbortSignal | undefined): Promise<void> {
    await this.call({ what: `create ${path}`, op: Op.Create, body: createBody(path, data, this.acl, session !== undefined), repeatable: false, session, signal, read: readText });
  }

  private async setData(path: string, data: Uint8Array, session: ZooKeeperSession | undefined, signal: AbortSignal | undefined): Promise<void> {
    await this.call({ what: `set ${path}`, op: Op.SetData, body: setBody(path, data, -1), repeatable: false, session, signal, read: () => undefined });
  }

  /** Deletes and creates as one: nobody sees it gone. */
  private async replace(path: string, version: number, data: Uint8Array, session: ZooKeeperSession, signal: AbortSignal | undefined): Promise<void> {
    const what = `replace ${path}`;
    const body = multiBody([{ op: Op.Delete, body: deleteBody(path, version) }, { op: Op.Create, body: createBody(path, data, this.acl, true) }]);
    const status = await this.call({ what, op: Op.Multi, body, repeatable: false, session, signal, read: readMultiError });
    if (status !== 0) throw errorOf(status, what);
  }

  private async withParents(path: string, signal: AbortSignal | undefined, make: () => Promise<void>): Promise<void> {
    try {
      await make();
    } catch (e) {
      if (!is(e, 'ZOOKEEPER_NODE_MISSING')) throw e;
      for (let i = path.indexOf('/', 1); i > 0; i = path.indexOf('/', i + 1)) {
        await this.createNode(path.slice(0, i), null, undefined, signal).catch((x: unknown) => {
          if (!is(x, 'ZOOKEEPER_NODE_EXISTS')) throw x;
        });
      }
      await make();
    }
  }

  private call<T>(ask: Ask<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      ask.signal?.throwIfAborted();
      if (this.closing !== undefined) throw new ZooKeeperError('ZOOKEEPER_CLIENT_CLOSED', `${ask.what}: the client is closed`);
      this.wait(new Call(ask, this, resolve, reject));
    });
  }

  wait(call: Waiting): void {
    if (this.link?.isOpen === true && this.current !== undefined) {
      call.start(this.link, this.current);
      return;
    }
    this.waiting.add(call);
    this.dial();
  }

  leave(call: Waiting): void {
    this.waiting.delete(call);
  }

  // ── the connection ───────────────────────────────────────────────────────────────────────────

  private dial(): void {
    if (this.link !== undefined || this.timer !== undefined || this.closing !== undefined) return;
    const { servers } = this.o;
    const at = servers[this.next % servers.length]!;
    this.next = (this.next + 1) % servers.length;
    const s = this.current;
    const hello = { sessionId: s?.id ?? 0n, password: s?.password ?? NO_PASSWORD, timeoutMs: s?.timeoutMs ?? this.o.sessionTimeoutMs, lastZxid: this.lastZxid };
    const link = new Link(at, this.o, hello, {
      opened: (g) => {
        this.opened(link, g);
      },
      event: (_type, path) => {
        for (const w of this.watches) w.changed(path);
      },
      closed: (e) => {
        this.lost(link, e);
      },
    });
    this.link = link;
  }

  private opened(link: Link, g: Granted): void {
    if (g.sessionId === 0n) {
      // The servers have forgotten it; a connection that asks for a new one is another one.
      this.expire();
      this.link = undefined;
      link.destroy(new ZooKeeperError('ZOOKEEPER_SERVER_UNAVAILABLE', `${link.server}: the session is over`));
      this.dial();
      return;
    }
    const session = (this.current ??= new Session(g.sessionId, g.password, g.timeoutMs));
    session.connected();
    this.trouble = undefined;
    this.failures = 0;
    this.delayMs = MIN_DELAY_MS;
    const calls = [...this.waiting];
    this.waiting.clear();
    for (const c of calls) c.start(link, session);
    for (const w of this.watches) w.connected();
  }

  private lost(link: Link, e: ZooKeeperError): void {
    if (this.link !== link) return;
    this.link = undefined;
    this.trouble = e;
    if (link.lastZxid > this.lastZxid) this.lastZxid = link.lastZxid;
    this.current?.disconnected(link.silentMs, () => {
      this.expire();
    });
    for (const w of this.watches) w.disconnected(e);
    if (this.closing !== undefined || !this.isWanted()) return;
    this.failures++;
    // Every server is asked once before there is a wait.
    if (this.failures % this.o.servers.length !== 0) {
      this.dial();
      return;
    }
    const most = Math.min(MAX_DELAY_MS, (this.current?.timeoutMs ?? Infinity) / 4);
    const delay = (0.5 + Math.random() / 2) * Math.min(most, this.delayMs);
    this.delayMs = Math.min(MAX_DELAY_MS, this.delayMs * 2);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.isWanted()) this.dial();
    }, delay);
    this.timer.unref();
  }

  private isWanted(): boolean {
    return this.current !== undefined || this.waiting.size > 0 || this.watches.size > 0;
  }

  private expire(): void {
    const s = this.current;
    this.current = undefined;
    // What another session saw is no measure for a store that was emptied since.
    this.lastZxid = 0n;
    if (s === undefined) return;
    s.end();
    for (const c of [...this.waiting]) c.sessionEnded(s);
  }

  private async leaveEnsemble(): Promise<void> {
    const { link, current } = this;
    clearTimeout(this.timer);
    for (const w of [...this.watches]) w.stop();
    this.watches.clear();
    const closed = new ZooKeeperError('ZOOKEEPER_CLIENT_CLOSED', 'the client is closed');
    for (const c of [...this.waiting]) c.fail(closed);
    if (link?.isOpen === true && current !== undefined) {
      // Ephemeral nodes go at once, instead of when the session has timed out.
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, this.timeoutMs);
        const done = (): void => {
          clearTimeout(late);
          resolve();
        };
        link.request(Op.CloseSession, () => undefined, { what: 'close', answered: done, failed: done });
      });
    }
    this.link = undefined;
    link?.destroy(closed);
    this.expire();
  }
}

/** Undefined for a node that is not there. */
async function missing<T>(p: Promise<T>): Promise<T | undefined> {
  try {
    return await p;
  } catch (e) {
    if (is(e, 'ZOOKEEPER_NODE_MISSING')) return undefined;
    throw e;
  }
}

function is(e: unknown, code: ZooKeeperError['code']): boolean {
  return e instanceof ZooKeeperError && e.code === code;
}
