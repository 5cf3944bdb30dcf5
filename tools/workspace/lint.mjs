// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Everything that is checked about the text of this repository: eslint, file headers, generated files, arrows between packages, project references.
// One line per check; the last line counts.

import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkCycles, checkHeaders, checkLinks, checkManifests, checkText, checkWorkflows } from './checks.mjs';
import { checkDocs } from './docs.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const counts = { passed: 0, failed: 0 };

function check(name, problems) {
  if (problems.length === 0) {
    counts.passed++;
    console.log(`ok    ${name}`);
    return;
  }
  counts.failed++;
  console.log(`FAIL  ${name}`);
  for (const p of problems.slice(0, 50)) console.log(`      ${p}`);
  if (problems.length > 50) console.log(`      and ${problems.length - 50} more`);
}

function tool(name, script, args) {
  const r = spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20, env: { ...process.env, NX_DAEMON: 'false' } });
  check(name, r.status === 0 ? [] : `${r.stdout}${r.stderr}`.trim().split('\n'));
}

tool('eslint', 'node_modules/eslint/bin/eslint.js', ['.', '--max-warnings=0']);
check('SPDX headers', checkHeaders(root));
check('text: no tabs, blanks at line ends, names of files', checkText(root));
check('package manifests and project references', checkManifests(root));
check('links, and the table of README.md', checkLinks(root));
check('workflows', checkWorkflows(root));
check('no import cycle inside a package', checkCycles(root));
check('generated documents are up to date', await checkDocs(root));
tool('nx sync: project references', 'node_modules/nx/dist/bin/nx.js', ['sync:check']);
tool('knip', 'node_modules/knip/bin/knip.js', ['--no-progress', '--no-config-hints']);
console.log(`lint: ${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 ? 1 : 0;
