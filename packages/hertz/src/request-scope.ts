// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { background, withSignal } from '@cloudwego/gopkg/context';
import type { Context } from '@cloudwego/gopkg/context';

/** The field in which a client says how many ms it waits for the answer; Hertz's own client sends it. */
export const BUDGET_FIELD = 'x-request-budget-ms';

/** The point in time that a budget ends at; Infinity for what is no budget. Clock.now() scale. */
export function deadlineOf(budget: string | undefined, arrivedAt: number): number {
  return budget !== undefined && /^\d{1,10}$/.test(budget) ? arrivedAt + Number(budget) : Infinity;
}

/** The shared context of one request: ends with its exchange, and when the client's budget is used up. To be disposed of when the request is over. */
export function requestScope(signal: AbortSignal, deadline: number): { readonly ctx: Context } & Disposable {
  return withSignal<Context>(deadline === Infinity ? background : background.withDeadline(deadline), signal);
}
