// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it, onTestFinished } from 'vitest';
import { engineContract, runWithVitest } from '@cloudwego/protocol/testing';
import { rpcAdapter, WIRES } from './support.js';

const vitest = { describe, it, onTestFinished };

describe('the contract of engines', () => {
  for (const wire of WIRES) {
    runWithVitest(vitest, 'engine', engineContract(rpcAdapter(wire, { wire })));
    runWithVitest(vitest, 'engine', engineContract(rpcAdapter(`${wire}, eight deep`, { wire, pipelineDepth: 8 })));
  }
  runWithVitest(vitest, 'engine', engineContract(rpcAdapter('Kitex-Protobuf', { wire: 'framed', payload: 'protobuf' })));
  runWithVitest(vitest, 'engine', engineContract(rpcAdapter('multiplexed', { wire: 'ttheader', outOfOrder: true, maxConcurrent: 16 })));
  runWithVitest(vitest, 'engine', engineContract(rpcAdapter('multiplexed and framed', { wire: 'ttheader-framed', outOfOrder: true, maxConcurrent: 16 })));
});

describe('the suite itself', () => {
  it('leaves out what an engine cannot do', () => {
    const names = (o: Parameters<typeof rpcAdapter>[1]): string[] => engineContract(rpcAdapter('x', o)).map((c) => c.name);
    expect(names({ wire: 'framed' })).toContain('x: message n+1 is shown when n is answered');
    expect(names({ wire: 'framed' })).not.toContain('x: answers out of turn wait for the older ones');
    expect(names({ wire: 'framed' })).not.toContain('x: several messages go both ways on one stream');
    expect(names({ wire: 'ttheader', outOfOrder: true })).toContain('x: answers leave as they are made');
    expect(new Set(names({ wire: 'framed' })).size).toBe(names({ wire: 'framed' }).length);
  });

  it('notices an engine that breaks the contract', async () => {
    const sound = rpcAdapter('x', { wire: 'framed' });
    const broken = {
      ...sound,
      create: (...args: Parameters<typeof sound.create>) => {
        const engine = sound.create(...args);
        const receive = engine.receive.bind(engine);
        // It claims to have consumed everything, so that what a split leaves behind is lost.
        engine.receive = (buf, start, end) => (receive(buf, start, end), end - start);
        return engine;
      },
    };
    const failed: string[] = [];
    for (const c of engineContract(broken)) {
      try {
        await c.run({ after: () => undefined });
      } catch {
        failed.push(c.name);
      }
    }
    expect(failed).toContain('x: bytes may be cut anywhere');
  });
});
