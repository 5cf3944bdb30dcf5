// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { Refused } from './fixtures/echo.js';
import { connect, serve } from './fixtures/harness.js';

describe.each(['buffered', 'framed', 'ttheader', 'ttheader-framed', 'grpc'] as const)('%s', (transport) => {
  it('carries values, several arguments, none, and a value that comes later', async () => {
    const { address } = await serve({ echo: async (req) => Promise.resolve({ text: req.text + '!' }) });
    const client = connect(address, { transport });
    expect(await client.echo({ text: 'hé' })).toEqual({ text: 'hé!' });
    expect(await client.join({ text: 'a' }, { text: 'b' })).toEqual({ text: 'ab' });
    expect(await client.ping()).toBeUndefined();
  });

  it('throws declared exceptions at the caller', async () => {
    const { address } = await serve({
      echo: () => {
        throw new Refused('closed on Sundays');
      },
    });
    const client = connect(address, { transport });
    await expect(client.echo({ text: 'x' })).rejects.toMatchObject({ reason: 'closed on Sundays' });
    expect(await client.ping()).toBeUndefined();
  });

  it('serves a oneway call without an answer', async () => {
    let told = '';
    const { address } = await serve({
      tell: (m) => {
        told = m.text;
      },
    });
    const client = connect(address, { transport });
    expect(await client.tell({ text: 'now' })).toBeUndefined();
    await expect.poll(() => told).toBe('now');
    expect(await client.echo({ text: 'after' })).toEqual({ text: 'after' });
  });

  it('carries a megabyte, and a thousand calls at once', async () => {
    const { address } = await serve();
    const client = connect(address, { transport });
    const big = 'x'.repeat(1 << 20);
    expect((await client.echo({ text: big })).text.length).toBe(big.length);
    const answers = await Promise.all(Array.from({ length: 1000 }, (_, i) => client.echo({ text: String(i) })));
    expect(answers.map((a) => a.text)).toEqual(Array.from({ length: 1000 }, (_, i) => String(i)));
  });
});
