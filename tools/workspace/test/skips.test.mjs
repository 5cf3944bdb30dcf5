// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { countVitest, whySkipped } from '../skips.mjs';

test.each([
  [['answers alike (needs redis-server)'], 'missing', 'needs redis-server'],
  [['starts (etcd is not installed: apt-get install etcd-server)'], 'missing', 'etcd is not installed: apt-get install etcd-server'],
  [['echo', 'poll engine (no addon for linux-x64 (glibc), neither built nor in the package)'], 'missing', 'no addon for linux-x64 (glibc), neither built nor in the package'],
  [['two listeners share a port (this network is without reusePort)'], 'not applicable', 'this network is without reusePort'],
  [['inner (it has no watch)', 'outer (needs etcd)'], 'not applicable', 'it has no watch'],
  [['echo (slowly) back'], 'silent', 'no reason is given'],
  [['echo ()'], 'silent', 'no reason is given'],
  [['echo)'], 'silent', 'no reason is given'],
])('%j', (titles, kind, reason) => {
  expect(whySkipped(titles)).toEqual({ kind, reason });
});

test('what did not run is counted by its reason, and what is silent about it fails', () => {
  const t = (title, status, ...ancestorTitles) => ({ title, status, ancestorTitles, fullName: [...ancestorTitles, title].join(' ') });
  const report = {
    numPassedTests: 2,
    numFailedTests: 1,
    testResults: [
      { name: 'a.test.ts', status: 'failed', assertionResults: [t('one', 'passed'), t('two', 'failed'), t('three (needs thrift)', 'skipped'), t('four', 'pending', 'group (needs thrift)')] },
      { name: 'b.test.ts', status: 'failed', message: 'SyntaxError: no\nat x', assertionResults: [] },
      { name: 'c.test.ts', status: 'passed', assertionResults: [t('five', 'passed'), t('six', 'skipped', 'group'), t('seven', 'todo'), t('eight (Windows only)', 'skipped')] },
    ],
  };
  expect(countVitest(report)).toEqual({
    passed: 2,
    failed: 4,
    skipped: 2,
    notApplicable: 1,
    lines: [
      'FAIL  b.test.ts: SyntaxError: no',
      'FAIL  c.test.ts: "group six" was skipped, and no reason is given',
      'FAIL  c.test.ts: "seven" was skipped, and it is still to be written',
      'n/a   Windows only: 1 test',
      'skip  needs thrift: 2 tests',
    ],
  });
});
