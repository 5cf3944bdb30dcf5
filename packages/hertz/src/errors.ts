// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** A route that cannot be registered. */
export class RouteError extends CloudWeGoError {
  static override readonly type: string = 'hertz/RouteError';
  readonly code = 'HERTZ_ROUTE_INVALID';
}

/** The engine, or a request's context, was used at a time that does not allow it. */
export class EngineStateError extends CloudWeGoError {
  static override readonly type: string = 'hertz/EngineStateError';
  readonly code = 'HERTZ_ENGINE_STATE';
}

/** A request that is not what its handler takes: a body that does not parse. `status`: what HTTP answers. */
export class BadRequestError extends CloudWeGoError {
  static override readonly type: string = 'hertz/BadRequestError';
  readonly code = 'HERTZ_REQUEST_INVALID';
  readonly status: number = 400;
}

/** Kinds of errors that handlers report, as bits. Source: cloudwego/hertz pkg/common/errors. */
export const ErrorType = { Bind: 1, Render: 2, Private: 4, Public: 8, Any: 16 } as const;

/** An error that a handler reported by `c.error(e)`. */
export interface HandlerError {
  readonly error: unknown;
  readonly type: number;
  readonly meta: unknown;
}

/** The errors of one request, oldest first. */
export class ErrorChain {
  private readonly list: HandlerError[] = [];

  add(error: unknown, type: number, meta: unknown): HandlerError {
    const e = { error, type, meta };
    this.list.push(e);
    return e;
  }

  get length(): number {
    return this.list.length;
  }

  all(): readonly HandlerError[] {
    return this.list;
  }

  byType(type: number): readonly HandlerError[] {
    return type === ErrorType.Any ? this.list : this.list.filter((e) => (e.type & type) !== 0);
  }

  last(): HandlerError | undefined {
    return this.list.at(-1);
  }

  /** One line each, as Hertz logs them. */
  toString(): string {
    return this.list.map((e, i) => `Error #${String(i + 1).padStart(2, '0')}: ${textOf(e.error)}\n`).join('');
  }
}

export function textOf(e: unknown): string {
  return e instanceof Error ? e.message : String(e);
}
