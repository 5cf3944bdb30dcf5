// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Sniffer } from '../engine.js';

const methods = ['GET ', 'POST ', 'PUT ', 'HEAD ', 'DELETE ', 'OPTIONS ', 'PATCH ', 'CONNECT ', 'TRACE '];

/** Names the protocol that foreign bytes seem to belong to, so that an error says more than numbers. */
export function recognise(buf: Buffer, start: number, end: number): string | undefined {
  const text = buf.toString('latin1', start, end);
  if (text.startsWith('PRI * HT')) return 'HTTP/2 with prior knowledge (gRPC)';
  if (methods.some((m) => text.startsWith(m))) return 'an HTTP/1 request';
  if (text.startsWith('HTTP/1.')) return 'an HTTP/1 response';
  if (buf[start] === 0x16 && buf[start + 1] === 0x03) return 'a TLS ClientHello';
  if (buf[start] === 0x82 && (buf[start + 1]! & 0x1f) === 1) return 'Thrift compact, which Kitex does not accept';
  if (buf[start + 4] === 0x82 && (buf[start + 5]! & 0x1f) === 1) return 'framed Thrift compact, which Kitex does not accept';
  if (buf[start] === 0x00 && buf[start + 1] === 0x00 && buf[start + 2] === 0x00 && buf[start + 4]! >= 0x41) return 'Thrift binary without a version (not strict)';
  if (text.startsWith('SSH-')) return 'SSH';
  if (/^[\r\n]|^(quit|help|exit)/i.test(text)) return 'somebody typing';
  return undefined;
}

function magicAt(buf: Buffer, p: number): boolean {
  const hi = buf[p];
  return (hi === 0x80 || hi === 0x90) && buf[p + 1] === 0x01;
}

/**
 * Recognises what the RPC engine speaks, by 8 bytes.
 * Source: cloudwego/kitex pkg/remote/trans/detection, pkg/remote/codec/default_codec.go.
 */
const rpcSniffer: Sniffer = {
  protocol: 'rpc',
  match(buf, start, end) {
    const n = end - start;
    if (n >= 2 && ((buf[start] === 0x80 && buf[start + 1] === 0x01) || (buf[start] === 0xff && buf[start + 1] === 0xaf))) return 'yes';
    if (n < 8) return 'more';
    if (magicAt(buf, start + 4)) return 'yes';
    // TTHeader, but not a streaming one (flag 0x0002)
    if (buf[start + 4] === 0x10 && buf[start + 5] === 0x00) return (buf[start + 7]! & 0x02) === 0 ? 'yes' : 'no';
    return 'no';
  },
};

/** The sniffers of ping-pong RPC, for a PortApp. */
export const rpcSniffers: readonly Sniffer[] = Object.freeze([rpcSniffer]);
