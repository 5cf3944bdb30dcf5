// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { SseEvent, SseEventInit } from '@cloudwego/protocol';
import { SseDecoder, SseError, writeSseComment, writeSseEvent } from '@cloudwego/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** What a decoder makes of `text`, cut at `cuts`; undefined fields left out. */
function read(text: string | Uint8Array, cuts: readonly number[] = []): object[] {
  const bytes = Buffer.from(text as string);
  const d = new SseDecoder();
  const out: SseEvent[] = [];
  const at = [...cuts.map((c) => c % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  let from = 0;
  for (const to of at) {
    out.push(...d.receive(bytes.subarray(from, to)));
    from = to;
  }
  const last = d.end();
  if (last !== undefined) out.push(last);
  return out.map((e) => Object.fromEntries(Object.entries(e).filter(([, v]) => v !== undefined)));
}

describe('events that are read', () => {
  it.each([
    ['data: a\n\n', [{ data: 'a' }]],
    ['data:a\r\n\r\n', [{ data: 'a' }]],
    ['data:  a\r\r', [{ data: ' a' }]],
    ['data: a\ndata\ndata: b\n\n', [{ data: 'a\n\nb' }]],
    ['data:\ndata: b\n\n', [{ data: '\nb' }]],
    ['\ufeffdata: a\n\ndata: b\n\n', [{ data: 'a' }, { data: 'b' }]],
    ['data: a\n\n\ufeffdata: b\n\n', [{ data: 'a' }]],
    [':hello\n\n: again\ndata: x\n\n', [{ data: 'x' }]],
    ['id: 7\nevent: e\nretry: 10\ndata: d\n\n', [{ id: '7', event: 'e', retryMs: 10, data: 'd' }]],
    ['id: 7\n\nid\n\n', [{ id: '7' }, { id: '' }]],
    ['id: a\0b\ndata: x\n\n', [{ data: 'x' }]],
    ['retry: -1\ndata: x\n\nretry: 1e3\ndata: y\n\n', [{ data: 'x' }, { data: 'y' }]],
    ['Data: x\nother: y\n\n', []],
    ['data: unterminated', [{ data: 'unterminated' }]],
    ['data: a\n', [{ data: 'a' }]],
    ['data: \u00e9\u4f60\n\n', [{ data: '\u00e9\u4f60' }]],
    ['', []],
  ] as const)('%j is %j, whatever the pieces', (text, events) => {
    expect(read(text)).toEqual(events);
    const bytes = Buffer.from(text);
    expect(read(bytes, Array.from({ length: bytes.length }, (_, i) => i))).toEqual(events);
    for (let i = 0; i < bytes.length; i++) expect(read(bytes, [i])).toEqual(events);
  });

  it('bytes that are no UTF-8 become U+FFFD', () => {
    expect(read(Buffer.from([0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0x0a, 0x0a]))).toEqual([{ data: '\ufffd' }]);
  });

  it('the last id is kept where an event has none', () => {
    const d = new SseDecoder({ lastEventId: '3' });
    expect(d.lastEventId).toBe('3');
    d.receive(Buffer.from('id: 4\ndata: x\n\ndata: y\n\nid: 5\n'));
    expect(d.lastEventId).toBe('4');
  });

  it('lines and events are limited, whole or in pieces', () => {
    const code = (o: ConstructorParameters<typeof SseDecoder>[0], ...pieces: string[]): unknown => {
      const d = new SseDecoder(o);
      try {
        for (const p of pieces) d.receive(Buffer.from(p));
        return undefined;
      } catch (e) {
        return e instanceof SseError ? e.code : e;
      }
    };
    expect(code({ maxLineBytes: 8 }, 'data: ab\n')).toBeUndefined();
    expect(code({ maxLineBytes: 8 }, 'data: abc\n')).toBe('SSE_LINE_OVERSIZED');
    expect(code({ maxLineBytes: 8 }, 'data:', ' ab', 'c')).toBe('SSE_LINE_OVERSIZED');
    expect(code({ maxEventBytes: 20 }, 'data: abcd\n', 'data: abcd\n')).toBeUndefined();
    expect(code({ maxEventBytes: 20 }, 'data: abcd\n', 'data: abcd\n', ':\n')).toBe('SSE_EVENT_OVERSIZED');
    expect(code({ maxEventBytes: 20 }, 'data: abcd\n\n', 'data: abcd\n\n', 'data: abcd\n\n')).toBeUndefined();
  });
});

describe('events that are written', () => {
  it.each([
    [{ id: '1', event: 'e', data: 'd', retryMs: 5 }, 'id: 1\nevent: e\nretry: 5\ndata: d\n\n'],
    [{ data: 'a\nb\r\nc\rd' }, 'data: a\ndata: b\ndata: c\ndata: d\n\n'],
    [{ data: Buffer.from('\u00e9') }, 'data: \u00e9\n\n'],
    [{ data: '' }, 'data: \n\n'],
    [{ id: '' }, 'id: \n\n'],
  ] as [SseEventInit, string][])('%j', (e, text) => {
    expect(writeSseEvent(e)).toBe(text);
  });

  it('comments are passed over', () => {
    expect(writeSseComment('keep-alive')).toBe(':keep-alive\n\n');
    expect(writeSseComment('a\ndata: b')).toBe(':a\n:data: b\n\n');
    expect(read(`${writeSseComment('a\rdata: b')}data: c\n\n`)).toEqual([{ data: 'c' }]);
  });

  it.each([{ id: 'a\nb' }, { id: 'a\0' }, { event: 'a\rb' }, { retryMs: -1 }, { retryMs: 1.5 }] as SseEventInit[])('%j is refused', (e) => {
    expect(() => writeSseEvent(e)).toThrow(SseError);
  });

  it('what is written is read', () => {
    const line = fc.string({ unit: 'grapheme' }).filter((s) => !/[\0\r\n]/.test(s));
    const event = fc.record({ id: line, event: line, data: fc.array(line, { minLength: 1 }).map((l) => l.join('\n')), retryMs: fc.nat() }, { requiredKeys: ['data'] });
    fc.assert(
      fc.property(fc.array(event), fc.array(fc.nat()), (events, cuts) => {
        expect(read(events.map((e) => writeSseEvent(e)).join(''), cuts)).toEqual(events);
      }),
    );
  });
});
