// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Sniffer } from '../engine.js';
import { SP, TARGET, TOKEN } from './frame.js';

/** The preface of HTTP/2 is a request of HTTP/1 by its looks. */
const PRI = [0x50, 0x52, 0x49, 0x20, 0x2a, 0x20];
/** With its blank and what follows it, a method that is recognised fits what a Port shows. */
const MAX_METHOD = 20;

/** Recognises a request of HTTP/1 by its method, a blank and the first byte of its target, and by ALPN. */
export const http1Sniffer: Sniffer = Object.freeze<Sniffer>({
  protocol: 'http/1.1',
  alpn: 'http/1.1',
  match(buf, start, end) {
    // Empty lines before a request are passed over by the engine; a Port shows 24 bytes, so that two of them are.
    let p = start;
    while (p < end && p - start < 4 && (buf[p] === 13 || buf[p] === 10)) p++;
    const from = p;
    while (p < end && TOKEN[buf[p]!] === 1) p++;
    if (p - from > MAX_METHOD) return 'no';
    if (p === end) return 'more';
    if (p === from || buf[p] !== SP) return 'no';
    if (p + 1 === end) return 'more';
    if (TARGET[buf[p + 1]!] !== 1) return 'no';
    for (let i = 0; i < PRI.length; i++) {
      if (from + i >= end) return 'more';
      if (buf[from + i] !== PRI[i]) return 'yes';
    }
    return 'no';
  },
});
