// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { describeEngines } from '../fixtures/native.js';

const script = fileURLToPath(new URL('./churn.ts', import.meta.url));
/** The sanitised stage runs it for a minute; an hour is for hands: see the script. */
const seconds = process.env['CLOUDWEGO_SOAK_SECONDS'] ?? '0';
const handOffs = process.env['CLOUDWEGO_TLS_HANDOFFS'] ?? '20';
const sanitized = (process.env['CLOUDWEGO_NATIVE_VARIANT'] ?? '') !== '';

interface Rest {
  readonly heapMB: number;
  readonly externalMB: number;
  readonly descriptors: number;
  readonly handles: number;
  readonly timers: number;
  readonly live: number;
}

describeEngines('connections that come and go', (engine) => {
  it('leave no descriptor, handle, timer or memory behind', { timeout: 240_000 + Number(seconds) * 2000 }, async () => {
    const words = ['--expose-gc', '--conditions=@cloudwego/source', '--import', import.meta.resolve('tsx'), script];
    const p = spawn(process.execPath, [...words, '--engine', engine, '--seconds', seconds, '--operations', '600', '--hand-offs', handOffs], { stdio: ['ignore', 'pipe', 'pipe'] });
    onTestFinished(() => {
      p.kill('SIGKILL');
    });
    let out = '';
    let err = '';
    p.stdout.setEncoding('utf8').on('data', (d: string) => (out += d));
    p.stderr.setEncoding('utf8').on('data', (d: string) => (err += d));
    const [status] = (await once(p, 'close')) as [number | null];
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const { report } = JSON.parse(out.trim().split('\n').at(-1)!) as { report: { before: Rest; after: Rest } };
    const { before, after } = report;
    expect(after.descriptors).toBeLessThanOrEqual(before.descriptors);
    expect(after.handles).toBeLessThanOrEqual(before.handles);
    expect([after.timers, after.live]).toEqual([0, 0]);
    // A thousand connections that were kept, with their buffers, would be far above.
    if (!sanitized) expect(after.heapMB + after.externalMB - before.heapMB - before.externalMB).toBeLessThan(8);
  });
});
