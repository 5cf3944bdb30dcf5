// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js';
import { untilTold } from '../told.mjs';
import { item, limits, PStreams } from './service.mjs';

const bytes = (n) => Buffer.from([0, 255, n]);

function metadata(pairs) {
  const m = new Metadata();
  for (const [k, v] of Object.entries(pairs)) m.add(k, v);
  return m;
}

const header = () => metadata({ h: 'header', 'h-bin': bytes(7) });
const trailer = () => metadata({ t: 'trailer', 't-bin': bytes(8) });
/** node:http2 joins values of one key. */
const seen = (m) => item({ text: m.get('key').join('|').replace(', ', '|'), raw: m.get('key-bin')[0] ?? Buffer.alloc(0) });
/** A business status, as Kitex puts it into trailers. */
const biz = () => ({ code: status.INTERNAL, details: 'nf', metadata: metadata({ 'biz-status': '404', 'biz-extra': '{"k":"v"}' }) });
const failure = (code, details) => ({ code, details });

/** What texts mean is in ../../README.md. */
function handlers(stop) {
  let canceled = 0;
  const watch = (call) => call.on('cancelled', () => canceled++);
  return {
    echo(call, done) {
      const v = call.request;
      if (v.text === 'biz') done(biz());
      else if (v.text === 'status') done(failure(status.NOT_FOUND, 'no such item'));
      else if (v.text === 'canceled') done(null, { ...v, number: canceled });
      else if (v.text === 'deadline') done(null, { ...v, number: call.getDeadline() === Infinity ? 0 : 1 });
      else if (v.text === 'meta') {
        call.sendMetadata(header());
        done(null, seen(call.metadata), trailer());
      } else {
        done(null, v);
        if (v.text === 'stop') stop();
      }
    },
    async list(call) {
      watch(call);
      const v = call.request;
      if (v.text === 'meta') {
        call.sendMetadata(header());
        call.write(seen(call.metadata));
        call.end(trailer());
        return;
      }
      for (let i = 0; (i < v.number || v.text === 'endless') && !call.cancelled; i++) {
        const below = call.write({ ...v, number: i });
        if (v.text === 'endless') await new Promise((resolve) => setTimeout(resolve, 5));
        else if (!below) await new Promise((resolve) => call.once('drain', resolve));
      }
      if (v.text === 'fail') call.emit('error', failure(status.UNKNOWN, 'boom'));
      else if (v.text === 'biz') call.emit('error', biz());
      else call.end();
    },
    sum(call, done) {
      watch(call);
      let sum = 0;
      let early = false;
      call.on('data', (v) => {
        sum += v.number;
        if (v.text !== 'early' || early) return;
        early = true;
        done(null, item({ text: 'early', number: sum }));
      });
      call.on('end', () => early || done(null, item({ text: 'sum', number: sum })));
      call.on('error', () => undefined);
    },
    chat(call) {
      watch(call);
      let left = false;
      call.on('data', (v) => {
        if (left) return;
        if (!call.write(v)) {
          call.pause();
          call.once('drain', () => call.resume());
        }
        if (v.text !== 'leave') return;
        left = true;
        call.end();
      });
      call.on('end', () => left || call.end());
      call.on('error', () => undefined);
    },
  };
}

export async function runStreamServer(options) {
  const { addr = '127.0.0.1:0' } = options;
  let told;
  const ended = new Promise((resolve) => (told = resolve));
  const server = new Server(limits);
  server.addService(PStreams.service, handlers(() => told()));
  const port = await new Promise((resolve, reject) => server.bindAsync(addr, ServerCredentials.createInsecure(), (e, p) => (e === null ? resolve(p) : reject(e))));
  console.log(`LISTEN ${addr.slice(0, addr.lastIndexOf(':'))}:${port}`);
  await untilTold(options, ended);
  const timer = setTimeout(() => server.forceShutdown(), 5000);
  await new Promise((resolve) => server.tryShutdown(resolve));
  clearTimeout(timer);
}
