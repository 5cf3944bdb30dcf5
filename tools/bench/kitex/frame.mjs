// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { loopClock } from '@cloudwego/gopkg/clock';
import { ByteWriter } from '@cloudwego/gopkg/io';
import { createRpcEngine, prepareInfo } from '@cloudwego/protocol';

/** The text that every bench sends: 1 KiB. */
export const text = 'x'.repeat(1024);

/** A link of an engine that keeps what is written in `writer`, and nothing else. */
export function memoryLink(writer) {
  return {
    beginWrite: () => writer,
    endWrite: () => true,
    cancelWrite() {},
    flush() {},
    pause() {},
    resume() {},
    end() {},
    destroy(e) {
      throw e;
    },
    pendingBytes: 0,
    clock: loopClock(),
    idle() {},
  };
}

/** Events that nobody listens to, and those given. */
export function events(own = {}) {
  return { onHead() {}, onMessage() {}, onTail() {}, onReset() {}, onWritable() {}, onGoAway() {}, ...own };
}

/** The bytes of one request `echo(text)` as the client's engine writes them, with the keys that a Kitex client sends. */
export function echoFrame(service, wire) {
  const w = new ByteWriter(4096);
  const engine = createRpcEngine(memoryLink(w), 'client', events(), { wire, payload: service.payload });
  const method = service.methods.find((m) => m.name === 'echo');
  const header = wire.startsWith('ttheader');
  const transportType = wire === 'ttheader-framed' ? 'ttheader-framed' : 'ttheader';
  const ints = [[22, '1'], [1, transportType], [6, 'bench'], [9, 'echo'], [3, 'bench-client']];
  const info = header ? prepareInfo(new Map(ints), new Map([['isn', service.name]])) : undefined;
  const id = engine.open({ service: service.name, method: 'echo', type: 1, seqId: 7, deadline: Infinity, wire, info, ints: undefined, strings: undefined }, false);
  method.args.encode(engine.beginMessage(id, 0), text);
  engine.endMessage(id, true);
  return w.toBytes();
}
