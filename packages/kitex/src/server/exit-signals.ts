// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/**
 * The signals that `run()` may wait for: SIGHUP is left alone where the process was started to ignore it, say by nohup.
 * Source: cloudwego/kitex server/server.go SysExitSignal.
 */
export function exitSignalsOf(signals: readonly NodeJS.Signals[]): readonly NodeJS.Signals[] {
  return signals.includes('SIGHUP') && hangupIgnored() ? signals.filter((s) => s !== 'SIGHUP') : signals;
}

/** Linux tells; elsewhere nobody does, and the signal counts. */
function hangupIgnored(): boolean {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
    return mask !== undefined && ((BigInt(`0x${mask}`) >> BigInt(constants.signals.SIGHUP - 1)) & 1n) === 1n;
  } catch {
    return false;
  }
}
