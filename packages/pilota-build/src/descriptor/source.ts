// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { bool, func, int, list, optionTable, text } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';
import { fixedProvider } from '@cloudwego/pilota/descriptor';
import type { DescriptorProvider } from '@cloudwego/pilota/descriptor';
import { WatchedProvider } from './watch.js';
import type { WatchSource } from './watch.js';

/** How the files of an IDL are followed. */
export interface WatchOptions {
  /** Reads again when a file of the IDL changes, appears or goes. @defaultValue false */
  readonly watch?: boolean | undefined;
  /** How often watched files are looked at, beside what the system reports of them. Unit ms. @defaultValue 1000 */
  readonly pollMs?: number | undefined;
  /** Told of a change that is no valid IDL; the edition before stays in use. @defaultValue nobody is */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** Options of the providers of files and folders; each family says where it looks. */
interface SourceOptions extends WatchOptions {
  readonly includeDirs?: readonly string[] | undefined;
}

export const sourceTable: OptionTable<SourceOptions> = optionTable<SourceOptions>({
  includeDirs: list(text(), { default: [] }),
  watch: bool({ default: false }),
  pollMs: int({ min: 10, default: 1000, unit: 'ms' }),
  onError: func<(error: Error) => void>(),
});

/** A provider of what `build` makes: once, or again after every change of its files where `o`, which is checked, says `watch`. */
export function sourceProvider<D>(o: SourceOptions, folder: WatchSource<D>['folder'], build: WatchSource<D>['build']): DescriptorProvider<D> {
  const { edition, files } = build();
  if (o.watch !== true) return fixedProvider(edition);
  return new WatchedProvider(edition, { build, files, folder, pollMs: o.pollMs!, onError: o.onError });
}
