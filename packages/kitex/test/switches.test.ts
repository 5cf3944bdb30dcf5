// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createClient } from '@cloudwego/kitex';
import { Echo } from './fixtures/echo.js';
import { using } from './fixtures/harness.js';

const rows = readFileSync(new URL('../../../docs/governance.md', import.meta.url), 'utf8')
  .split('## Switches of the original')[1]!
  .split('\n')
  .filter((l) => l.startsWith('| ') && !l.startsWith('| in Go'))
  .map((l) => l.split(' | '));

describe('the table of switches', () => {
  it.each([
    'KITEX_DISABLE_RPCINFO_POOL', 'KITEX_CONF_DIR', 'KITEX_CONF_FILE', 'KITEX_LOG_DIR', 'KITEX_RUNTIME_ROOT', 'KITEX_GENERIC_GOTAG_ALIAS_DISABLED', 'CLOUDWEGO_SESSION_CONFIG_KEY',
    'KITEX_TOOL_USE_PROTOC', 'KITEX_TOOL_USE_PRUTAL_MARSHAL', 'KITEX_PLUGIN_MODE', 'KITEX_TOOL_STDIN_LOAD_FILE', 'KITEX_TOOL_STDIN_DUMP_FILE', 'rpcinfo.EnablePool',
    'EnableGlobalNeedFineGrainedErrCode', 'kerrors.TimeoutCheckFunc', 'gofunc.GoFunc', 'connpool.SetReporter', 'event.SetDefaultEventNum', 'propagation mode',
  ])('says what there is in place of %s', (name) => {
    const row = rows.find((r) => r[0]!.includes(name));
    expect(row?.[1]?.replace('|', '').trim()).toMatch(/option|nothing|always/);
  });

  it('names options that there are', () => {
    const client = using(createClient(Echo, { destService: 'echo', hostPorts: ['127.0.0.1:1'], connReporter: {}, ambientContext: true }));
    const known = client.appliedOptions.map((o) => o.name);
    for (const name of ['fineGrainedErrors', 'connReporter', 'ambientContext']) {
      expect(rows.some((r) => r[1]!.includes(`\`${name}\``)), name).toBe(true);
      expect(known).toContain(name);
    }
  });
});
