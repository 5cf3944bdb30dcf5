// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError, OptionError } from '@cloudwego/gopkg/errors';

declare const caught: unknown;
declare function is<T>(v: T): void;

// `instanceof` narrows, although it is decided by a literal.
if (caught instanceof OptionError) {
  is<'GOPKG_OPTION_INVALID'>(caught.code);
  is<string>(caught.option);
}
if (caught instanceof CloudWeGoError) is<string>(caught.code);

export class Own extends CloudWeGoError {
  static override readonly type: string = 'test/Own';
  readonly code = 'TEST_OWN';
}
// @ts-expect-error every class states a code
export class Codeless extends CloudWeGoError {}
// @ts-expect-error the base class is abstract
export const none: unknown = new CloudWeGoError('x');
