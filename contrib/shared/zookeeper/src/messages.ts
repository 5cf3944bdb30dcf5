// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { ServerError, ZooKeeperError } from './errors.js';

/*
 * Requests and answers of ZooKeeper's client protocol, in its own encoding: integers big-endian, text and bytes behind a 32-bit length (-1 = null), lists behind a
 * 32-bit count. Source: apache/zookeeper zookeeper-jute/src/main/resources/zookeeper.jute.
 */

/** What a request is. Source: ZooDefs.OpCode. */
export const Op = { Create: 1, Delete: 2, Exists: 3, GetData: 4, SetData: 5, Ping: 11, GetChildren2: 12, Multi: 14, CloseSession: -11, SetAuth: 100 } as const;

/** Numbers of messages that are no answers to requests of ours. Source: ClientCnxn. */
export const Xid = { Event: -1, Ping: -2, Auth: -4 } as const;

/** What a watch tells: the node was created, deleted, written, or its children changed. Source: Watcher.Event.EventType. */
export const EventType = { Created: 1, Deleted: 2, DataChanged: 3, ChildrenChanged: 4 } as const;

/** A request's body. */
export type Body = (w: ByteWriter) => void;

/** Who may do what: everything, for everybody or for one user of the scheme `digest`. Source: ZooDefs.Ids, DigestAuthenticationProvider.generateDigest. */
export function aclOf(auth: { readonly username: string; readonly password: string } | undefined): Body {
  const [scheme, id] = auth === undefined ? ['world', 'anyone'] : ['digest', `${auth.username}:${createHash('sha1').update(`${auth.username}:${auth.password}`).digest('base64')}`];
  return (w) => {
    w.i32(1);
    w.i32(ALL);
    w.string32(scheme);
    w.string32(id);
  };
}

const ALL = 31;

/** What was granted; `sessionId` 0n = the session that was asked for is over. */
export interface Granted {
  readonly sessionId: bigint;
  readonly password: Uint8Array;
  /** Unit ms. */
  readonly timeoutMs: number;
}

/** A session that is asked for; `sessionId` 0n = a new one. */
export interface Hello extends Granted {
  /** The last change that this client has seen; a server that is behind it refuses. */
  readonly lastZxid: bigint;
}

export function writeHello(w: ByteWriter, h: Hello): void {
  w.i32(0);
  w.i64(h.lastZxid);
  w.i32(h.timeoutMs);
  w.i64(h.sessionId);
  w.bytes32(h.password);
  // No server that is cut off from the others.
  w.u8(0);
}

export function readGranted(r: ByteReader): Granted {
  r.i32();
  const timeoutMs = r.i32();
  const sessionId = r.i64();
  return { timeoutMs, sessionId, password: readBytes(r) };
}

/** What is known of a node beside its data. */
export interface Stat {
  readonly version: number;
  /** The session that it ends with; 0n = none. */
  readonly ephemeralOwner: bigint;
}

export function readStat(r: ByteReader): Stat {
  // czxid, mzxid, ctime, mtime
  r.skip(32);
  const version = r.i32();
  // cversion, aversion
  r.skip(8);
  const ephemeralOwner = r.i64();
  // dataLength, numChildren, pzxid
  r.skip(16);
  return { version, ephemeralOwner };
}

/** Null is as good as nothing. */
export function readBytes(r: ByteReader): Uint8Array {
  const n = r.i32();
  return n < 0 ? new Uint8Array(0) : r.bytes(n);
}

export function readText(r: ByteReader): string {
  const n = r.i32();
  return n < 0 ? '' : r.string(n);
}

export function readTexts(r: ByteReader): string[] {
  const n = r.i32();
  // Each takes four bytes at least: what is declared is not believed.
  if (n * 4 > r.left) throw new ZooKeeperError('ZOOKEEPER_RESPONSE_INVALID', `a list of ${n} in ${r.left} bytes`);
  const out: string[] = [];
  for (let i = 0; i < n; i++) out.push(readText(r));
  return out;
}

export function createBody(path: string, data: Uint8Array | null, acl: Body, ephemeral: boolean): Body {
  return (w) => {
    w.string32(path);
    if (data === null) w.i32(-1);
    else w.bytes32(data);
    acl(w);
    w.i32(ephemeral ? 1 : 0);
  };
}

/** `version` -1 = whatever it is. */
export function deleteBody(path: string, version: number): Body {
  return (w) => {
    w.string32(path);
    w.i32(version);
  };
}

export function setBody(path: string, data: Uint8Array, version: number): Body {
  return (w) => {
    w.string32(path);
    w.bytes32(data);
    w.i32(version);
  };
}

export function watchBody(path: string, watch: boolean): Body {
  return (w) => {
    w.string32(path);
    w.u8(watch ? 1 : 0);
  };
}

/** Several requests of which all are carried out or none. */
export function multiBody(parts: readonly { readonly op: number; readonly body: Body }[]): Body {
  return (w) => {
    for (const { op, body } of parts) {
      multiHead(w, op, false, -1);
      body(w);
    }
    multiHead(w, -1, true, -1);
  };
}

function multiHead(w: ByteWriter, op: number, done: boolean, error: number): void {
  w.i32(op);
  w.u8(done ? 1 : 0);
  w.i32(error);
}

const OP_ERROR = -1;
/** What the parts that were not to blame answer. */
const RUNTIME_INCONSISTENCY = -2;

/** The error of the part that was to blame; 0 = all were carried out. */
export function readMultiError(r: ByteReader): number {
  for (;;) {
    const op = r.i32();
    const done = r.u8() === 1;
    r.i32();
    if (done) return 0;
    if (op === OP_ERROR) {
      const status = r.i32();
      if (status !== 0 && status !== RUNTIME_INCONSISTENCY) return status;
    } else if (op === Op.Create) readText(r);
    else if (op !== Op.Delete) return ServerError.ConnectionLoss;
  }
}
