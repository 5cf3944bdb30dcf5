// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createServer as createHttp2Server } from 'node:http2';
import type { ServerHttp2Stream } from 'node:http2';
import { once } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { selfSigned } from '@cloudwego/netpoll/testing';
import { createClient, gzip, RemoteOrNetworkError } from '@cloudwego/kitex';
import type { GrpcCompressor } from '@cloudwego/kitex';
import { echoArgs, silentLogger, using } from './fixtures/harness.js';
import { grpcCall, grpcEnd, grpcMessage, grpcOpen, grpcSession } from './fixtures/grpc.js';
import { connectTalk, numbers, serveTalk, Talk, talking, texts } from './fixtures/streams.js';

/** A bare Message { text }, as streams carry it. */
function bare(text: string): Buffer {
  const whole = echoArgs(text);
  return whole.subarray(3, whole.length - 1);
}

/** A peer by node:http2 that answers as it is told. */
async function http2Peer(answer: (stream: ServerHttp2Stream, n: number) => void): Promise<string> {
  const server = createHttp2Server();
  const sessions = new Set<{ destroy(): void }>();
  let n = 0;
  server.on('session', (s) => sessions.add(s));
  server.on('stream', (stream: ServerHttp2Stream) => {
    stream.on('error', () => undefined);
    answer(stream, n++);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  using({
    [Symbol.asyncDispose]: async () => {
      for (const s of sessions) s.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers with messages and OK. */
function answerWith(stream: ServerHttp2Stream, ...messages: readonly Buffer[]): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc+thrift' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => {
    stream.sendTrailers({ 'grpc-status': '0', 'grpc-message': '' });
  });
  stream.end(Buffer.concat(messages.map(grpcMessage)));
}

/** Collects what came, then answers. */
function collect(stream: ServerHttp2Stream, then: (body: Buffer) => void): void {
  const pieces: Buffer[] = [];
  stream.on('data', (d: Buffer) => pieces.push(d));
  stream.on('end', () => {
    then(Buffer.concat(pieces));
  });
}

describe('a stream that a peer did not process', () => {
  it('is opened again, and its requests are sent again', async () => {
    const bodies: Buffer[] = [];
    const address = await http2Peer((stream, n) => {
      if (n < 2) {
        stream.once('data', () => {
          stream.close(7);
        });
        return;
      }
      collect(stream, (body) => {
        bodies.push(body);
        answerWith(stream, bare('done'));
      });
    });
    const client = connectTalk(address);
    expect(await client.sum([{ text: '1' }, { text: '2' }])).toEqual({ text: 'done' });
    expect(bodies).toEqual([Buffer.concat([grpcMessage(bare('1')), grpcMessage(bare('2'))])]);
    expect(client.dump()).toMatchObject({ calls: 0 });
  });

  it('is opened again with its one request too, and fails when it is refused for good', async () => {
    let refusals = 2;
    const address = await http2Peer((stream) => {
      if (refusals-- > 0) stream.close(7);
      else answerWith(stream, bare('a'), bare('b'));
    });
    const client = connectTalk(address);
    expect(await texts(client.list({ text: 'x' }))).toEqual(['a', 'b']);
    refusals = Infinity;
    await expect(texts(client.list({ text: 'x' }))).rejects.toMatchObject({ code: 'KITEX_CONNECTION_UNAVAILABLE' });
    expect(client.dump()).toMatchObject({ calls: 0 });
  });

  it('is not opened again once the peer answered', async () => {
    let streams = 0;
    const address = await http2Peer((stream) => {
      streams++;
      stream.respond({ ':status': 200, 'content-type': 'application/grpc+thrift' });
      stream.write(grpcMessage(bare('a')), () => {
        stream.close(7);
      });
    });
    const s = connectTalk(address).list({ text: 'x' });
    expect(await s.read()).toEqual({ text: 'a' });
    await expect(s.read()).rejects.toBeInstanceOf(RemoteOrNetworkError);
    expect(streams).toBe(1);
  });
});

describe('answers that are none', () => {
  it.each([
    ['no trailers', (s: ServerHttp2Stream): void => {
      s.respond({ ':status': 200, 'content-type': 'application/grpc+thrift' });
      s.end(grpcMessage(bare('a')));
    }, 13],
    ['half a message', (s: ServerHttp2Stream): void => {
      answerHalf(s);
    }, 13],
    ['a status alone', (s: ServerHttp2Stream): void => {
      s.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '14', 'grpc-message': 'later' }, { endStream: true });
    }, 14],
    ['no gRPC at all', (s: ServerHttp2Stream): void => {
      s.respond({ ':status': 503, 'content-type': 'text/html' }, { endStream: true });
    }, 14],
    ['a payload that cannot be read', (s: ServerHttp2Stream): void => {
      answerWith(s, Buffer.from([11, 0, 1, 0x7f, 0xff, 0xff, 0xff]));
    }, undefined],
  ] as const)('%s', async (_name, answer, status) => {
    const address = await http2Peer(answer);
    const s = connectTalk(address).list({ text: 'x' });
    const e: unknown = await texts(s).catch((x: unknown) => x);
    expect(e).toMatchObject(status === undefined ? { code: 'KITEX_INTERNAL_EXCEPTION' } : { code: 'KITEX_REMOTE_OR_NETWORK', typeId: status });
    expect(s.outcome).toBe('failed');
  });
});

function answerHalf(s: ServerHttp2Stream): void {
  s.respond({ ':status': 200, 'content-type': 'application/grpc+thrift' }, { waitForTrailers: true });
  s.on('wantTrailers', () => {
    s.sendTrailers({ 'grpc-status': '0' });
  });
  s.end(grpcMessage(bare('a')).subarray(0, 7));
}

describe('requests of a stranger', () => {
  it('to a server stream have to be one', async () => {
    const { address } = await serveTalk();
    const s = grpcSession(address);
    const none = grpcOpen(s, '/test.Talk/List');
    none.end();
    expect((await grpcEnd(none)).trailers['grpc-status']).toBe('13');
    const two = grpcOpen(s, '/test.Talk/List');
    two.end(Buffer.concat([grpcMessage(bare('3')), grpcMessage(bare('4'))]));
    expect((await grpcEnd(two)).trailers['grpc-message']).toContain('more than one request message');
    const one = await grpcCall(s, '/test.Talk/List', bare('3'));
    expect(one.messages).toEqual([bare('0'), bare('1'), bare('2')]);
    expect(one.trailers['grpc-status']).toBe('0');
  });

  it('that make no sense end their stream and no other', async () => {
    const { address } = await serveTalk();
    const s = grpcSession(address);
    expect((await grpcCall(s, '/test.Talk/Chat', Buffer.from([11, 0, 1, 0x7f, 0xff, 0xff, 0xff]))).trailers['grpc-status']).toBe('13');
    expect((await grpcCall(s, '/test.Talk/Chat', bare('a'))).messages).toEqual([bare('a!')]);
    expect((await grpcCall(s, '/test.Talk/Chat', bare('a'), { 'content-type': 'application/grpc' })).trailers['grpc-status']).toBe('12');
    expect((await grpcCall(s, '/test.Talk/Chat', bare('a'), { 'grpc-timeout': '0n' })).trailers['grpc-status']).toBe('4');
  });
});

describe('compression', () => {
  const counted: { packed: number; unpacked: number } & GrpcCompressor = {
    name: 'counted',
    packed: 0,
    unpacked: 0,
    compress(m) {
      this.packed++;
      return Buffer.from(m).reverse();
    },
    decompress(m) {
      this.unpacked++;
      return Buffer.from(m).reverse();
    },
  };

  it('goes both ways where both sides know it, for each message of every form', async () => {
    const client = await talking({}, { grpc: { compressors: [gzip, counted] } }, { grpc: { compressors: [gzip, counted], compression: 'counted' } });
    expect(await texts(client.chat([{ text: 'a' }, { text: 'b' }]))).toEqual(['a!', 'b!']);
    expect([counted.packed, counted.unpacked]).toEqual([4, 4]);
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'x' });
    expect([counted.packed, counted.unpacked]).toEqual([6, 6]);
    expect(await client.echo({ text: 'y' }, { compression: 'gzip' })).toEqual({ text: 'y' });
    expect(await client.sum([{ text: '1' }], { compression: 'identity' })).toEqual({ text: '1' });
    expect([counted.packed, counted.unpacked]).toEqual([6, 6]);
    await expect(client.echo({ text: 'z' }, { compression: 'zstd' })).rejects.toThrow('gzip, counted');
  });

  it('is gzip as everybody has it, and bounded', async () => {
    const { address } = await serveTalk({}, { grpc: { compressors: [gzip] }, maxMessageBytes: 100_000 });
    const a = await grpcCall(grpcSession(address), '/test.Talk/List', bare('1'), { 'grpc-accept-encoding': 'zstd,gzip' });
    expect(a.headers['grpc-encoding']).toBe('gzip');
    expect(gunzipSync(a.messages[0]!)).toEqual(bare('0'));
    const client = connectTalk(address, { grpc: { compressors: [gzip], compression: 'gzip' } });
    await expect(client.echo({ text: 'x'.repeat(1_000_000) })).rejects.toMatchObject({ code: 'KITEX_REMOTE_OR_NETWORK' });
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'x' });
  });

  it('that the server does not know is told by its status', async () => {
    const client = await talking({}, {}, { grpc: { compressors: [gzip], compression: 'gzip' } });
    await expect(client.echo({ text: 'x' })).rejects.toMatchObject({ typeId: 12 });
  });
});

describe('connections', () => {
  it('that are old are replaced, and no call is lost', async () => {
    const ports = new Set<string>();
    const client = await talking(
      {
        echo: async (req, ctx) => {
          ports.add(JSON.stringify(ctx.remote));
          await new Promise((r) => setImmediate(r));
          return req;
        },
      },
      { grpc: { maxConnectionAgeMs: 30 } },
      { pool: { kind: 'mux', connectionsPerAddress: 1 } },
    );
    let calls = 0;
    while (ports.size < 4) {
      expect(await client.echo({ text: String(calls) })).toEqual({ text: String(calls++) });
      if (calls > 100_000) throw new Error('the connection is never replaced');
    }
  });

  it('that are old give their streams the time that is theirs', async () => {
    const client = await talking(
      {
        async *list(req) {
          for (let i = 0; ; i++) {
            yield { text: String(i) };
            await new Promise((r) => setTimeout(r, 5));
            if (req.text === 'short' && i === 3) return;
          }
        },
      },
      { grpc: { maxConnectionAgeMs: 20, maxConnectionAgeGraceMs: 100 } },
    );
    expect((await texts(client.list({ text: 'short' }))).length).toBe(4);
    await expect(texts(client.list({ text: 'for ever' }))).rejects.toBeInstanceOf(RemoteOrNetworkError);
  });

  it('without streams are told goodbye by a server that wants it', async () => {
    const client = await talking({}, { grpc: { maxConnectionIdleMs: 30 } });
    await client.echo({ text: 'x' });
    const before = (client.dump() as { connections: number }).connections;
    expect(before).toBe(1);
    // The next call finds that out, and goes by another one.
    const { address } = await serveTalk();
    const other = connectTalk(address);
    expect(await other.echo({ text: 'y' })).toEqual({ text: 'y' });
    await new Promise((r) => setTimeout(r, 100));
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'x' });
  });

  it('whose peer has fallen silent are given up by keep-alive', async () => {
    const sockets = new Set<Socket>();
    const mute = createTcpServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.resume();
      // SETTINGS, and an acknowledgement of the other side's; then nothing, whatever is asked.
      socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0]));
    });
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    using({
      [Symbol.asyncDispose]: async () => {
        for (const s of sockets) s.destroy();
        await new Promise((resolve) => mute.close(resolve));
      },
    });
    const client = connectTalk(`127.0.0.1:${(mute.address() as AddressInfo).port}`, { grpc: { keepAliveMs: 50, keepAliveTimeoutMs: 50 } });
    await expect(texts(client.list({ text: 'x' }))).rejects.toMatchObject({ code: 'KITEX_REMOTE_OR_NETWORK' });
  });

  it('that ping too often are told to calm down, and the calls go on', async () => {
    const slow = {
      async *list(): AsyncGenerator<{ text: string }> {
        await new Promise((r) => setTimeout(r, 400));
        yield { text: 'late' };
      },
    };
    const calm = await talking(slow, { grpc: { minPingIntervalMs: 1 } }, { grpc: { keepAliveMs: 20 } });
    expect(await texts(calm.list({ text: '' }))).toEqual(['late']);
    const strict = await talking(slow, {}, { grpc: { keepAliveMs: 20 } });
    await expect(texts(strict.list({ text: '' }))).rejects.toThrow(/too_many_pings|closed|goes away/);
  });
});

describe('TLS', () => {
  const server = selfSigned(['localhost', '127.0.0.1']);
  const known = selfSigned(['client']);
  const stranger = selfSigned(['stranger']);

  it('carries every wire on one port, gRPC by ALPN', async () => {
    const seen: (string | undefined)[] = [];
    const { address } = await serveTalk({}, { tls: { key: server.key, cert: server.cert } });
    for (const transport of ['buffered', 'framed', 'ttheader', 'ttheader-framed', 'grpc'] as const) {
      const client = using(createClient(Talk, { destService: 'talk', hostPorts: [address], transport, streamTransport: 'grpc', connectTimeoutMs: 10_000, logger: silentLogger, tls: { ca: server.cert, servername: 'localhost' } }));
      expect(await client.echo({ text: transport })).toEqual({ text: transport });
      expect(await texts(client.chat(numbers(3)))).toEqual(['0!', '1!', '2!']);
      seen.push(transport);
    }
    expect(seen.length).toBe(5);
  });

  it('asks clients who they are, and refuses strangers', async () => {
    const { address } = await serveTalk({}, { tls: { key: server.key, cert: server.cert, ca: known.cert, requestCert: true, rejectUnauthorized: true } });
    const as = (who: { key: string; cert: string } | undefined): ReturnType<typeof connectTalk> => connectTalk(address, { tls: { ca: server.cert, servername: 'localhost', ...(who ?? {}) } });
    expect(await as(known).echo({ text: 'x' })).toEqual({ text: 'x' });
    expect(await as(known).sum(numbers(10))).toEqual({ text: '45' });
    await expect(as(stranger).echo({ text: 'x' })).rejects.toBeInstanceOf(Error);
    await expect(as(undefined).echo({ text: 'x' })).rejects.toBeInstanceOf(Error);
  });

  it('is not spoken with a server whose name or authority is another, nor without it', async () => {
    const { address } = await serveTalk({}, { tls: { key: server.key, cert: server.cert } });
    await expect(connectTalk(address, { tls: { ca: known.cert, servername: 'localhost' } }).echo({ text: 'x' })).rejects.toMatchObject({ code: 'KITEX_CONNECTION_UNAVAILABLE' });
    await expect(connectTalk(address, { tls: { ca: server.cert, servername: 'elsewhere' } }).echo({ text: 'x' })).rejects.toMatchObject({ code: 'KITEX_CONNECTION_UNAVAILABLE' });
    // A port that speaks HTTP/2 in TLS only says so to those who come without.
    await expect(connectTalk(address).echo({ text: 'x' })).rejects.toMatchObject({ code: 'KITEX_CONNECTION_UNAVAILABLE', message: expect.stringContaining('HTTP_1_1_REQUIRED') as string });
  });
});

describe('requests that are no gRPC', () => {
  it('are read to their end and refused in words', async () => {
    const { address } = await serveTalk();
    const s = grpcSession(address);
    const got = async (headers: Record<string, string>, body: Buffer | undefined): Promise<[unknown, string]> => {
      const stream = s.request({ ':path': '/', ...headers }, { endStream: body === undefined });
      let status: unknown;
      let text = '';
      stream.on('response', (h) => (status = h[':status']));
      stream.setEncoding('utf8').on('data', (d: string) => (text += d));
      if (body !== undefined) stream.end(body);
      await once(stream, 'close');
      return [status, text];
    };
    for (const [headers, body, status] of [
      [{ ':method': 'GET' }, undefined, 405],
      [{ ':method': 'POST', 'content-type': 'application/json' }, Buffer.alloc(100_000), 415],
    ] as const) {
      const [code, text] = await got(headers, body);
      expect(code).toBe(status);
      expect(text).toContain('wanted POST with content-type application/grpc');
    }
    expect((await grpcCall(s, '/test.Talk/Chat', bare('a'))).messages).toEqual([bare('a!')]);
  });
});
