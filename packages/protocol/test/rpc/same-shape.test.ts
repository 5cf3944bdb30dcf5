// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { setFlagsFromString } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { RpcStream } from '../../src/rpc/stream.js';
import { RpcHeadView } from '../../src/rpc/head.js';
import { client, headInit, M_ARGS, reply, server, structOf, WIRES, written } from './support.js';

/** Whether V8 gives two objects one hidden class. */
function haveSameMap(a: object, b: object): boolean {
  setFlagsFromString('--allow-natives-syntax');
  try {
    // %HaveSameMap is syntax that only code compiled under the flag may have.
    // eslint-disable-next-line no-new-func, @typescript-eslint/no-implied-eval
    return new Function('a', 'b', 'return %HaveSameMap(a, b)')(a, b) as boolean;
  } finally {
    setFlagsFromString('--no-allow-natives-syntax');
  }
}

describe('objects of the hot path keep one shape', () => {
  it('notices when they do not', () => {
    expect(haveSameMap({ a: 1 }, { a: 2 })).toBe(true);
    expect(haveSameMap({ a: 1 }, { b: 1 })).toBe(false);
  });

  it('engines, whatever they are and have done', () => {
    const first = server();
    for (const wire of WIRES) {
      for (const end of [server({ wire, pipelineDepth: 4 }), server({ crc32c: true })]) {
        end.link.feed(written({ wire, crc32c: true }, headInit({ strings: new Map([['k', 'v']]) }), structOf(1, 50)));
        reply(end, 1);
        end.engine.drain();
        expect(haveSameMap(first.engine, end.engine), wire).toBe(true);
      }
      const c = client({ wire });
      expect(haveSameMap(first.engine, c.engine)).toBe(true);
      expect(haveSameMap((first.engine as unknown as { decoder: object }).decoder, (c.engine as unknown as { decoder: object }).decoder)).toBe(true);
    }
  });

  it('streams, open and answered', () => {
    const fresh = new RpcStream(1, 'framed', 'thrift', 0, 1, 'x', true);
    const end = server({ pipelineDepth: 3 });
    for (const wire of WIRES) end.link.feed(written({ wire }, headInit(), M_ARGS));
    const { streams } = end.engine as unknown as { streams: { find(id: number): object | undefined } };
    const open = [1, 2, 3].map((id) => streams.find(id)!);
    reply(end, 2);
    for (const s of open) expect(haveSameMap(fresh, s)).toBe(true);
  });

  it('heads, retained or not', () => {
    const fresh = new RpcHeadView();
    const end = server();
    for (const wire of WIRES) {
      end.link.feed(written({ wire }, headInit({ strings: new Map([['k', 'v']]) }), M_ARGS));
      const { view } = (end.engine as unknown as { decoder: { view: RpcHeadView } }).decoder;
      void view.methodName;
      expect(haveSameMap(fresh, view)).toBe(true);
      expect(haveSameMap(fresh, view.retain())).toBe(true);
      end.engine.finish(end.on.of('head').at(-1)!.id);
    }
  });
});
