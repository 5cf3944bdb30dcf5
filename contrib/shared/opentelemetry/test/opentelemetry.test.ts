// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { background } from '@cloudwego/gopkg/context';
import { activeContext, b3Propagator, extractFrom, goPropagator, injectInto, metricAttributes, otPropagator, peerOf, spanOf, traceFields, withSpan } from '@cloudwego/shared-opentelemetry';
import { describe, expect, test } from 'vitest';

const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: TraceFlags.SAMPLED };
const span = trace.wrapSpanContext(ids);
const inSpan = trace.setSpan(ROOT_CONTEXT, span);
const read = (values: Record<string, string>, p = goPropagator()) => trace.getSpanContext(extractFrom(ROOT_CONTEXT, [new Map(Object.entries(values))], p));

describe('propagators', () => {
  test('write what those of Go write', () => {
    expect(Object.fromEntries(injectInto(inSpan, { 'service.name': 'a', 'service.namespace': '', 'host.name': 'h' }, goPropagator()))).toEqual({
      b3: '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1',
      'ot-tracer-traceid': '8448eb211c80319c', 'ot-tracer-spanid': 'b7ad6b7169203331', 'ot-tracer-sampled': 'true',
      'service.name': 'a',
    });
    expect(injectInto(ROOT_CONTEXT, {}, goPropagator()).size).toBe(0);
    expect(goPropagator().fields()).toEqual(['b3', 'ot-tracer-traceid', 'ot-tracer-spanid', 'ot-tracer-sampled']);
  });

  test('read it, in one header or several, with ids of 64 bits, whatever became of the keys', () => {
    expect(read({ b3: '0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-d' })).toEqual({ ...ids, isRemote: true });
    expect(read({ 'X_B3_TRACEID': '8448eb211c80319c', 'x-b3-spanid': ids.spanId, 'x-b3-sampled': '0' })).toEqual({ traceId: '00000000000000008448eb211c80319c', spanId: ids.spanId, traceFlags: 0, isRemote: true });
    expect(read({ 'x-b3-traceid': ids.traceId, 'x-b3-spanid': ids.spanId, 'x-b3-flags': '1' }, b3Propagator)?.traceFlags).toBe(1);
    expect(read({ OT_TRACER_TRACEID: '8448eb211c80319c', OT_TRACER_SPANID: ids.spanId, OT_TRACER_SAMPLED: 'true' }, otPropagator)).toEqual({ traceId: '00000000000000008448eb211c80319c', spanId: ids.spanId, traceFlags: 1, isRemote: true });
  });

  test.each([[{ b3: '' }], [{ b3: '0' }], [{ b3: `${'0'.repeat(32)}-${ids.spanId}-1` }], [{ b3: `${ids.traceId}${'0'.repeat(9)}-${ids.spanId}` }], [{ 'x-b3-traceid': ids.traceId }], [{ 'ot-tracer-traceid': 'xyz', 'ot-tracer-spanid': ids.spanId }]])('%o is no span', (values) => {
    expect(read(values as unknown as Record<string, string>)).toBeUndefined();
  });
});

test('who calls', () => {
  expect(peerOf([new Map([['SERVICE.NAME', 'a']]), new Map([['service.namespace', 'n'], ['deployment.environment', 'e'], ['other', 'x']])])).toEqual({ 'peer.service': 'a', 'peer.service.namespace': 'n', 'peer.deployment.environment': 'e' });
});

test('a context carries its span to whatever is derived from it', () => {
  const ctx = withSpan(background, span, ROOT_CONTEXT);
  expect([spanOf(background), spanOf(ctx.withDeadline(5)), spanOf(undefined)]).toEqual([undefined, span, undefined]);
  expect(trace.getSpan(activeContext(ctx))).toBe(span);
  expect(traceFields(ctx)).toEqual({ trace_id: ids.traceId, span_id: ids.spanId, trace_flags: '01' });
  expect(traceFields()).toEqual({});
});

test('points of a metric have what the original gives them', () => {
  expect(metricAttributes({ a: 1, b: 2 }, ['b', 'c'], { 'service.name': 's', 'process.pid': 7, 'os.type': 'linux' })).toEqual({ b: 2, 'service.name': 's', 'process.pid': 7 });
});
