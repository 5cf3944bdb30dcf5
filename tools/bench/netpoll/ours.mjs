// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Echo of whatever comes, on one of our engines.
//
//   node ours.mjs stream|poll

import { createNetwork } from '@cloudwego/netpoll';

class Echo {
  need = 1;

  constructor(connection) {
    this.connection = connection;
  }

  receive(buf, start, end) {
    const c = this.connection;
    const n = end - start;
    const w = c.beginWrite(n);
    if (n < 4096) {
      w.ensure(n);
      buf.copy(w.buf, w.pos, start, end);
      w.pos += n;
    } else {
      w.bytes(buf.subarray(start, end));
    }
    if (!c.endWrite()) c.pause();
    return n;
  }

  receiveEnd() {
    this.connection.end();
  }

  writable() {
    this.connection.resume();
  }

  closed() {}
}

const network = createNetwork({ engine: process.argv[2] });
const listener = await network.listen({ kind: 'tcp', host: '127.0.0.1', port: 0 }, (c) => c.attach(new Echo(c)));
console.log(`LISTEN ${listener.address.host}:${listener.address.port}`);
// For idle.mjs, which starts this with --expose-gc.
process.on('SIGUSR2', () => {
  globalThis.gc();
  globalThis.gc();
  console.log(`RSS ${process.memoryUsage.rss()}`);
});
process.once('SIGTERM', () => process.exit(0));
