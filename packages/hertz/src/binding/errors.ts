// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** Where values of a request come from, the first that has one wins. */
export type Source = 'path' | 'form' | 'query' | 'cookie' | 'header' | 'json' | 'raw_body';

/** One thing that is wrong with a request. */
export interface BindingIssue {
  /** `name`, `item.tags[2]`; '' for the request as a whole. */
  readonly path: string;
  /** Undefined where a rule was broken, wherever the value came from. */
  readonly source: Source | undefined;
  /** `required`, `type`, `range`, `unknown`, `syntax`, the name of a rule such as `api.vd`, or `schema`. */
  readonly code: string;
  readonly message: string;
}

/** A request does not give what its handler takes. All issues, not only the first. Answered 400 unless it is caught. */
export class BindingError extends CloudWeGoError {
  static override readonly type: string = 'hertz/BindingError';
  readonly code = 'HERTZ_BINDING_FAILED';
  readonly status: number = 400;
  readonly issues: readonly BindingIssue[];

  constructor(issues: readonly BindingIssue[], options?: ErrorOptions) {
    super(issues.map((i) => i.message).join('; '), options);
    this.issues = issues;
  }
}

/** Collects what is wrong, up to a limit. */
export class Issues {
  readonly list: BindingIssue[] = [];
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  add(path: string, source: Source | undefined, code: string, message: string): void {
    if (this.list.length < this.most) this.list.push({ path, source, code, message });
  }

  throwIfAny(): void {
    if (this.list.length > 0) throw new BindingError(this.list);
  }
}
