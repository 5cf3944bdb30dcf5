// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Which package may import which: section "Arrows" of CONTRIBUTING.md, as data. Nothing points up or sideways.

/** By package folder below packages/. */
export const arrows = {
  gopkg: [],
  sonic: [],
  motore: ['gopkg'],
  netpoll: ['gopkg'],
  shmipc: ['gopkg'],
  protocol: ['gopkg'],
  governance: ['gopkg', 'sonic'],
  pilota: ['gopkg', 'sonic'],
  'pilota-build': ['pilota', 'gopkg'],
  monoio: ['netpoll', 'gopkg'],
  transport: ['netpoll', 'protocol', 'gopkg', 'shmipc'],
  kitex: ['transport', 'governance', 'protocol', 'pilota', 'sonic', 'gopkg'],
  hertz: ['transport', 'governance', 'protocol', 'pilota', 'sonic', 'gopkg'],
  volo: ['transport', 'governance', 'protocol', 'pilota', 'sonic', 'gopkg', 'motore'],
  testkit: ['gopkg'],
};

/** What a file may import of the suite, by its path below the repository; undefined = anything public. */
export function allowed(path) {
  const parts = path.split('/');
  if (parts[0] === 'packages') {
    const own = parts[1];
    const list = arrows[own];
    if (list === undefined) return [];
    // Tests may use what their package's users have beside it.
    return parts[2] === 'src' ? [own, ...list] : [own, ...list, 'testkit', 'netpoll', 'pilota', 'pilota-build', 'governance', 'transport', 'protocol'];
  }
  if (parts[0] === 'contrib' && parts[3] === 'src') {
    const family = parts[1];
    const framework = arrows[family] === undefined ? [] : [family, ...arrows[family]];
    return ['governance', 'sonic', 'gopkg', ...framework];
  }
  return undefined;
}

/** Folder name of a package of the suite, of an import specifier. */
export function target(specifier) {
  const m = /^@cloudwego\/([a-z-]+)(?:\/|$)/.exec(specifier);
  return m?.[1];
}
