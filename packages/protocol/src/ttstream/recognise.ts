// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Sniffer } from '../engine.js';
import { HeaderFlags } from '../rpc/keys.js';

/** Recognises TTHeader streaming by the magic and the flag 0x0002. Source: cloudwego/kitex pkg/remote/trans/ttstream/server_trans_handler.go ProtocolMatch. */
export const ttstreamSniffer: Sniffer = Object.freeze<Sniffer>({
  protocol: 'ttstream',
  match(buf, start, end) {
    const n = end - start;
    if (n >= 6 && (buf[start + 4] !== 0x10 || buf[start + 5] !== 0x00)) return 'no';
    if (n < 8) return 'more';
    return (buf[start + 7]! & HeaderFlags.Streaming) === 0 ? 'no' : 'yes';
  },
});
