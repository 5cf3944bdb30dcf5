// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { MethodDefinition, ServiceDefinition, StructCodec } from '@cloudwego/pilota/codegen/v1';
import { GrpcStatus } from '@cloudwego/protocol';
import { GrpcStatusError } from '../errors.js';
import type { Server } from '../server/server.js';
import type { ResponseStream } from '../stream/types.js';
import type { CallOptions, RpcContext } from '../types.js';
import { healthFile } from './file.js';
import { requestCodec, responseCodec, ServingStatus } from './messages.js';

export interface HealthRequest {
  /** '' = the server as a whole. */
  readonly service: string;
}

export interface HealthResponse {
  readonly status: ServingStatus;
}

export interface HealthClient {
  check(req: HealthRequest, options?: CallOptions): Promise<HealthResponse>;
  watch(req: HealthRequest, options?: CallOptions): ResponseStream<HealthResponse>;
}

export interface HealthHandlers {
  check(req: HealthRequest, ctx: RpcContext): Awaitable<HealthResponse>;
  watch(req: HealthRequest, ctx: RpcContext): AsyncIterable<HealthResponse>;
}

function method(name: string, key: string, kind: 'unary' | 'server'): MethodDefinition {
  const request = requestCodec as StructCodec<unknown>;
  const response = responseCodec as StructCodec<unknown>;
  return { name, key, kind, arity: 1, args: request, result: response, request, response, encodeError: () => false, isDeclared: () => false, annotations: {} };
}

/** The service that load balancers and orchestrators ask, such as grpc_health_probe. Source: grpc.health.v1 health.proto. */
export const HealthService: ServiceDefinition<HealthClient, HealthHandlers> = {
  codegen: 1,
  name: 'Health',
  package: 'grpc.health.v1',
  payload: 'protobuf',
  methods: [method('Check', 'check', 'unary'), method('Watch', 'watch', 'server')],
  descriptor: () => healthFile,
};

/**
 * Handlers of {@link HealthService} and what they say: `const health = new Health(); createServer({ shutdownHooks: [() => health.shutdown()] }).register(HealthService, health)`.
 * Rules:  the server as a whole ('') serves from the start; after `shutdown` nothing does, whatever is set, until `resume`.
 * Source: google.golang.org/grpc health/server.go.
 */
export class Health implements HealthHandlers {
  private readonly statuses = new Map<string, ServingStatus>([['', ServingStatus.SERVING]]);
  private readonly watchers = new Set<{ readonly service: string; wake(): void }>();
  private down: boolean = false;

  /** Of one service, by its full name, or of the server as a whole (''). */
  setStatus(service: string, status: ServingStatus): void {
    if (this.down || this.statuses.get(service) === status) return;
    this.statuses.set(service, status);
    this.tell(service);
  }

  status(service: string): ServingStatus | undefined {
    return this.statuses.get(service);
  }

  /** Streams that watch. */
  get watching(): number {
    return this.watchers.size;
  }

  /** Nothing serves any more. */
  shutdown(): void {
    this.all(ServingStatus.NOT_SERVING);
    this.down = true;
  }

  /** Everything serves again. */
  resume(): void {
    this.down = false;
    this.all(ServingStatus.SERVING);
  }

  /** Serves while `server` is ready, from now until the result is disposed. */
  follow(server: Pick<Server, 'ready' | 'onReadiness'>): Disposable {
    const set = (ready: boolean): void => {
      if (ready) this.resume();
      else this.shutdown();
    };
    set(server.ready);
    return server.onReadiness(set);
  }

  private all(status: ServingStatus): void {
    for (const service of this.statuses.keys()) this.setStatus(service, status);
  }

  private tell(service: string): void {
    for (const w of this.watchers) if (w.service === service) w.wake();
  }

  check(req: HealthRequest): HealthResponse {
    const status = this.statuses.get(req.service);
    if (status === undefined) throw new GrpcStatusError(GrpcStatus.NotFound, 'unknown service');
    return { status };
  }

  /** The status, and every change of it; a service that is not known yet is awaited. */
  async *watch(req: HealthRequest, ctx: RpcContext): AsyncGenerator<HealthResponse> {
    const { service } = req;
    let wake: () => void = () => undefined;
    const watcher = {
      service,
      wake: (): void => {
        wake();
      },
    };
    const onAbort = (): void => {
      wake();
    };
    this.watchers.add(watcher);
    ctx.signal.addEventListener('abort', onAbort, { once: true });
    try {
      let last: ServingStatus | undefined;
      while (!ctx.signal.aborted) {
        const status = this.statuses.get(service) ?? ServingStatus.SERVICE_UNKNOWN;
        if (status !== last) {
          last = status;
          yield { status };
          continue;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      this.watchers.delete(watcher);
      ctx.signal.removeEventListener('abort', onAbort);
    }
  }
}
