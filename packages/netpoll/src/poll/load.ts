// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { channel } from 'node:diagnostics_channel';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { EngineUnavailableError } from '../errors.js';
import type { NativeModule } from './native.js';

/** What loading gave: the addon, or why there is none. */
export type Loaded = { readonly native: NativeModule; readonly reason: string } | { readonly native: undefined; readonly reason: string };

let loaded: Loaded | undefined;

/**
 * The addon, loaded on first use; this is the one file that loads it.
 *
 *   native/build/<platform>-<arch>/netpoll.node        built from source in this repository
 *   prebuilds/<platform>-<arch>/netpoll.<libc>.node    from the package's tarball
 *
 * Without one the reason is published once on the channel `cloudwego:netpoll:engine` and kept for engineInfo().
 * Errors:  {@link EngineUnavailableError} (NETPOLL_ENGINE_UNAVAILABLE) instead, when CLOUDWEGO_NATIVE=require is set.
 */
export function loadNative(): Loaded {
  if (loaded !== undefined) return loaded;
  const found = attempt();
  if (found.native === undefined) {
    if (process.env['CLOUDWEGO_NATIVE'] === 'require') throw new EngineUnavailableError(`engine poll: ${found.reason} (CLOUDWEGO_NATIVE=require)`);
    const events = channel('cloudwego:netpoll:engine');
    if (events.hasSubscribers) events.publish({ engine: 'stream', driver: 'libuv', reason: found.reason });
  }
  return (loaded = found);
}

function attempt(): Loaded {
  const other = otherRuntime();
  // Before anything is loaded: what claims to be Node may crash on an addon.
  if (other !== undefined) return { native: undefined, reason: `${other} does not run this addon` };
  if (process.platform === 'win32') return { native: undefined, reason: 'no driver for Windows' };
  const path = candidates().find((p) => existsSync(p));
  if (path === undefined) return { native: undefined, reason: `no addon for ${process.platform}-${process.arch}, neither built nor in the package` };
  try {
    return { native: createRequire(import.meta.url)(path) as NativeModule, reason: path.includes('prebuilds') ? 'prebuilt addon' : 'addon built from source' };
  } catch (e) {
    return { native: undefined, reason: `the addon does not load: ${(e as Error).message.split('\n', 1)[0] ?? ''}` };
  }
}

function otherRuntime(): string | undefined {
  const { bun, deno } = process.versions as { bun?: string; deno?: string };
  return bun !== undefined ? 'Bun' : deno !== undefined ? 'Deno' : undefined;
}

function candidates(): string[] {
  const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
  const here = `${process.platform}-${process.arch}`;
  const variant = process.env['CLOUDWEGO_NATIVE_VARIANT'];
  const built = at(`native/build/${here}/netpoll${variant === undefined || variant === '' ? '' : `.${variant}`}.node`);
  // A variant that is named is that one or none.
  if (variant !== undefined && variant !== '') return [built];
  const libc = process.platform !== 'linux' ? '' : glibc() ? '.glibc' : '.musl';
  return [built, at(`prebuilds/${here}/netpoll${libc}.node`)];
}

function glibc(): boolean {
  const report = process.report as { excludeNetwork?: boolean; getReport(): object };
  const before = report.excludeNetwork;
  // Else the report resolves the names of every open socket.
  report.excludeNetwork = true;
  try {
    const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } };
    return header?.glibcVersionRuntime !== undefined;
  } finally {
    if (before !== undefined) report.excludeNetwork = before;
  }
}
