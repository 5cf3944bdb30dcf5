// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** Waits until a server is told to stop: by a signal, by the end of its input, or by whoever settles `ended`. */
export async function untilTold(options, ended) {
  await new Promise((resolve) => {
    ended?.then(resolve);
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
    if (!options['no-stdin']) process.stdin.once('end', resolve).once('error', resolve).resume();
  });
  process.stdin.destroy();
}
