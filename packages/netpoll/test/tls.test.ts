// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { connect } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import type { Connection, TlsOptions } from '@cloudwego/gopkg/io';
import { createNetwork } from '@cloudwego/netpoll';
import { selfSigned } from '@cloudwego/netpoll/testing';
import { expect, it, onTestFinished } from 'vitest';
import { describeEngines } from './fixtures/native.js';

const own = selfSigned(['localhost']);
const client = selfSigned(['client']);

describeEngines('sessions of TLS', (engine) => {
  it.each([
    ['TLSv1.2', {}],
    ['TLSv1.3', {}],
    ['TLSv1.2', { requestCert: true, ca: client.cert }],
    ['TLSv1.3', { requestCert: true, ca: client.cert }],
  ] as const)('are taken up again with the same options, %s %o', async (version, more) => {
    const options: TlsOptions = { ...own, ...more, maxVersion: version, isServer: true };
    const seen: (string | undefined)[] = [];
    const network = createNetwork({ engine });
    const listener = await network.listen({ kind: 'tcp', host: '127.0.0.1', port: 0 }, (raw) => {
      const c: Connection = raw.startTls(options);
      c.attach({
        need: 1,
        receive: (_buf, start, end) => {
          seen.push(c.tls?.authorized === true ? (c.tls.peerCertificate()?.subject.CN as string | undefined) : undefined);
          c.beginWrite(1).u8(1);
          c.endWrite();
          return end - start;
        },
        receiveEnd: () => {
          c.end();
        },
        writable: () => undefined,
        closed: () => undefined,
      });
    });
    onTestFinished(() => listener.close());
    const { port } = listener.address as { port: number };
    const talk = async (session?: Buffer): Promise<{ reused: boolean; session: Buffer }> => {
      const s: TLSSocket = connect({ host: '127.0.0.1', port, servername: 'localhost', ...client, ca: own.cert, ...(session === undefined ? {} : { session }) });
      let last: Buffer | undefined;
      s.on('session', (x: Buffer) => (last = x));
      s.write('x');
      await once(s, 'data');
      const reused = s.isSessionReused();
      s.end();
      s.resume();
      await once(s, 'close');
      return { reused, session: last ?? s.getSession()! };
    };
    const first = await talk();
    expect(first.reused).toBe(false);
    expect((await talk(first.session)).reused).toBe(true);
    // Who the client is, is known without its certificate being sent again.
    expect(seen).toEqual('requestCert' in more ? ['client', 'client'] : [undefined, undefined]);
  });
});
