// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { client, headInit, hex, M_ARGS, reply, server, structOf, written } from './support.js';
import type { RpcEnd } from './support.js';

type Command = 'open' | 'sendHead' | 'beginMessage' | 'endMessage' | 'endMessage, not the end' | 'sendTail' | 'cancelMessage' | 'finish' | 'reset' | 'credit';
/** What a command does: goes on, is refused with a typed error, or is not even noticed. */
type Outcome = 'goes' | 'refused' | 'nothing';

const COMMANDS: Readonly<Record<Command, (end: RpcEnd, id: number) => unknown>> = {
  open: (end) => end.engine.open(headInit({ seqId: 9 }), false),
  sendHead: (end, id) => {
    end.engine.sendHead(id, headInit({ type: 2 }), false);
  },
  beginMessage: (end, id) => end.engine.beginMessage(id, 0),
  endMessage: (end, id) => end.engine.endMessage(id, true),
  'endMessage, not the end': (end, id) => end.engine.endMessage(id, false),
  sendTail: (end, id) => {
    end.engine.sendTail(id, { code: 0, message: '', details: undefined, strings: undefined });
  },
  cancelMessage: (end, id) => {
    end.engine.cancelMessage(id);
  },
  finish: (end, id) => {
    end.engine.finish(id);
  },
  reset: (end, id) => {
    end.engine.reset(id, 6, 'x');
  },
  credit: (end, id) => {
    end.engine.credit(id, 1);
  },
};

/** Everything that a command could change. */
const picture = (end: RpcEnd): string =>
  JSON.stringify([end.engine.active, end.link.writing, end.link.pendingBytes, end.link.ended, end.link.isDestroyed, end.on.events.length]);

const always: Partial<Record<Command, Outcome>> = { sendTail: 'refused', credit: 'nothing' };

interface State {
  readonly make: () => readonly [RpcEnd, number];
  readonly outcomes: Partial<Record<Command, Outcome>>;
}

const ask = (end: RpcEnd): void => {
  for (let n = 1; n <= 2; n++) end.link.feed(written({ wire: 'framed' }, headInit({ seqId: n }), M_ARGS));
};

const SERVER: Readonly<Record<string, State>> = {
  'a request that was shown': {
    make: () => {
      const end = server({ pipelineDepth: 2 });
      ask(end);
      return [end, 1];
    },
    outcomes: { sendHead: 'goes', finish: 'goes', reset: 'goes', cancelMessage: 'nothing' },
  },
  'an answer whose head is held': {
    make: () => {
      const end = server({ pipelineDepth: 2 });
      ask(end);
      end.engine.sendHead(1, headInit({ type: 2 }), false);
      return [end, 1];
    },
    outcomes: { sendHead: 'goes', beginMessage: 'goes', finish: 'goes', reset: 'goes', cancelMessage: 'goes' },
  },
  'an answer whose message is open': {
    make: () => {
      const end = server({ pipelineDepth: 2 });
      ask(end);
      end.engine.sendHead(1, headInit({ type: 2 }), false);
      end.engine.beginMessage(1, 0).u8(0);
      return [end, 1];
    },
    outcomes: { endMessage: 'goes', finish: 'goes', reset: 'goes', cancelMessage: 'goes' },
  },
  'an answer that waits for an older one': {
    make: () => {
      const end = server({ pipelineDepth: 2 });
      ask(end);
      reply(end, 2, { seqId: 2 });
      return [end, 2];
    },
    outcomes: { finish: 'nothing', reset: 'nothing', cancelMessage: 'nothing' },
  },
  'a request that was answered': {
    make: () => {
      const end = server({ pipelineDepth: 2 });
      ask(end);
      reply(end, 1);
      return [end, 1];
    },
    outcomes: { finish: 'nothing', reset: 'nothing', cancelMessage: 'nothing' },
  },
  'a connection that is gone': {
    make: () => {
      const end = server();
      ask(end);
      end.link.close();
      return [end, 1];
    },
    outcomes: { finish: 'nothing', reset: 'nothing', cancelMessage: 'nothing' },
  },
};

const CLIENT: Readonly<Record<string, State>> = {
  'a call that was opened': {
    make: () => {
      const end = client({ wire: 'framed', pipelineDepth: 2 });
      return [end, end.engine.open(headInit(), false)];
    },
    outcomes: { open: 'goes', beginMessage: 'goes', cancelMessage: 'goes', finish: 'goes', reset: 'goes' },
  },
  'a request whose message is open': {
    make: () => {
      const end = client({ wire: 'framed', pipelineDepth: 2 });
      const id = end.engine.open(headInit(), false);
      end.engine.beginMessage(id, 0).bytes(M_ARGS);
      return [end, id];
    },
    outcomes: { open: 'goes', endMessage: 'goes', cancelMessage: 'goes', finish: 'goes', reset: 'goes' },
  },
  'a request that was sent': {
    make: () => {
      const end = client({ wire: 'framed', pipelineDepth: 2 });
      const id = end.engine.open(headInit(), false);
      end.engine.beginMessage(id, 0).bytes(M_ARGS);
      end.engine.endMessage(id, true);
      return [end, id];
    },
    outcomes: { open: 'goes', cancelMessage: 'nothing', finish: 'goes', reset: 'goes' },
  },
  'a call that was answered': {
    make: () => {
      const end = client({ wire: 'framed', pipelineDepth: 2 });
      const id = end.engine.open(headInit(), false);
      end.engine.beginMessage(id, 0).bytes(M_ARGS);
      end.engine.endMessage(id, true);
      end.link.feed(hex('00000011 80010002 00000004 4563686f 00000001 00'));
      expect(end.on.of('message')).toHaveLength(1);
      return [end, id];
    },
    outcomes: { open: 'goes', cancelMessage: 'nothing', finish: 'nothing', reset: 'nothing' },
  },
  'a connection that is gone': {
    make: () => {
      const end = client({ wire: 'framed' });
      const id = end.engine.open(headInit(), false);
      end.link.close();
      return [end, id];
    },
    outcomes: { open: 'nothing', cancelMessage: 'nothing', finish: 'nothing', reset: 'nothing' },
  },
};

for (const [role, states] of [['server', SERVER], ['client', CLIENT]] as const) {
  describe(`every command of a ${role} in every state`, () => {
    const rows = Object.entries(states).flatMap(([state, { make, outcomes }]) =>
      (Object.keys(COMMANDS) as Command[]).map((c) => [c, state, outcomes[c] ?? always[c] ?? 'refused', make] as const),
    );
    it.each(rows)('%s on %s: %s', (command, _state, wanted, make) => {
      const [end, id] = make();
      const before = picture(end);
      let error: unknown;
      try {
        COMMANDS[command](end, id);
      } catch (e) {
        error = e;
      }
      if (wanted === 'refused') expect(error).toMatchObject({ code: 'PROTOCOL_STREAM_MISUSED' });
      else expect(error).toBeUndefined();
      // A head that is held and a head that is held instead cannot be told apart from outside.
      const silent = command === 'sendHead' || (command === 'cancelMessage' && before.startsWith('[2,false'));
      if (wanted !== 'goes') expect(picture(end)).toBe(before);
      else if (!silent) expect(picture(end)).not.toBe(before);
    });
  });
}

describe('any commands in any order', () => {
  it('leave replies whole, in the order of their requests, and nothing open', () => {
    const command = fc.record({ of: fc.integer({ min: 0, max: 5 }), what: fc.constantFrom<Command>('sendHead', 'beginMessage', 'endMessage', 'cancelMessage', 'finish', 'credit') });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(command, { maxLength: 60 }), (depth, commands) => {
        const end = server({ pipelineDepth: depth });
        for (let n = 1; n <= 6; n++) end.link.feed(written({ wire: 'framed' }, headInit({ seqId: n }), structOf(n, 10)));
        const answered = new Set<number>();
        for (const c of commands) {
          const id = c.of + 1;
          // The connection takes one section at a time; callers encode in one go.
          if (c.what === 'beginMessage' && end.link.writing) continue;
          try {
            if (c.what === 'sendHead') end.engine.sendHead(id, headInit({ type: 2, seqId: id }), false);
            else if (c.what === 'beginMessage') end.engine.beginMessage(id, 0).u8(0);
            else {
              COMMANDS[c.what](end, id);
              if (c.what === 'endMessage') answered.add(id);
            }
          } catch (e) {
            expect(e).toMatchObject({ code: 'PROTOCOL_STREAM_MISUSED' });
          }
        }
        for (let id = 1; id <= 6; id++) end.engine.finish(id);
        expect(end.engine.active).toBe(0);
        expect(end.link.writing).toBe(false);
        const out = end.link.take();
        const seqs: number[] = [];
        for (let p = 0; p < out.length; p += 21) {
          expect(out.readUInt32BE(p)).toBe(17);
          seqs.push(out.readInt32BE(p + 16));
        }
        expect(seqs).toEqual([...answered].sort((a, b) => a - b));
      }),
      { numRuns: 500 },
    );
  });
});
