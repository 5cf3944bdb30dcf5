// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { backwardToHttp } from '@cloudwego/gopkg/metainfo';
import { LOAD_KEY } from '@cloudwego/governance';
import type { RpcHeadInit, RpcTail } from '@cloudwego/protocol';
import { GrpcStatus } from '@cloudwego/protocol';
import { GrpcStatusError, TransError, TransErrorType, textOf } from '../errors.js';
import { bizTrailers } from '../meta/biz-status.js';
import { MetaCollector } from '../meta/outgoing.js';
import type { Stage } from '../stages.js';
import type { ServerCall } from './call.js';
import { finish } from './stages/finish.js';
import { statusOf, withTrailer } from './status.js';
import { writeMetaStage } from './stages/write-meta.js';

// How a unary call over gRPC differs from one over a ping-pong wire: one message each way, and a status that ends every answer.

const OK: RpcTail = Object.freeze({ code: GrpcStatus.OK, message: '', details: undefined, strings: undefined });

/** Why a request cannot be read, seen at its head: its payload is of another kind, or it ends without a message. */
export function expected(call: ServerCall, end: boolean): Error | undefined {
  const { payload, name } = call.entry.definition;
  if (call.head.payload !== payload) {
    if (call.wire === 'ttheader-streaming') return new TransError(TransErrorType.ProtocolError, `service ${name} speaks ${payload}, which TTHeader streaming does not carry`);
    const type = payload === 'thrift' ? 'application/grpc+thrift' : 'application/grpc';
    return new GrpcStatusError(GrpcStatus.Unimplemented, `service ${name} speaks ${payload}, wanted content-type ${type}`);
  }
  return end && call.method.kind !== 'client' && call.method.kind !== 'bidi' ? noRequest(call) : undefined;
}

/** The requests ended before there was one. */
export function noRequest(call: ServerCall): Error {
  return new GrpcStatusError(GrpcStatus.Internal, `no request message in the call of method ${call.method.name}, wanted one`);
}

/** Notes the one message of a unary call; a further one is an error, which ends the call if it still runs. */
export function tookRequest(call: ServerCall): Error | undefined {
  if (!call.taken) {
    call.taken = true;
    return undefined;
  }
  const e = new GrpcStatusError(GrpcStatus.Internal, `more than one request message in the call of method ${call.method.name}, wanted one`);
  call.ctx.cancel(e);
  return e;
}

/** Answers with a value. A oneway call is answered too, once its handler is done: HTTP/2 knows no request without a response. */
export function grpcResult(call: ServerCall, value: unknown, stage: Stage): void {
  if (call.biz !== undefined) {
    const { biz } = call;
    answerStatus(call, { code: GrpcStatus.Internal, message: biz.bizMessage, details: undefined, strings: bizTrailers(biz) }, stage);
    return;
  }
  answer(call, 'the result', stage, (w) => {
    call.codec.encode(w, call.method, 'result', value);
    return true;
  });
}

/** Answers with an error: a declared exception is a result, everything else a status. */
export function grpcError(call: ServerCall, e: unknown, declared: boolean, stage: Stage): void {
  if (declared) answer(call, 'a declared exception', stage, (w) => call.codec.encodeError(w, call.method, e));
  else answerStatus(call, statusOf(e), stage);
}

function answer(call: ServerCall, what: string, stage: Stage, encode: (w: Parameters<ServerCall['codec']['encode']>[0]) => boolean): void {
  const { engine } = call.conn.channel;
  try {
    const head = replyHead(call);
    call.mark(stage);
    call.event('WriteStart');
    engine.sendHead(call.id, head, false);
    const w = engine.beginMessage(call.id, 0);
    const before = w.mark();
    if (!encode(w)) throw new TypeError('the payload codec does not know it');
    call.sentBytes = w.mark() - before;
    engine.endMessage(call.id, false);
  } catch (e) {
    // Nothing of it was sent.
    engine.cancelMessage(call.id);
    call.sentBytes = 0;
    call.metaFailed = true;
    call.error = e;
    answerStatus(call, { code: GrpcStatus.Internal, message: `encode of ${what} of method ${call.method.name} failed: ${textOf(e)}`, details: undefined, strings: undefined }, stage);
    return;
  }
  engine.sendTail(call.id, withTrailer(OK, call));
  call.event('WriteFinish');
  finish(call);
}

/** Ends the answer with a status and nothing before it but metadata. */
function answerStatus(call: ServerCall, tail: RpcTail, stage: Stage): void {
  const { engine } = call.conn.channel;
  if (!call.metaFailed) {
    try {
      const head = replyHead(call);
      if (head.strings !== undefined) engine.sendHead(call.id, head, false);
    } catch (e) {
      call.core.warn('a meta handler failed', e);
    }
  }
  call.mark(stage);
  call.event('WriteStart');
  engine.sendTail(call.id, withTrailer(tail, call));
  call.event('WriteFinish');
  finish(call);
}

/** The head of a stream's answer. Meta handlers are asked once. */
export function streamHead(call: ServerCall): RpcHeadInit {
  try {
    return { ...replyHead(call), wire: call.wire, seqId: call.seqId };
  } catch (e) {
    call.metaFailed = true;
    throw e;
  }
}

/** The head of an answer: backward values under their HTTP names, and the string keys of meta handlers. gRPC has no int keys. */
function replyHead(call: ServerCall): RpcHeadInit {
  call.mark(writeMetaStage);
  const { core } = call;
  let strings: ReadonlyMap<string, string | readonly string[]> | undefined = call.header;
  call.headSent = true;
  const report = core.metainfo ? core.loadReport : undefined;
  if (call.backward !== undefined || report !== undefined || core.userMetaWriters.length > 0) {
    const out = new MetaCollector();
    if (report !== undefined) out.setString(LOAD_KEY, report.text);
    if (call.backward !== undefined && core.metainfo && call.wire === 'grpc') {
      backwardToHttp(call.backward, (k, v) => {
        out.setString(k, v);
      });
    }
    if (!call.metaFailed) for (const h of core.userMetaWriters) h.writeMeta!(call.ctx, out);
    if (out.strings !== undefined) strings = call.header === undefined ? out.strings : new Map<string, string | readonly string[]>([...call.header, ...out.strings]);
  }
  return {
    service: call.entry.definition.name,
    method: call.method.name,
    type: 2,
    seqId: 0,
    deadline: Infinity,
    wire: 'grpc',
    ints: undefined,
    strings,
  };
}
