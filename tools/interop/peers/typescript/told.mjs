// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** Waits until a server is told to stop: by a signal, or by the end of its input. */
export async function untilTold(options) {
  await new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
    if (!options['no-stdin']) process.stdin.once('end', resolve).once('error', resolve).resume();
  });
  process.stdin.destroy();
}
