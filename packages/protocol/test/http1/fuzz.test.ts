// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { randomSplit, seeded } from '@cloudwego/protocol/testing';
import { mutate } from './mutation.js';
import { answer, client, echo, server } from './support.js';

/** More of them: HTTP1_FUZZ_CASES=1000000. */
const CASES = Number(process.env['HTTP1_FUZZ_CASES'] ?? 8000);
const ANSWERS = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\nX: 1\r\n\r\n',
  'HTTP/1.0 200 OK\r\n\r\nuntil the end',
];

/** A server shows the same whatever way bytes are cut, and leaves nothing open. */
function asServer(seed: number): void {
  const random = seeded(seed);
  const bytes = Buffer.from(mutate(random) + (random() < 0.5 ? mutate(random) : ''), 'latin1');
  const pipelineDepth = 1 + (seed % 2) * 3;
  const run = (pieces: readonly Buffer[]): string => {
    const end = echo({ pipelineDepth, maxHeaderBytes: 4096 });
    for (const p of pieces) end.link.feed(p);
    const out = end.link.take().toString('latin1');
    end.link.feedEnd();
    if (end.link.cause !== undefined) expect((end.link.cause as { code?: string }).code).toMatch(/^HTTP1_[A-Z]+_[A-Z]+$/);
    else expect(end.link.ended || end.link.isDestroyed || end.link.unreadBytes > 0).toBe(true);
    expect(end.link.writing).toBe(false);
    end.link.close();
    expect(end.engine.active).toBe(0);
    return out;
  };
  expect(run(randomSplit(bytes, random, 1 + (seed % 20)))).toBe(run([bytes]));
}

/** Early, late, streamed, broken off: no order of commands throws or leaves a section open. */
function anyHandler(seed: number): void {
  const random = seeded(seed);
  const end = server({ pipelineDepth: 1 + (seed % 3), maxSkipBytes: 8, windowBytes: 4 });
  const open: number[] = [];
  end.on.react = (e) => {
    if (e.kind === 'head') {
      if (random() < 0.4) answer(end, e.id, 'early', 200);
      else open.push(e.id);
    }
  };
  for (const p of randomSplit(Buffer.from(mutate(random) + mutate(random), 'latin1'), random, 30)) {
    end.link.feed(p);
    for (let id = open.pop(); id !== undefined && !end.link.isDestroyed && !end.link.ended; id = open.pop()) {
      const kind = random();
      if (kind < 0.2) end.engine.reset(id, 503, 'no');
      else if (kind < 0.4) end.engine.finish(id);
      else {
        try {
          answer(end, id, 'late');
        } catch (err) {
          // A request that broke takes its stream along.
          expect((err as { code?: string }).code).toBe('HTTP1_STREAM_MISUSED');
        }
      }
      if (random() < 0.5) break;
    }
    end.link.take();
  }
  end.link.feedEnd();
  expect(end.link.writing).toBe(false);
  end.link.close();
  expect(end.engine.active).toBe(0);
}

function asClient(seed: number): void {
  const random = seeded(seed);
  let text = ANSWERS[seed % ANSWERS.length]!;
  for (let k = Math.floor(random() * 4); k > 0; k--) {
    const at = Math.floor(random() * text.length);
    text = text.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + text.slice(at + Math.floor(random() * 3));
  }
  const bytes = Buffer.from(text, 'latin1');
  const run = (pieces: readonly Buffer[]): unknown => {
    const end = client();
    const id = end.engine.open({ method: 'GET', target: '/', headers: [], length: undefined }, true);
    for (const p of pieces) end.link.feed(p);
    end.link.feedEnd();
    end.link.close();
    expect(end.engine.active).toBe(0);
    const code = (end.link.cause as { code?: string } | undefined)?.code;
    // Which of several faults is named depends on how much of a head was there to look at.
    return [end.on.of('head'), end.on.bytesOf(id), end.on.of('tail'), code === undefined || code === 'HTTP1_PEER_CLOSED' ? code : 'refused'];
  };
  expect(run(randomSplit(bytes, random, 1 + (seed % 9)))).toEqual(run([bytes]));
}

describe(`${CASES.toLocaleString('en')} mutations`, () => {
  it.each([
    ['requests', asServer, CASES / 2],
    ['requests to handlers of every kind', anyHandler, CASES / 4],
    ['answers', asClient, CASES / 4],
  ] as const)('of %s', (_what, run, n) => {
    for (let seed = 1; seed <= n; seed++) {
      try {
        run(seed);
      } catch (e) {
        throw new Error(`seed ${seed}`, { cause: e });
      }
    }
  }, 120_000);
});
