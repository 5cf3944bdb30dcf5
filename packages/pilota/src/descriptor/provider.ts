// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Where a descriptor comes from. What was built once has one edition for good; what is watched has a new one whenever its sources change. pilota-build makes
 * providers of files, texts and folders; a program that has a descriptor needs no more than {@link fixedProvider}.
 */
export interface DescriptorProvider<D> extends AsyncDisposable {
  /** The present edition. The same object until it changes. */
  current(): D;
  /** Calls `f` after each change, never inside this call, until the result is disposed of. */
  onChange(f: (edition: D) => void): Disposable;
  /** Stops watching. The last edition stays. */
  close(): Promise<void>;
}

/** A provider of one edition. */
export function fixedProvider<D>(edition: D): DescriptorProvider<D> {
  return {
    current: () => edition,
    onChange: () => ({ [Symbol.dispose]: nothing }),
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function nothing(): void {
  // There is no change to hear of.
}
