// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { WsEngine } from '@cloudwego/protocol';
import type { WsOptions } from '@cloudwego/protocol';
import { MemoryLink } from '@cloudwego/protocol/testing';
import type { MemoryLinkOptions } from '@cloudwego/protocol/testing';

const KEY = [0x12, 0xf4, 0x5a, 0x81] as const;

export interface FrameInit {
  readonly op: number;
  readonly body?: string | Uint8Array;
  readonly fin?: boolean;
  readonly rsv?: number;
  /** Written without a mask by a client, or with one by a server. */
  readonly wrongMask?: boolean;
  /** The length, in this many bytes: 0, 2 or 8. */
  readonly lengthBytes?: number;
  /** A length that is not the body's. */
  readonly length?: number;
}

/** A frame, byte by byte, as RFC 6455 draws it. Strings are UTF-8. */
export function frame(f: FrameInit, fromClient: boolean = true): Buffer {
  const body = Buffer.from((f.body ?? '') as string);
  const n = f.length ?? body.length;
  const masked = fromClient !== (f.wrongMask ?? false);
  const head: number[] = [((f.fin ?? true) ? 0x80 : 0) | ((f.rsv ?? 0) << 4) | f.op];
  const bytes = f.lengthBytes ?? (n < 126 ? 0 : n < 65536 ? 2 : 8);
  const bit = masked ? 0x80 : 0;
  if (bytes === 0) head.push(bit | n);
  else {
    head.push(bit | (bytes === 2 ? 126 : 127));
    for (let i = bytes - 1; i >= 0; i--) head.push(Math.floor(n / 256 ** i) % 256);
  }
  if (!masked) return Buffer.concat([Buffer.from(head), body]);
  return Buffer.concat([Buffer.from(head), Buffer.from(KEY), body.map((c, i) => c ^ KEY[i & 3]!)]);
}

export interface SeenFrame {
  readonly op: number;
  readonly fin: boolean;
  readonly rsv: number;
  readonly body: Buffer;
}

/** The frames in `b`. */
export function framesOf(b: Buffer, fromClient: boolean = false): SeenFrame[] {
  const out: SeenFrame[] = [];
  for (let p = 0; p < b.length; ) {
    const b0 = b[p]!;
    const b1 = b[p + 1]!;
    if ((b1 & 0x80) !== 0 !== fromClient) throw new Error('masked by the wrong side');
    let n = b1 & 0x7f;
    p += 2;
    if (n === 126) {
      n = b.readUInt16BE(p);
      p += 2;
    } else if (n === 127) {
      n = Number(b.readBigUInt64BE(p));
      p += 8;
    }
    const key = fromClient ? b.subarray(p, (p += 4)) : undefined;
    const body = Buffer.from(b.subarray(p, p + n));
    if (key !== undefined) for (let i = 0; i < n; i++) body[i]! ^= key[i & 3]!;
    p += n;
    out.push({ op: b0 & 15, fin: b0 >= 0x80, rsv: (b0 >> 4) & 7, body });
  }
  return out;
}

/** One engine on a hostile connection, which echoes messages, as the testee of Autobahn does. */
export class Echo {
  readonly link: MemoryLink;
  readonly engine: WsEngine;
  readonly heard: (string | Buffer)[] = [];
  readonly pings: string[] = [];
  readonly pongs: string[] = [];
  writables: number = 0;
  closed: readonly [number, string, string | undefined] | undefined = undefined;
  sent: SeenFrame[] = [];

  constructor(role: 'client' | 'server' = 'server', o: WsOptions = {}, echo: boolean = true, link: MemoryLinkOptions = {}) {
    this.link = new MemoryLink(link);
    this.engine = new WsEngine(this.link, role, {
      onMessage: (m) => {
        this.heard.push(m);
        if (echo) this.engine.send(m);
      },
      onPing: (p) => this.pings.push(p.toString('latin1')),
      onPong: (p) => this.pongs.push(p.toString('latin1')),
      onClose: (code, reason, e) => {
        this.closed = [code, reason, (e as { code?: string } | undefined)?.code];
      },
      onWritable: () => this.writables++,
    }, o);
    this.link.attach(this.engine);
    this.role = role;
  }

  private readonly role: 'client' | 'server';

  /** Gives bytes in pieces of `chop`; what was sent is in `sent`. */
  feed(bytes: Buffer, chop: number = Infinity): this {
    for (let p = 0; p < bytes.length; p += chop) this.link.feed(bytes.subarray(p, p + chop));
    this.sent.push(...framesOf(this.link.take(), this.role === 'client'));
    return this;
  }

  /** The connection is closed, as it is when both ended it. */
  gone(): this {
    this.link.close();
    return this;
  }
}
