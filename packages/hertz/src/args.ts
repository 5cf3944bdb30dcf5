// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { BadRequestError } from './errors.js';
import { decodePercent } from './route/clean-path.js';

/** More than any form has; each is an object, whatever is in it. */
const MAX_ARGS = 10_000;

/** Names and values of a query or a form, in their order, with repetitions. Errors: {@link BadRequestError} above 10,000 of them. */
export class Args implements Iterable<readonly [string, string]> {
  private readonly pairs: readonly (readonly [string, string])[];

  constructor(text: string) {
    const pairs: [string, string][] = [];
    for (const part of text.split('&')) {
      if (part === '') continue;
      if (pairs.length === MAX_ARGS) throw new BadRequestError(`a query or form of more than ${MAX_ARGS} arguments`);
      const eq = part.indexOf('=');
      const name = eq < 0 ? part : part.slice(0, eq);
      pairs.push([decodePercent(name, true), eq < 0 ? '' : decodePercent(part.slice(eq + 1), true)]);
    }
    this.pairs = pairs;
  }

  /** The first value. */
  get(name: string): string | undefined {
    for (const [k, v] of this.pairs) if (k === name) return v;
    return undefined;
  }

  getAll(name: string): readonly string[] {
    return this.pairs.filter(([k]) => k === name).map(([, v]) => v);
  }

  [Symbol.iterator](): IterableIterator<readonly [string, string]> {
    return this.pairs.values();
  }
}
