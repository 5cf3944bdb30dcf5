// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// One way of doing one thing of gopkg, in a process of its own. Prints { micros }: CPU time of one call, garbage collection and threads included.
//
//   node case.mjs SUBJECT VARIANT SECONDS WARMUP

import { Panel, tripByRate } from '@cloudwego/gopkg/circuitbreaker';
import { FastRand } from '@cloudwego/gopkg/fastrand';
import { CpuPool, piscinaThreads } from '@cloudwego/gopkg/gopool';
import { metaInfoFromStrings, metaInfoToStrings } from '@cloudwego/gopkg/metainfo';
import { Queue } from '@cloudwego/gopkg/queue';
import { OrderedMap } from '@cloudwego/gopkg/skipmap';
import { Mutex } from '@cloudwego/gopkg/syncx';
import { hash, loadNative } from '@cloudwego/gopkg/xxhash3';
import { ZSet } from '@cloudwego/gopkg/zset';

import { cpuPerCall } from '../lib/cpu.mjs';

const [, , subject, variant, seconds, warmup] = process.argv;

const ENTRIES = 10_000;
/** As in tools/interop/peers/go/gopkgbench. */
const keys = Array.from({ length: ENTRIES }, (_, i) => (i * 7919) % 1_000_003);
const tasks = new URL('./tasks.mjs', import.meta.url);

async function hashing(bytes) {
  const data = Uint8Array.from({ length: bytes }, (_, i) => (i * 131) & 255);
  switch (variant) {
    case 'native': {
      const native = await loadNative();
      return { call: () => native.hash(data), want: hash(data) };
    }
    case 'hash-wasm': {
      const { createXXHash3 } = await import('hash-wasm');
      const h = await createXXHash3();
      return { call: () => h.init().update(data).digest(), want: hash(data).toString(16).padStart(16, '0') };
    }
    default:
      return { call: () => hash(data) };
  }
}

async function ordered() {
  const work = (m) => {
    for (const k of keys) m.set(k, k);
    let sum = 0;
    for (const k of keys) sum += m.get(k);
    return { m, sum };
  };
  const want = 2 * keys.reduce((a, b) => a + b, 0);
  if (variant !== 'sorted-btree') {
    return {
      call: () => {
        const { m, sum } = work(new OrderedMap());
        let all = sum;
        for (const [, v] of m) all += v;
        return all;
      },
      want,
    };
  }
  const { default: module } = await import('sorted-btree');
  const BTree = module.default ?? module;
  return {
    call: () => {
      const { m, sum } = work(new BTree());
      let all = sum;
      for (const [, v] of m.entries()) all += v;
      return all;
    },
    want,
  };
}

async function queues() {
  const fill = (q) => {
    for (let i = 0; i < 1000; i++) q.push(i);
    let sum = 0;
    for (let i = 0; i < 1000; i++) sum += q.shift();
    return sum;
  };
  const want = 499_500;
  if (variant === 'denque') {
    const { default: Denque } = await import('denque');
    const q = new Denque();
    return { call: () => fill(q), want };
  }
  const q = variant === 'array' ? [] : new Queue();
  return { call: () => fill(q), want };
}

async function locks() {
  let m;
  let run;
  if (variant === 'async-mutex') {
    const { Mutex: Other } = await import('async-mutex');
    m = new Other();
    run = (f) => m.runExclusive(f);
  } else {
    m = new Mutex();
    run = (f) => m.run(f);
  }
  let n = 0;
  const step = () => n++;
  return { call: () => Promise.all(Array.from({ length: 100 }, () => run(step))).then((a) => a.length), want: 100 };
}

async function breakers() {
  const work = async () => 1;
  switch (variant) {
    case 'opossum': {
      const { default: CircuitBreaker } = await import('opossum');
      const b = new CircuitBreaker(work, { timeout: false });
      return { call: () => b.fire(), want: 1, after: () => b.shutdown() };
    }
    case 'cockatiel': {
      const { circuitBreaker, handleAll, SamplingBreaker } = await import('cockatiel');
      const b = circuitBreaker(handleAll, { halfOpenAfter: 5000, breaker: new SamplingBreaker({ threshold: 0.5, duration: 10_000 }) });
      return { call: () => b.execute(work), want: 1 };
    }
    case 'sync': {
      const panel = new Panel({ shouldTrip: tripByRate(0.5, 200) });
      return {
        call: () => {
          const yes = panel.isAllowed('service');
          if (yes) panel.succeed('service');
          return yes;
        },
        want: true,
      };
    }
    default: {
      const panel = new Panel({ shouldTrip: tripByRate(0.5, 200) });
      return { call: () => panel.run('service', work), want: 1 };
    }
  }
}

async function threads() {
  if (variant === 'piscina') {
    const { Piscina } = await import('piscina');
    const p = new Piscina({ filename: tasks.href, maxThreads: 1, minThreads: 1 });
    return { call: () => p.run(1, { name: 'add' }), want: 2, after: () => p.destroy() };
  }
  const p = new CpuPool(tasks, { threads: 1, thread: variant === 'on-piscina' ? await piscinaThreads() : undefined });
  return { call: () => p.run('add', 1), want: 2, after: () => p.destroy() };
}

function scores() {
  const members = keys.map((_, i) => `member ${i}`);
  return {
    call: () => {
      const z = new ZSet();
      keys.forEach((k, i) => z.add(k, members[i]));
      let sum = 0;
      for (const m of members) sum += z.rank(m);
      return sum + z.range(0, 99).length;
    },
    want: (ENTRIES * (ENTRIES - 1)) / 2 + 100,
  };
}

function travelling() {
  const arrived = new Map([['RPC_PERSIST_TENANT', 'blue'], ['RPC_PERSIST_LOG_ID', '20261125'], ['RPC_TRANSIT_CALLER', 'shop']]);
  return {
    call: () => {
      const m = metaInfoFromStrings(arrived).forward().with('STEP', '2');
      const out = new Map();
      metaInfoToStrings(m, (k, v) => out.set(k, v));
      return out.size;
    },
    want: 3,
  };
}

function random() {
  const r = new FastRand('bench');
  const next = variant === 'math' ? () => Math.floor(Math.random() * 1000) : () => r.uint32n(1000);
  return {
    call: () => {
      let sum = 0;
      for (let i = 0; i < 1000; i++) sum += next();
      return sum > 0;
    },
    want: true,
  };
}

const subjects = {
  'hash-16': () => hashing(16),
  'hash-1024': () => hashing(1024),
  'hash-1048576': () => hashing(1 << 20),
  map: ordered,
  zset: scores,
  queue: queues,
  mutex: locks,
  breaker: breakers,
  threads,
  metainfo: travelling,
  random,
};

const { call, want, after } = await subjects[subject]();
await cpuPerCall(call, Number(warmup));
const { micros, kept } = await cpuPerCall(call, Number(seconds));
if (want !== undefined && kept !== want) throw new Error(`${subject} ${variant}: got ${String(kept)}, wanted ${String(want)}`);
console.log(JSON.stringify({ micros }));
await after?.();
