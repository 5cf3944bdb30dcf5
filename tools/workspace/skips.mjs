// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// What a test that did not run says of itself. The title of the test, or of a suite around it, ends with the reason in brackets:
//
//   answers like a real Redis (needs redis-server)             a peer is missing here: it counts as skipped
//   etcd is not installed: apt-get install etcd-server         the same, in the words of testkit
//   two listeners share a port (this network is without reusePort)    it cannot run on this Node, system or engine: not applicable, and outside the count
//
// A test that is skipped without a reason, or still to be written, is a failure.

const MISSING = /\b(?:needs|not installed|not built|no addon|no C\+\+ compiler|no headers)\b/;

/** The last text in brackets of a title, however many brackets are inside it. */
function bracketed(title) {
  const text = title.trimEnd();
  if (!text.endsWith(')')) return undefined;
  let depth = 0;
  for (let i = text.length - 1; i >= 0; i--) {
    if (text[i] === ')') depth++;
    else if (text[i] === '(' && --depth === 0) return text.slice(i + 1, -1).trim();
  }
  return undefined;
}

/** { kind: 'missing' | 'not applicable' | 'silent', reason } of a test that did not run, from its own title and those around it, the innermost first. */
export function whySkipped(titles) {
  for (const title of titles) {
    const reason = bracketed(title);
    if (reason !== undefined && reason !== '') return { kind: MISSING.test(reason) ? 'missing' : 'not applicable', reason };
  }
  return { kind: 'silent', reason: 'no reason is given' };
}

/** Counts the report of vitest's JSON reporter: { passed, failed, skipped, notApplicable, lines }; a line for each reason, and for what is skipped in silence. */
export function countVitest(report) {
  const counts = { passed: report.numPassedTests, failed: report.numFailedTests, skipped: 0, notApplicable: 0 };
  const reasons = new Map();
  const lines = [];
  for (const file of report.testResults) {
    // A file that cannot be loaded has no tests to count.
    if (file.status === 'failed' && file.assertionResults.every((a) => a.status !== 'failed')) {
      counts.failed++;
      lines.push(`FAIL  ${file.name}: ${String(file.message).split('\n', 1)[0]}`);
    }
    for (const a of file.assertionResults) {
      if (a.status === 'passed' || a.status === 'failed') continue;
      const { kind, reason } = a.status === 'todo' ? { kind: 'silent', reason: 'it is still to be written' } : whySkipped([a.title, ...a.ancestorTitles.toReversed()]);
      if (kind === 'silent') {
        counts.failed++;
        lines.push(`FAIL  ${file.name}: "${a.fullName}" was skipped, and ${reason}`);
        continue;
      }
      counts[kind === 'missing' ? 'skipped' : 'notApplicable']++;
      const key = `${kind === 'missing' ? 'skip ' : 'n/a  '} ${reason}`;
      reasons.set(key, (reasons.get(key) ?? 0) + 1);
    }
  }
  for (const [key, n] of [...reasons].sort()) lines.push(`${key}: ${n} ${n === 1 ? 'test' : 'tests'}`);
  return { ...counts, lines };
}
