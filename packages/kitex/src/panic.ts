// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { KitexError } from './errors.js';

/**
 * What is thrown by mistake and not by intent. `Differs:` Go tells a panic from a returned error; JavaScript has one throw, so the language's own error classes
 * and values that are no errors count as panics.
 */
export function isPanic(e: unknown): boolean {
  if (!(e instanceof Error)) return true;
  if (e instanceof KitexError) return false;
  return e instanceof TypeError || e instanceof RangeError || e instanceof ReferenceError || e instanceof SyntaxError || e instanceof EvalError || e instanceof URIError;
}
