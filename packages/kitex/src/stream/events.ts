// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { any } from '@cloudwego/gopkg/options';
import type { OptionSpec } from '@cloudwego/gopkg/options';
import type { Stage, StageTrace } from '../stages.js';
import type { RpcContext, Tracer } from '../types.js';
import type { StreamEvent, StreamEventHandler } from './types.js';

/** The rule of options that are told what happens on streams. */
export const streamEventHandler: OptionSpec<StreamEventHandler> = any<StreamEventHandler>({
  what: 'an object { start?, recvHeader?, recv?, send?, finish? }',
  test: (v) => typeof v === 'object' && v !== null,
});

/** Told of each event of each stream. */
export type StreamListener = (ctx: RpcContext, event: StreamEvent) => void;

/** Those who want the events of streams, tracers first. */
export function streamListeners(tracers: readonly Tracer[], handlers: readonly StreamEventHandler[]): readonly StreamListener[] {
  const all: StreamListener[] = [];
  for (const t of tracers) {
    if (t.streamEvent !== undefined) {
      all.push((ctx, event) => {
        t.streamEvent!(ctx, event);
      });
    }
  }
  for (const h of handlers) all.push(listenerOf(h));
  return all;
}

function listenerOf(h: StreamEventHandler): StreamListener {
  return (ctx, event) => {
    switch (event.type) {
      case 'start':
        h.start?.(ctx, event);
        break;
      case 'recvHeader':
        h.recvHeader?.(ctx, event);
        break;
      case 'recv':
        h.recv?.(ctx, event);
        break;
      case 'send':
        h.send?.(ctx, event);
        break;
      case 'finish':
        h.finish?.(ctx, event);
        break;
    }
  };
}

/** Tells everybody; what one throws goes no further. */
export function tellListeners(listeners: readonly StreamListener[], ctx: RpcContext, event: StreamEvent, warn: (message: string, e: unknown) => void): void {
  for (const tell of listeners) {
    try {
      tell(ctx, event);
    } catch (e) {
      warn('a listener of stream events failed', e);
    }
  }
}

/** Notes a stage that runs for every message of a stream: once. */
export function markOnce(trace: StageTrace | undefined, stage: Stage): void {
  if (trace !== undefined && !trace.includes(stage)) trace.push(stage);
}
