// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createHttp1Engine } from '@cloudwego/protocol';
import type { Http1Options, HttpHead, HttpHeadInit, HttpTail } from '@cloudwego/protocol';
import type { EngineAdapter, EngineEnd, EngineMaker, MemoryLinkOptions } from '@cloudwego/protocol/testing';
import { engineEnd } from '@cloudwego/protocol/testing';

export type Http1End = EngineEnd<HttpHead, HttpHeadInit, HttpTail>;

/** What a test compares of a head: its own fields, without those of the engine. */
function describe(method: string, target: string, status: number, headers: readonly string[]): string {
  const own: string[] = [];
  let close = false;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    if (name === 'connection') close ||= headers[i + 1] === 'close';
    else if (!['host', 'content-length', 'transfer-encoding'].includes(name)) own.push(headers[i]!, headers[i + 1]!);
  }
  return JSON.stringify([method, target, status, own, close]);
}

export function maker(options: Http1Options = {}): EngineMaker<HttpHead, HttpHeadInit, HttpTail> {
  return {
    create: (role, link, on) => createHttp1Engine(link, role, on, options),
    describe: (h) => describe(h.method, h.target, h.status, h.rawHeaders),
    describeTail: (t) => JSON.stringify(t),
  };
}

export function server(options: Http1Options = {}, link?: MemoryLinkOptions): Http1End {
  return engineEnd(maker(options), 'server', link);
}

export function client(options: Http1Options = {}, link?: MemoryLinkOptions): Http1End {
  return engineEnd(maker(options), 'client', link);
}

/** The HTTP/1 engine as the contract suite drives it. */
export function http1Adapter(name: string, o: Http1Options = {}, tail: boolean = false): EngineAdapter<HttpHead, HttpHeadInit, HttpTail> {
  const depth = o.pipelineDepth ?? 1;
  return {
    name,
    ...maker(o),
    can: {
      concurrent: depth,
      served: depth,
      inOrder: true,
      wholeMessages: false,
      streaming: true,
      tail,
      resetKeepsConnection: false,
      silentFinish: false,
      holdsBackAboveHighWater: true,
      goodbye: 'head',
      exportState: true,
    },
    describeInit: (h) => describe(h.method ?? '', h.target ?? '', h.status ?? 0, h.headers),
    requestHead: (n) => ({ method: 'POST', target: `/m${n}?q=${n}`, authority: 'a', headers: ['X-N', String(n)], length: undefined }),
    responseHead: (n) => ({ status: 200, headers: ['X-Answer', String(n)], length: undefined }),
    tail: (n) => ['X-Sum', String(n)],
    saysGoodbye: (head) => (JSON.parse(head) as unknown[])[4] === true,
    continueFrom: (_role, state) => maker({ ...o, nextId: (state as { readonly nextId: number }).nextId }),
    payload: (n, size) => {
      const b = Buffer.alloc(Math.max(8, size), n & 0xff);
      b.writeInt32BE(n, 0);
      return b;
    },
    garbage: Buffer.from('16030100c8010000c40303', 'hex'),
  };
}

/** Answers a stream with a text. */
export function answer(end: Http1End, id: number, text: string, status: number = 200, headers: readonly string[] = []): void {
  end.engine.sendHead(id, { status, headers, length: Buffer.byteLength(text) }, false);
  end.engine.beginMessage(id, text.length).string(text);
  end.engine.endMessage(id, true);
}

/** A server that answers every request with its method, target and body once it has all of it, and what it wrote. */
export function echo(options: Http1Options = {}): Http1End {
  const end = server(options);
  const bodies = new Map<number, { head: string; body: string }>();
  end.on.react = (e) => {
    if (e.kind === 'head') bodies.set(e.id, { head: (JSON.parse(e.head) as string[]).slice(0, 2).join(' '), body: '' });
    if (e.kind === 'message') bodies.get(e.id)!.body += Buffer.from(e.bytes, 'hex').toString();
    if (e.kind === 'tail') bodies.get(e.id)!.body += e.tail;
    if (((e.kind === 'head' || e.kind === 'message') && e.end) || e.kind === 'tail') {
      const { head, body } = bodies.get(e.id)!;
      answer(end, e.id, `${head} [${body}]`);
    }
  };
  return end;
}

/** Feeds a text to an echoing server; what it wrote. */
export function talk(text: string, options: Http1Options = {}): { readonly out: string; readonly end: Http1End } {
  const end = echo(options);
  end.link.feed(Buffer.from(text, 'latin1'));
  return { out: end.link.take().toString('latin1'), end };
}

/** Statuses in what a server wrote, in order. */
export function statuses(out: string): number[] {
  return [...out.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((m) => Number(m[1]));
}
