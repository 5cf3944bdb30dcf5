// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';
import { httpValueFromLatin1, httpValueToLatin1 } from '@cloudwego/gopkg/metainfo';
import { ByteReader, ByteWriter as Writer } from '@cloudwego/gopkg/io';
import type { Clock } from '@cloudwego/gopkg/clock';
import type { EngineFactory, HttpHead, HttpHeadInit, HttpTail, RpcHead, RpcHeadInit, RpcTail, StreamEngine, StreamEvents } from '../engine.js';
import { H2Engine } from '../h2/engine.js';
import { ErrorCode } from '../h2/frame.js';
import { MessageAssembler } from './assembler.js';
import { GrpcError } from './errors.js';
import { GrpcHeadView, PathRoutes } from './head.js';
import type { GrpcCompressor, GrpcLimits, GrpcOptions } from './limits.js';
import { grpcLimitsOf } from './limits.js';
import { decodeMessage, decodeTimeout, encodeMessage, encodeTimeout, GrpcStatus, statusOfHttp } from './status.js';

const HEAD = 5;
/** Of a request that is refused, before it is answered. Unit bytes. */
const MAX_SKIP = 256 * 1024;
const EMPTY = Buffer.alloc(0);

/** Names that metadata may not have. Source: nphttp2/grpc http_util.go isReservedHeader. */
const RESERVED: ReadonlySet<string> = new Set([
  'content-type', 'user-agent', 'grpc-message-type', 'grpc-encoding', 'grpc-message', 'grpc-status', 'grpc-timeout', 'grpc-status-details-bin', 'te',
]);

/** An HTTP/2 engine, as far as gRPC uses it. */
export type H2Streams = StreamEngine<HttpHeadInit, HttpTail> & {
  /** Whether the head of a stream has left; undefined = there is no such stream. */
  headSent(id: number): boolean | undefined;
};

/** One call on its stream. */
class GrpcStream {
  readonly id: number;
  readonly assembler: MessageAssembler;
  payload: 'thrift' | 'protobuf';
  /** Of what comes, and of what goes. */
  unpack: GrpcCompressor | undefined = undefined;
  encoding: string = '';
  pack: GrpcCompressor | undefined = undefined;
  /** Server: the head of the answer that waits, and whether it left. */
  held: RpcHeadInit | undefined = undefined;
  headSent: boolean = false;
  writer: ByteWriter | undefined = undefined;
  mark: number = 0;
  aside: boolean = false;
  /** Reported and not yet credited, of the piece that is being cut. */
  wire: number = 0;
  peerEnd: boolean = false;
  /** The last message was shown as such. */
  lastShown: boolean = false;

  constructor(id: number, payload: 'thrift' | 'protobuf', maxBytes: number, reader: ByteReader) {
    this.id = id;
    this.payload = payload;
    this.assembler = new MessageAssembler(maxBytes, reader);
  }
}

/** What connections that were made with the same options share. */
interface Shared {
  readonly limits: GrpcLimits;
  readonly paths: PathRoutes;
  readonly compressors: ReadonlyMap<string, GrpcCompressor>;
  readonly heads: Map<string, HttpHeadInit>;
}

const sharedOf: WeakMap<GrpcOptions, Shared> = new WeakMap();

function share(o: GrpcOptions): Shared {
  let s = sharedOf.get(o);
  if (s === undefined) {
    const limits = grpcLimitsOf(o);
    s = { limits, paths: new PathRoutes(limits.routes), compressors: new Map(limits.compressors.map((c) => [c.name, c])), heads: new Map() };
    sharedOf.set(o, s);
  }
  return s;
}

/**
 * gRPC on the streams of one HTTP/2 connection, which may be shared with others: its head is the call, its messages are whole, its tail is the status.
 * Shape:  a server learns of the end of requests by `end` of the last message, or by `onTail` when the end came alone. A client gets `onTail` exactly once unless the
 *         stream is reset.
 * Source: grpc doc/PROTOCOL-HTTP2.md; cloudwego/kitex pkg/remote/trans/nphttp2.
 */
export class GrpcStreams implements StreamEvents<HttpHead, HttpTail> {
  protected readonly http: H2Streams;
  private readonly server: boolean;
  private readonly on: StreamEvents<RpcHead, RpcTail>;
  private readonly clock: Clock;
  private readonly shared: Shared;
  private readonly streams: Map<number, GrpcStream> = new Map();
  /** Server: requests that are no gRPC, until they end. */
  private readonly foreign: Map<number, { readonly answer: HttpHeadInit; bytes: number }> = new Map();
  private readonly view: GrpcHeadView = new GrpcHeadView();
  private readonly reader: ByteReader = new ByteReader(EMPTY);

  constructor(http: (on: StreamEvents<HttpHead, HttpTail>) => H2Streams, role: 'client' | 'server', on: StreamEvents<RpcHead, RpcTail>, clock: Clock, o: GrpcOptions) {
    this.server = role === 'server';
    this.on = on;
    this.clock = clock;
    this.shared = share(o);
    this.http = http(this);
  }

  /** Calls under way. */
  get active(): number {
    return this.streams.size;
  }

  // ── events of HTTP/2 ─────────────────────────────────────────────────────────────────────────

  onHead(id: number, head: HttpHead, end: boolean): void {
    if (this.server) this.request(id, head, end);
    else this.response(id, head, end);
  }

  private request(id: number, head: HttpHead, end: boolean): void {
    const type = head.header('content-type') ?? '';
    if (head.method !== 'POST' || !type.startsWith('application/grpc')) {
      const answer = head.method === 'POST' ? UNSUPPORTED : NOT_ALLOWED;
      if (end) this.decline(id, answer);
      else this.foreign.set(id, { answer, bytes: 0 });
      return;
    }
    const { limits, paths } = this.shared;
    const s = new GrpcStream(id, type.startsWith('application/grpc+thrift') ? 'thrift' : 'protobuf', limits.maxMessageBytes, this.reader);
    this.streams.set(id, s);
    this.encodings(s, head);
    const v = this.view.set(head, 1, id);
    v.payload = s.payload;
    const timeout = head.header('grpc-timeout');
    if (timeout !== undefined) {
      const ms = decodeTimeout(timeout);
      if (ms === undefined) {
        this.sendTail(id, { code: GrpcStatus.Internal, message: `malformed grpc-timeout: ${timeout.slice(0, 20)}`, details: undefined, strings: undefined });
        return;
      }
      v.deadline = this.clock.now() + ms;
    }
    const route = paths.find(head.target);
    v.serviceIndex = route.service;
    v.methodIndex = route.method;
    v.service = route.serviceName;
    v.methodName = route.methodName;
    if (end) s.peerEnd = true;
    this.on.onHead(id, v, end);
  }

  /** A request that is no gRPC is read to its end, so that what is wrong with it is told as HTTP/2 wants it; one without end is not. */
  private skip(id: number, bytes: number, end: boolean): void {
    const f = this.foreign.get(id);
    if (f === undefined) return;
    f.bytes += bytes;
    if (!end && f.bytes <= MAX_SKIP) return;
    this.foreign.delete(id);
    this.decline(id, f.answer);
  }

  /** Answers what is no gRPC, in words. */
  private decline(id: number, answer: HttpHeadInit): void {
    this.http.sendHead(id, answer, false);
    this.http.beginMessage(id, DECLINED.length).bytes(DECLINED);
    this.http.endMessage(id, true);
  }

  private encodings(s: GrpcStream, head: HttpHead): void {
    const { compressors } = this.shared;
    const coding = head.header('grpc-encoding') ?? 'identity';
    if (coding !== 'identity') {
      s.encoding = coding;
      s.unpack = compressors.get(coding);
    }
    if (!this.server || compressors.size === 0) return;
    for (const name of (head.header('grpc-accept-encoding') ?? '').split(',')) {
      s.pack = compressors.get(name.trim());
      if (s.pack !== undefined) return;
    }
  }

  private response(id: number, head: HttpHead, end: boolean): void {
    const s = this.streams.get(id);
    if (s === undefined) return;
    const type = head.header('content-type') ?? '';
    const status = head.header('grpc-status');
    if (!type.startsWith('application/grpc') && status === undefined) {
      this.ended(s, {
        code: statusOfHttp(head.status),
        message: `unexpected HTTP status ${head.status}, content-type "${type.slice(0, 60)}"`,
        details: undefined,
        strings: undefined,
      });
      if (!end) this.http.reset(id, ErrorCode.PROTOCOL_ERROR);
      return;
    }
    if (end) {
      // Trailers alone, in place of a head.
      this.ended(s, tailOf(head.rawHeaders));
      return;
    }
    this.encodings(s, head);
    const v = this.view.set(head, 2, id);
    v.payload = s.payload;
    this.on.onHead(id, v, false);
  }

  onMessage(id: number, r: ByteReader, end: boolean, wireBytes: number): void {
    const s = this.streams.get(id);
    if (s === undefined) {
      this.http.credit(id, wireBytes);
      this.skip(id, wireBytes, end);
      return;
    }
    if (end) s.peerEnd = true;
    s.wire = wireBytes;
    try {
      s.assembler.push(r, end, (m, compressed, last) => this.message(s, m, compressed, last));
    } catch (e) {
      if (!(e instanceof GrpcError)) throw e;
      this.broken(s, e);
      return;
    }
    // What belongs to a message that is not whole, or was empty: the peer may go on.
    if (s.wire > 0) this.http.credit(id, s.wire);
    s.wire = 0;
    if (!end || this.streams.get(id) !== s) return;
    if (s.assembler.pending > 0) this.broken(s, new GrpcError('GRPC_MESSAGE_INVALID', GrpcStatus.Internal, 'the stream ended in the middle of a message'));
    else if (this.server) {
      // The end came behind the last message, which did not know that it was the last.
      if (!s.lastShown) this.on.onTail(id, DONE);
    } else this.ended(s, { code: GrpcStatus.Internal, message: 'server closed the stream without sending trailers', details: undefined, strings: undefined });
  }

  private message(s: GrpcStream, m: ByteReader, compressed: boolean, last: boolean): boolean {
    let reader = m;
    if (compressed) {
      if (s.unpack === undefined) {
        throw new GrpcError('GRPC_COMPRESSION_UNKNOWN', s.encoding === '' ? GrpcStatus.Internal : GrpcStatus.Unimplemented, `a message compressed with "${s.encoding === '' ? 'identity' : s.encoding}", which is not known here`);
      }
      reader = ByteReader.from(this.unpacked(s.unpack, m));
    }
    const wire = s.wire;
    s.wire = 0;
    if (last) s.lastShown = true;
    this.on.onMessage(s.id, reader, last && this.server, wire);
    return this.streams.get(s.id) === s;
  }

  private unpacked(c: GrpcCompressor, m: ByteReader): Uint8Array {
    const max = this.shared.limits.maxMessageBytes;
    let out: Uint8Array;
    try {
      out = c.decompress(m.view(m.left), max);
    } catch (e) {
      throw new GrpcError('GRPC_COMPRESSION_FAILED', GrpcStatus.Internal, `a message that "${c.name}" cannot unpack`, { cause: e });
    }
    if (out.length > max) throw new GrpcError('GRPC_MESSAGE_TOO_LARGE', GrpcStatus.ResourceExhausted, `message of ${out.length} bytes unpacked, wanted at most ${max} (maxMessageBytes)`);
    return out;
  }

  /** A message that is none: the peer is told, and whoever waits on this side. */
  private broken(s: GrpcStream, e: GrpcError): void {
    const tail: RpcTail = { code: e.status, message: e.message, details: undefined, strings: undefined };
    if (this.server) {
      this.on.onReset(s.id, ErrorCode.INTERNAL_ERROR, e.message);
      if (this.streams.get(s.id) === s) this.sendTail(s.id, tail);
      return;
    }
    this.http.reset(s.id, ErrorCode.CANCEL);
    this.ended(s, tail);
  }

  onTail(id: number, tail: HttpTail): void {
    const s = this.streams.get(id);
    if (s === undefined) {
      this.skip(id, 0, true);
      return;
    }
    s.peerEnd = true;
    if (this.server) {
      if (!s.lastShown) this.on.onTail(id, DONE);
    } else if (s.assembler.pending > 0) {
      this.ended(s, { code: GrpcStatus.Internal, message: 'the stream ended in the middle of a message', details: undefined, strings: undefined });
    } else {
      this.ended(s, tailOf(tail));
    }
  }

  private ended(s: GrpcStream, tail: RpcTail): void {
    this.streams.delete(s.id);
    this.on.onTail(s.id, tail);
  }

  onReset(id: number, code: number, reason: string): void {
    this.foreign.delete(id);
    if (this.streams.delete(id)) this.on.onReset(id, code, reason);
  }

  onWritable(id: number): void {
    if (this.streams.has(id)) this.on.onWritable(id);
  }

  onGoAway(lastId: number, code: number): void {
    this.on.onGoAway(lastId, code);
  }

  // ── commands ─────────────────────────────────────────────────────────────────────────────────

  /** A client's call. Requests without a message (`end`) do not exist in gRPC. */
  open(head: RpcHeadInit, end: boolean): number {
    const { limits } = this.shared;
    const id = this.http.open(this.requestHead(head), end);
    if (id < 0) return -1;
    const s = new GrpcStream(id, limits.payload, limits.maxMessageBytes, this.reader);
    s.pack = this.shared.compressors.get(head.compression ?? limits.compression);
    s.headSent = true;
    this.streams.set(id, s);
    return id;
  }

  private requestHead(head: RpcHeadInit): HttpHeadInit {
    const own = head.compression !== undefined && head.compression !== this.shared.limits.compression;
    const key = `${head.service}/${head.method}${own ? ` ${head.compression}` : ''}`;
    let base = this.shared.heads.get(key);
    if (base === undefined) {
      base = this.makeHead(head);
      if (this.shared.heads.size < 4096) this.shared.heads.set(key, base);
    }
    const { strings } = head;
    if (strings === undefined && head.deadline === Infinity) return base;
    const headers = [...base.headers];
    if (head.deadline !== Infinity) headers.push('grpc-timeout', encodeTimeout(head.deadline - this.clock.now()));
    putStrings(headers, strings);
    return { ...base, headers };
  }

  private makeHead(head: RpcHeadInit): HttpHeadInit {
    const l = this.shared.limits;
    const headers = ['content-type', l.payload === 'thrift' ? 'application/grpc+thrift' : 'application/grpc', 'user-agent', l.userAgent, 'te', 'trailers'];
    const compression = (head.compression ?? l.compression) === 'identity' ? '' : (head.compression ?? l.compression);
    if (compression !== '') headers.push('grpc-encoding', compression, 'grpc-accept-encoding', compression);
    else if (l.compressors.length > 0) headers.push('grpc-accept-encoding', l.compressors.map((c) => c.name).join(','));
    return Object.freeze<HttpHeadInit>({
      method: 'POST',
      scheme: l.scheme,
      authority: l.authority,
      target: `/${head.service}/${head.method}`,
      headers: Object.freeze(headers),
      length: undefined,
    });
  }

  sendHead(id: number, head: RpcHeadInit, end: boolean): void {
    const s = this.find(id);
    if (!this.server || s.headSent || end) throw state(`sendHead: ${end ? 'a gRPC answer ends with its status, wanted end = false' : 'the head was sent already'}`);
    s.held = head;
  }

  flushHead(id: number): void {
    const s = this.find(id);
    if (this.server) this.passHead(s);
    this.http.flushHead!(id);
  }

  /** Hands the held head of an answer to the stream. */
  private passHead(s: GrpcStream): void {
    if (s.headSent) return;
    s.headSent = true;
    const strings = s.held?.strings;
    const base = s.payload === 'thrift' ? THRIFT_ANSWER : PROTOBUF_ANSWER;
    if (strings === undefined && s.pack === undefined) {
      this.http.sendHead(s.id, base, false);
    } else {
      const headers = [...base.headers];
      if (s.pack !== undefined) headers.push('grpc-encoding', s.pack.name);
      putStrings(headers, strings);
      this.http.sendHead(s.id, { ...base, headers }, false);
    }
    s.held = undefined;
  }

  beginMessage(id: number, hint: number): ByteWriter {
    const s = this.find(id);
    if (s.writer !== undefined) throw state('beginMessage: a message is open already');
    if (this.server && s.held === undefined && !s.headSent) throw state('beginMessage: wanted sendHead() before');
    if (s.pack !== undefined) {
      // Its compressed size is known when it is whole.
      s.aside = true;
      return (s.writer = new Writer(Math.max(256, hint)));
    }
    const passed = this.server && !s.headSent;
    if (passed) this.passHead(s);
    const w = this.http.beginMessage(id, hint + HEAD);
    s.aside = false;
    s.writer = w;
    s.mark = w.mark();
    w.u8(0);
    w.u32(0);
    return w;
  }

  endMessage(id: number, end: boolean): boolean {
    const s = this.find(id);
    let w = s.writer;
    if (w === undefined) throw state('endMessage: no message is open');
    if (this.server && end) throw state('endMessage: a server ends its streams by sendTail(), wanted end = false');
    s.writer = undefined;
    if (s.aside) {
      const packed = s.pack!.compress(w.view());
      this.limit(packed.length);
      if (this.server) this.passHead(s);
      w = this.http.beginMessage(id, packed.length + HEAD);
      w.u8(1);
      w.u32(packed.length);
      w.bytes(packed);
    } else {
      const n = w.mark() - s.mark - HEAD;
      this.limit(n);
      w.patchU32(s.mark + 1, n);
    }
    return this.http.endMessage(id, end);
  }

  private limit(bytes: number): void {
    const max = this.shared.limits.maxMessageBytes;
    if (bytes > max) throw new GrpcError('GRPC_MESSAGE_TOO_LARGE', GrpcStatus.ResourceExhausted, `message: got ${bytes} bytes to send, wanted at most ${max} (maxMessageBytes)`);
  }

  cancelMessage(id: number): void {
    const s = this.streams.get(id);
    if (s === undefined) return;
    s.writer = undefined;
    this.http.cancelMessage(id);
    if (!this.server) {
      // Of a call whose first message was dropped nothing is left below.
      if (this.http.headSent(id) === undefined) this.streams.delete(id);
    } else {
      s.headSent = this.http.headSent(id) === true;
      s.held = undefined;
    }
  }

  /** A server's status; a client's tail is its half-close, whatever it says. */
  sendTail(id: number, tail: RpcTail): void {
    const s = this.find(id);
    if (s.writer !== undefined) throw state('sendTail: a message is open');
    if (!this.server) {
      this.http.sendTail(id, NO_FIELDS);
      return;
    }
    this.streams.delete(id);
    const fields = tailFields(tail);
    if (s.headSent) {
      this.http.sendTail(id, fields);
    } else if (s.held?.strings !== undefined) {
      this.passHead(s);
      this.http.sendTail(id, fields);
    } else {
      const base = s.payload === 'thrift' ? THRIFT_ANSWER : PROTOBUF_ANSWER;
      this.http.sendHead(id, { ...base, headers: [...base.headers, ...fields] }, true);
    }
  }

  /** A server answers with OK and nothing; a client leaves. */
  finish(id: number): void {
    const s = this.streams.get(id);
    if (s === undefined) return;
    if (!this.server) {
      this.reset(id);
      return;
    }
    if (s.writer !== undefined) this.cancelMessage(id);
    this.sendTail(id, OK_TAIL);
  }

  /** A client cancels. A server answers with the status `code`; on an answer that has begun too. */
  reset(id: number, code: number = 0, reason: string = ''): void {
    const s = this.streams.get(id);
    if (s === undefined) return;
    if (s.writer !== undefined) this.cancelMessage(id);
    if (!this.server) {
      this.streams.delete(id);
      this.http.reset(id, ErrorCode.CANCEL, reason);
      return;
    }
    this.sendTail(id, { code, message: reason, details: undefined, strings: undefined });
  }

  credit(id: number, wireBytes: number): void {
    this.http.credit(id, wireBytes);
  }

  /** The connection is gone. */
  protected forget(): void {
    this.streams.clear();
    this.foreign.clear();
  }

  private find(id: number): GrpcStream {
    const s = this.streams.get(id);
    if (s === undefined) throw state(`stream ${id} is not open`);
    return s;
  }
}

/** gRPC on a connection of its own. */
export class GrpcEngine extends GrpcStreams implements StreamEngine<RpcHeadInit, RpcTail> {
  readonly protocol: string = 'grpc';

  /** Streams of the connection: an answered call counts until its last byte was sent. */
  override get active(): number {
    return this.http.active;
  }

  get need(): number {
    return this.http.need;
  }

  get midMessage(): boolean {
    return this.http.midMessage;
  }

  receive(buf: Buffer, start: number, end: number): number {
    return this.http.receive(buf, start, end);
  }

  receiveEnd(): void {
    this.http.receiveEnd();
  }

  writable(): void {
    this.http.writable();
  }

  closed(cause: Error | undefined): void {
    this.forget();
    this.http.closed(cause);
  }

  tick(now: number): number {
    return this.http.tick(now);
  }

  drain(): void {
    this.http.drain();
  }
}

const NO_FIELDS: HttpTail = Object.freeze([]);
const OK_TAIL: RpcTail = Object.freeze({ code: 0, message: '', details: undefined, strings: undefined });
/** What a server's `onTail` gets: requests have no status. */
const DONE: RpcTail = OK_TAIL;
const OK_FIELDS: HttpTail = Object.freeze(['grpc-status', '0', 'grpc-message', '']);

function answer(type: string): HttpHeadInit {
  return Object.freeze<HttpHeadInit>({ status: 200, headers: Object.freeze(['content-type', type]), length: undefined });
}

const THRIFT_ANSWER = answer('application/grpc+thrift');
const PROTOBUF_ANSWER = answer('application/grpc');
const DECLINED = Buffer.from('This is a gRPC server: wanted POST with content-type application/grpc.\n');
const UNSUPPORTED: HttpHeadInit = Object.freeze<HttpHeadInit>({ status: 415, headers: Object.freeze(['content-type', 'text/plain']), length: DECLINED.length });
const NOT_ALLOWED: HttpHeadInit = Object.freeze<HttpHeadInit>({ status: 405, headers: Object.freeze(['allow', 'POST', 'content-type', 'text/plain']), length: DECLINED.length });

function putStrings(out: string[], strings: ReadonlyMap<string, string | readonly string[]> | undefined): void {
  if (strings === undefined) return;
  for (const [k, v] of strings) {
    const name = k.toLowerCase();
    if (RESERVED.has(name) || name.startsWith(':')) continue;
    // Text travels as UTF-8, as Go writes it; HPACK takes each character for one byte.
    if (typeof v === 'string') out.push(name, httpValueToLatin1(v));
    else for (const x of v) out.push(name, httpValueToLatin1(x));
  }
}

function tailFields(t: RpcTail): HttpTail {
  if (t.code === 0 && t.message === '' && t.details === undefined && t.strings === undefined) return OK_FIELDS;
  const out = ['grpc-status', String(t.code), 'grpc-message', encodeMessage(t.message)];
  if (t.details !== undefined) out.push('grpc-status-details-bin', base64(t.details));
  putStrings(out, t.strings);
  return out;
}

function base64(b: Uint8Array): string {
  return Buffer.from(b.buffer, b.byteOffset, b.byteLength).toString('base64').replace(/=+$/, '');
}

function tailOf(fields: readonly string[]): RpcTail {
  let code: number | undefined;
  let message = '';
  let details: Uint8Array | undefined;
  let strings: Map<string, string | readonly string[]> | undefined;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!;
    const value = fields[i + 1]!;
    if (name === 'grpc-status') {
      if (/^\d{1,9}$/.test(value)) code = Number(value);
      else return { code: GrpcStatus.Unknown, message: `malformed grpc-status: ${value.slice(0, 20)}`, details: undefined, strings: undefined };
    } else if (name === 'grpc-message') {
      message = decodeMessage(value);
    } else if (name === 'grpc-status-details-bin') {
      details = new Uint8Array(Buffer.from(value, 'base64'));
    } else if (name !== 'content-type') {
      const before = (strings ??= new Map<string, string | readonly string[]>()).get(name);
      const text = httpValueFromLatin1(value);
      strings.set(name, before === undefined ? text : typeof before === 'string' ? [before, text] : [...before, text]);
    }
  }
  if (code === undefined) return { code: GrpcStatus.Unknown, message: 'the trailers have no grpc-status', details: undefined, strings };
  return { code, message, details, strings };
}

function state(what: string): GrpcError {
  return new GrpcError('GRPC_STATE_INVALID', GrpcStatus.Internal, what);
}

/** Makes the gRPC engine of one connection. */
export const createGrpcEngine: EngineFactory<RpcHead, RpcHeadInit, RpcTail, GrpcOptions> = (link, role, on, o) => {
  const h2 = h2OptionsOf(o);
  return new GrpcEngine((events) => new H2Engine(link, role, events, h2), role, on, link.clock, o);
};

const h2Options: WeakMap<GrpcOptions, GrpcLimits['h2']> = new WeakMap();

/** RPC calls the same few paths again and again, and its clients are held to a decent pace of pings. */
function h2OptionsOf(o: GrpcOptions): GrpcLimits['h2'] {
  let h = h2Options.get(o);
  if (h === undefined) h2Options.set(o, (h = { indexPath: true, minPingIntervalMs: 300_000, ...o.h2 }));
  return h;
}
