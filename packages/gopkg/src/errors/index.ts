// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { types } from 'node:util';

/**
 * Base class of every error of the suite.
 * Shape: a literal `type` per class, a stable `code` (`FAMILY_NOUN_STATE`, never reused), data in fields, `cause` kept.
 * `instanceof` is decided by the literal `type`, so that it holds across two installed copies and after bundling.
 */
export abstract class CloudWeGoError extends Error {
  static readonly type: string = 'cloudwego/CloudWeGoError';
  abstract readonly code: string;
  /** Name of the corresponding error in the Go or Rust original, where there is one. */
  readonly originalName: string | undefined = undefined;

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }

  static override [Symbol.hasInstance](this: { readonly type: string }, value: unknown): boolean {
    // A subclass without a literal of its own would match every instance of its parent; for it the prototype chain decides.
    if (!Object.hasOwn(this, 'type')) return Function.prototype[Symbol.hasInstance].call(this, value);
    for (let p: unknown = value; typeof p === 'object' && p !== null; p = Object.getPrototypeOf(p)) {
      const ctor = (p as { constructor?: { type?: unknown } }).constructor;
      if (ctor?.type === this.type) return true;
    }
    return false;
  }
}

/** An option or argument was refused at construction. The message says what was wrong and what is allowed. */
export class OptionError extends CloudWeGoError {
  static override readonly type: string = 'cloudwego/OptionError';
  readonly code = 'GOPKG_OPTION_INVALID';
  /** Dotted path of the option, such as `pool.maxIdlePerAddress`. */
  readonly option: string;

  constructor(option: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.option = option;
  }
}

/** Turns anything that was thrown into an Error, keeping Errors as they are, those of other realms too. */
export function toError(e: unknown): Error {
  if (e instanceof Error || types.isNativeError(e)) return e;
  return new Error(typeof e === 'string' ? e : 'non-error value thrown: ' + describe(e), { cause: e });
}

function describe(v: unknown): string {
  try {
    return String(v);
  } catch {
    return Object.prototype.toString.call(v);
  }
}

/** A package that is an optional peer is not installed, or does not load; `cause` says why. */
export class PeerMissingError extends CloudWeGoError {
  static override readonly type: string = 'cloudwego/PeerMissingError';
  readonly code = 'GOPKG_PEER_MISSING';
  /** Name on npm. */
  readonly peer: string;

  constructor(peer: string, what: string, options?: { readonly cause?: unknown }) {
    super(`${what} needs the package ${peer}, which does not load: npm install ${peer}`, options);
    this.peer = peer;
  }
}
