// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { setMaxListeners } from 'node:events';
import { connect, constants } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, SecureClientSessionOptions } from 'node:http2';
import { EtcdError } from './errors.js';

/** gRPC status of a server that cannot be reached, and of a token that it does not know (any more). */
const UNAVAILABLE = 14;
const HEAD = 5;
/** How often a connection with streams is asked whether it lives, and how long it may take to answer. Unit ms. */
const PING_MS = 10_000;
const PING_TIMEOUT_MS = 5000;

/** What a call is given. */
export interface CallSettings {
  readonly timeoutMs: number;
  readonly maxMessageBytes: number;
  readonly token: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Both ways of a stream. */
export interface CallStream {
  write(message: Uint8Array): void;
  /** Ends it from this side; nothing is told any more. */
  close(): void;
}

/** What a stream tells. */
export interface StreamListener {
  message(bytes: Uint8Array): void;
  /** Once, when the stream is over; not after `close()`. */
  ended(e: EtcdError): void;
}

/** A connection, and the calls that wait on it. */
interface Link {
  readonly session: ClientHttp2Session;
  calls: number;
}

/**
 * gRPC with one endpoint, over one HTTP/2 connection that is made when it is needed. Streams keep no process alive, calls do until they are answered: that is
 * why this is node:http2 and not a gRPC library, whose streams hold the process.
 */
export class Channel {
  readonly endpoint: string;
  private readonly options: SecureClientSessionOptions;
  private readonly dialTimeoutMs: number;
  private link: Link | undefined = undefined;
  private streams: number = 0;
  private pinger: NodeJS.Timeout | undefined = undefined;

  /** `endpoint`: an http or https URL. */
  constructor(endpoint: string, options: SecureClientSessionOptions, dialTimeoutMs: number) {
    this.endpoint = endpoint;
    this.options = options;
    this.dialTimeoutMs = dialTimeoutMs;
  }

  /** One request, one answer. Errors: {@link EtcdError}, the signal's reason. */
  unary(path: string, request: Uint8Array, o: CallSettings): Promise<Uint8Array> {
    o.signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      let answer: Uint8Array | undefined;
      const link = this.connected();
      if (link.calls++ === 0) link.session.ref();
      const done = (f: () => void): void => {
        clearTimeout(timer);
        o.signal?.removeEventListener('abort', aborted);
        if (--link.calls === 0) link.session.unref();
        f();
      };
      const call = this.open(link.session, path, o, {
        message: (m) => {
          answer = m;
        },
        ended: (e) => {
          done(() => {
            if (e.status === 0 && answer !== undefined) resolve(answer);
            else reject(e.status === 0 ? new EtcdError('ETCD_RESPONSE_INVALID', `${path}: the server answered with nothing`) : e);
          });
        },
      });
      const giveUp = (e: unknown): void => {
        call.close();
        done(() => {
          reject(e as Error);
        });
      };
      const timer = setTimeout(() => {
        giveUp(new EtcdError('ETCD_REQUEST_TIMEOUT', `${path}: ${this.endpoint} did not answer within ${o.timeoutMs} ms (requestTimeoutMs)`));
      }, o.timeoutMs);
      const aborted = (): void => {
        giveUp(o.signal!.reason);
      };
      if (o.signal !== undefined) {
        // Many calls may wait under one signal; Node would take the eleventh for a leak.
        setMaxListeners(0, o.signal);
        o.signal.addEventListener('abort', aborted, { once: true });
      }
      call.write(request);
      call.end();
    });
  }

  /** A stream that lasts. Its end with status 0 is an end as well. */
  stream(path: string, o: Pick<CallSettings, 'token' | 'maxMessageBytes'>, on: StreamListener): CallStream {
    const { session } = this.connected();
    this.streams++;
    this.wind();
    let over = false;
    const done = (): void => {
      if (over) return;
      over = true;
      this.streams--;
    };
    const call = this.open(session, path, o, {
      message: (m) => {
        on.message(m);
      },
      ended: (e) => {
        done();
        on.ended(e);
      },
    });
    return {
      write: (m) => {
        call.write(m);
      },
      close: () => {
        done();
        call.close();
      },
    };
  }

  /** Ends the connection; what runs on it ends with it. */
  close(): void {
    clearInterval(this.pinger);
    this.pinger = undefined;
    this.link?.session.destroy();
    this.link = undefined;
  }

  private connected(): Link {
    const known = this.link;
    if (known !== undefined && !known.session.closed && !known.session.destroyed) return known;
    const session = connect(this.endpoint, this.options);
    const link: Link = { session, calls: 0 };
    this.link = link;
    session.unref();
    const dialing = setTimeout(() => {
      session.destroy(new Error(`no connection within ${this.dialTimeoutMs} ms (dialTimeoutMs)`));
    }, this.dialTimeoutMs);
    dialing.unref();
    const gone = (): void => {
      clearTimeout(dialing);
      if (this.link === link) this.link = undefined;
    };
    session.once('connect', () => {
      clearTimeout(dialing);
    });
    session.once('close', gone);
    // Streams tell what happened; without this listener it would be an uncaught error.
    session.on('error', gone);
    session.once('goaway', gone);
    return link;
  }

  /** A peer that vanished without a word would leave streams waiting for ever. */
  private wind(): void {
    if (this.pinger !== undefined) return;
    this.pinger = setInterval(() => {
      const session = this.link?.session;
      if (this.streams === 0 || session === undefined) {
        clearInterval(this.pinger);
        this.pinger = undefined;
        return;
      }
      if (session.connecting || session.destroyed) return;
      const late = setTimeout(() => {
        session.destroy(new Error(`no answer to a ping within ${PING_TIMEOUT_MS} ms`));
      }, PING_TIMEOUT_MS);
      late.unref();
      session.ping(() => {
        clearTimeout(late);
      });
    }, PING_MS);
    this.pinger.unref();
  }

  private open(session: ClientHttp2Session, path: string, o: Pick<CallSettings, 'token' | 'maxMessageBytes'>, on: StreamListener): CallStream & { end(): void } {
    const stream: ClientHttp2Stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...(o.token === undefined ? {} : { token: o.token }),
    });
    let over = false;
    let unread: Buffer = Buffer.alloc(0);
    let failure: unknown;
    const finish = (e: EtcdError): void => {
      if (over) return;
      over = true;
      on.ended(e);
    };
    const refuse = (e: EtcdError): void => {
      finish(e);
      stream.close(constants.NGHTTP2_CANCEL);
    };
    const status = (headers: Readonly<Record<string, unknown>>): void => {
      const text = headers['grpc-status'];
      if (typeof text !== 'string') return;
      const code = Number(text);
      const message = decodeMessage(headers['grpc-message']);
      finish(new EtcdError(code === UNAVAILABLE ? 'ETCD_SERVER_UNAVAILABLE' : 'ETCD_REQUEST_REFUSED', `${path}: ${message === '' ? `status ${text}` : message}`, { status: code }));
    };
    stream.on('response', (headers) => {
      if (headers[':status'] !== 200) refuse(new EtcdError('ETCD_RESPONSE_INVALID', `${path}: ${this.endpoint} answered with the HTTP status ${String(headers[':status'])}, which is no gRPC`));
      else status(headers);
    });
    stream.on('trailers', status);
    stream.on('data', (d: Buffer) => {
      unread = unread.length === 0 ? d : Buffer.concat([unread, d]);
      while (!over && unread.length >= HEAD) {
        const size = unread.readUInt32BE(1);
        if (unread[0] !== 0 || size > o.maxMessageBytes) {
          refuse(new EtcdError('ETCD_RESPONSE_INVALID', `${path}: a message of ${size} bytes${unread[0] === 0 ? '' : ', compressed'}, wanted at most ${o.maxMessageBytes} (maxMessageBytes), not compressed`));
          return;
        }
        if (unread.length < HEAD + size) return;
        const message = unread.subarray(HEAD, HEAD + size);
        unread = unread.subarray(HEAD + size);
        try {
          on.message(message);
        } catch (e) {
          refuse(e instanceof EtcdError ? e : new EtcdError('ETCD_RESPONSE_INVALID', `${path}: a message that nobody understands`, { cause: e }));
        }
      }
    });
    stream.on('error', (e) => {
      failure ??= e;
    });
    stream.once('close', () => {
      finish(new EtcdError('ETCD_SERVER_UNAVAILABLE', `${path}: the connection to ${this.endpoint} is gone`, { status: UNAVAILABLE, cause: failure }));
    });
    return {
      write(m) {
        if (over || stream.destroyed) return;
        const frame = Buffer.allocUnsafe(HEAD + m.length);
        frame[0] = 0;
        frame.writeUInt32BE(m.length, 1);
        frame.set(m, HEAD);
        stream.write(frame);
      },
      end() {
        stream.end();
      },
      close() {
        over = true;
        stream.close(constants.NGHTTP2_CANCEL);
      },
    };
  }
}

/** gRPC escapes the message like a URL. */
function decodeMessage(v: unknown): string {
  if (typeof v !== 'string') return '';
  try {
    return decodeURIComponent(v);
  } catch {
    return v;
  }
}
