// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FromChild, ToChild } from '../ops/messages.js';
import { Telemetry } from './telemetry.js';

/** What a process of the shop is told by its environment. */
export interface Env {
  /** `order-2`. */
  readonly instance: string;
  /** Folder of leases. */
  readonly registry: string;
  /** Folder of databases. */
  readonly data: string;
}

/** A process while it runs. */
export interface Running {
  /** Where it answers; empty for one that only calls. */
  readonly address: string;
  /** Stops taking work, finishes what is under way, closes everything. */
  stop(): Promise<void>;
  /** Messages of the supervisor beside `stop`. */
  onMessage?(m: ToChild): void;
}

const REPORT_MS = 250;

export function env(): Env {
  const dir = process.env['SHOP_DIR'];
  const instance = process.env['SHOP_INSTANCE'];
  if (dir === undefined || instance === undefined) throw new Error('SHOP_DIR and SHOP_INSTANCE are not set: this process is started by bin/demo.mjs');
  const e = { instance, registry: join(dir, 'registry'), data: join(dir, 'data') };
  mkdirSync(e.registry, { recursive: true });
  mkdirSync(e.data, { recursive: true });
  return e;
}

/** Says something to the supervisor; nothing happens when there is none. */
export function tell(m: FromChild): void {
  if (process.connected) process.send!(m, undefined, undefined, () => undefined);
}

/**
 * The life of every process of the shop: starts, says that it is ready, reports, and stops in order when it is told to, by a message or SIGTERM, or when the
 * supervisor is gone. Ctrl-C reaches the supervisor alone: it decides in which order they end.
 */
export async function main(start: (e: Env, telemetry: Telemetry) => Promise<Running>): Promise<void> {
  const e = env();
  const telemetry = new Telemetry(e.instance);
  let stopping = false;
  let wake: () => void = () => undefined;
  const told = new Promise<void>((resolve) => {
    wake = resolve;
  });
  process.on('SIGTERM', wake);
  process.on('SIGINT', () => undefined);
  process.on('disconnect', wake);
  process.on('message', (m: ToChild) => {
    if (m.kind === 'stop') wake();
  });
  const running = await start(e, telemetry);
  process.on('message', (m: ToChild) => {
    if (m.kind !== 'stop') running.onMessage?.(m);
  });
  const timer = setInterval(() => {
    if (!stopping) tell(telemetry.report());
  }, REPORT_MS);
  tell({ kind: 'ready', address: running.address });
  await told;
  stopping = true;
  clearInterval(timer);
  await running.stop();
  tell(telemetry.report());
  telemetry.close();
  // The channel alone would keep the process alive.
  if (process.connected) process.disconnect();
}
