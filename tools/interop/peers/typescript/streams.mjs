// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { setTimeout as sleep } from 'node:timers/promises';
import { BizStatusError, createServer, GrpcStatusError } from '@cloudwego/kitex';
import { Streams } from '../../.build/typescript/streams/index.js';
import { logger } from './server.mjs';
import { PStreams } from './streams-proto.mjs';
import { untilTold } from '../told.mjs';

const number = (v) => BigInt(v);
const none = new Uint8Array(0);
export const item = (v) => ({ text: '', number: 0n, raw: none, ...v });

const seen = (metadata) => ({ text: metadata.getAll('key').join('|'), number: 0n, raw: metadata.getBinary('key-bin') ?? none });

/** The service of idl/streams.thrift and idl/streams.proto; what texts mean is in ../../README.md. */
function handlers(stop) {
  let canceled = 0;
  const watch = (ctx) => ctx.signal.addEventListener('abort', () => canceled++, { once: true });
  const mark = (ctx) => {
    ctx.setHeader({ h: 'header', 'h-bin': new Uint8Array([0, 255, 7]) });
    ctx.setTrailer({ t: 'trailer', 't-bin': new Uint8Array([0, 255, 8]) });
  };
  return {
    echo: (v, ctx) => {
      switch (v.text) {
        case 'biz':
          throw new BizStatusError(404, 'nf', { k: 'v' });
        case 'status':
          throw new GrpcStatusError(5, 'no such item');
        case 'canceled':
          return { ...v, number: number(canceled) };
        case 'deadline':
          return { ...v, number: ctx.deadline < Infinity ? 1n : 0n };
        case 'meta':
          mark(ctx);
          return seen(ctx.metadata);
        case 'stop':
          stop();
          return v;
        default:
          return v;
      }
    },
    async *list(v, ctx) {
      watch(ctx);
      if (v.text === 'meta') {
        mark(ctx);
        yield seen(ctx.metadata);
        return;
      }
      for (let i = 0n; i < v.number || v.text === 'endless'; i++) {
        yield { ...v, number: i };
        if (v.text === 'endless' || v.text === 'slow') await sleep(5, undefined, { signal: ctx.signal });
      }
      if (v.text === 'fail') throw new Error('boom');
      if (v.text === 'biz') throw new BizStatusError(404, 'nf', { k: 'v' });
    },
    async sum(requests, ctx) {
      watch(ctx);
      let sum = 0n;
      for await (const v of requests) {
        sum += v.number;
        if (v.text === 'early') return item({ text: 'early', number: sum });
      }
      return item({ text: 'sum', number: sum });
    },
    async *chat(requests, ctx) {
      watch(ctx);
      for await (const v of requests) {
        yield v;
        if (v.text === 'leave') return;
      }
    },
  };
}

export async function runStreamServer(options) {
  let told;
  const ended = new Promise((resolve) => (told = resolve));
  const h = handlers(() => told());
  const server = createServer({ serviceName: 'interop-typescript', address: options.addr ?? '127.0.0.1:0', logger, exitSignals: [], exitWaitTimeMs: 5000, reportLoad: true }).register(Streams, h, { fallback: true }).register(PStreams, h);
  const { address } = await server.start();
  console.log(`LISTEN ${address}`);
  await untilTold(options, ended);
  await server.stop();
}
