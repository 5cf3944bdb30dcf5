// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** A provider's answer when nothing changed since its last one. Source: cloudwego/configmanager ErrNotModified. */
export const NotModified: unique symbol = Symbol.for('cloudwego.config.NotModified') as typeof NotModified;

/** Where configuration comes from: a file, etcd, nacos, apollo, consul … */
export interface ConfigProvider {
  /** For messages. */
  readonly name: string;
  /** Loads everything. What it throws is reported, and the last good values stay. */
  load(signal: AbortSignal): Promise<ReadonlyMap<string, unknown> | typeof NotModified>;
  /** Calls `changed` whenever a load may bring something new, until `signal` aborts. Polling goes on beside it. */
  watch?(changed: () => void, signal: AbortSignal): void;
}

/** The shape that schema libraries share; see https://standardschema.dev. */
export interface StandardSchema<T> {
  readonly '~standard': {
    readonly validate: (value: unknown) => StandardResult<T> | Promise<StandardResult<T>>;
    readonly types?: { readonly output: T } | undefined;
  };
}

export type StandardResult<T> = { readonly value: T; readonly issues?: undefined } | { readonly issues: readonly { readonly message: string }[] };

/** Checks a value and gives it back as what it should be, or throws. */
export type ConfigCheck<T> = ((value: unknown) => T) | StandardSchema<T>;

/** Checks `value`. Throws what the check throws, or its issues. */
export async function checkValue<T>(check: ConfigCheck<T>, value: unknown): Promise<T> {
  if (typeof check === 'function') return check(value);
  const r = await check['~standard'].validate(value);
  if (r.issues !== undefined) throw new Error(r.issues.map((i) => i.message).join('; '));
  return r.value;
}
