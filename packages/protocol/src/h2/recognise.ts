// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Sniffer } from '../engine.js';
import { PREFACE } from './frame.js';

/** Bytes that tell HTTP/2 from everything else. Source: cloudwego/kitex pkg/remote/trans/nphttp2/server_handler.go ProtocolMatch. */
const ENOUGH = 8;

/** Recognises HTTP/2 with prior knowledge, by the first 8 bytes of its preface, and by ALPN. */
export const h2Sniffer: Sniffer = Object.freeze<Sniffer>({
  protocol: 'h2',
  alpn: 'h2',
  match(buf, start, end) {
    const n = Math.min(end - start, ENOUGH);
    for (let i = 0; i < n; i++) if (buf[start + i] !== PREFACE[i]) return 'no';
    return n === ENOUGH ? 'yes' : 'more';
  },
});
