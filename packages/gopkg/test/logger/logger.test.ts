// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { background, contextKey } from '@cloudwego/gopkg/context';
import type { LoggerOptions, LogRecord } from '@cloudwego/gopkg/logger';
import { createLogger, defaultLogger, formatJson, formatRecord, LogLevels, setDefaultLogger } from '@cloudwego/gopkg/logger';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { secondCopy } from '../support/copy.js';
import { runScript } from '../support/wait.js';

function capture(o: LoggerOptions = {}): { readonly log: ReturnType<typeof createLogger>; readonly lines: LogRecord[] } {
  const lines: LogRecord[] = [];
  return { log: createLogger({ write: (r) => lines.push(r), ...o }), lines };
}
const record = (message: string, fields: Record<string, unknown> = {}): LogRecord => ({ level: 'info', time: Date.UTC(2026, 0, 2, 3, 4, 5, 678), message, fields });

describe('levels', () => {
  it('are the seven of klog, in order; info is the first that shows', () => {
    expect(LogLevels).toEqual(['trace', 'debug', 'info', 'notice', 'warn', 'error', 'fatal']);
    expect(createLogger().level).toBe('info');
    for (const [i, level] of LogLevels.entries()) {
      const { log, lines } = capture({ level });
      for (const l of LogLevels) log[l](l);
      expect(lines.map((r) => r.message)).toEqual(LogLevels.slice(i));
      expect(lines.map((r) => r.level)).toEqual(LogLevels.slice(i));
      expect(LogLevels.filter((l) => log.enabled(l))).toEqual(LogLevels.slice(i));
    }
  });

  it('can be changed for a logger and all its children', () => {
    const { log, lines } = capture();
    const child = log.child({ a: 1 }).child({ b: 2 });
    child.debug('no');
    log.setLevel('debug');
    child.debug('yes');
    expect([log.level, child.enabled('debug'), lines.map((r) => r.message)]).toEqual(['debug', true, ['yes']]);
  });

  it('that do not exist are refused', () => {
    expect(() => createLogger({ level: 'verbose' as never })).toThrow(/got verbose, wanted one of trace, debug/);
    expect(() => { createLogger().setLevel('' as never); }).toThrow(RangeError);
    expect(() => createLogger().enabled('x' as never)).toThrow(RangeError);
  });

  it('fatal does not end the process', () => {
    const { log, lines } = capture();
    log.fatal('x');
    expect(lines[0]?.level).toBe('fatal');
  });
});

describe('messages and fields', () => {
  it('are made only when they are shown', () => {
    const { log, lines } = capture();
    const f = vi.fn(() => 'made');
    log.debug(f);
    expect(f).not.toHaveBeenCalled();
    log.info(f);
    expect(lines[0]?.message).toBe('made');
    log.info(() => { throw new Error('oops'); });
    expect(lines[1]?.message).toBe('(the message threw: Error: oops)');
  });

  it('gather from options, children, contexts and the call, the nearest winning', () => {
    const id = contextKey<string>('log id');
    const { log, lines } = capture({ fields: { app: 'shop', k: 0 }, prefix: 'KITEX: ', fromContext: (ctx) => ({ logId: ctx.value(id), k: 2 }) });
    log.child({ k: 1, part: 'pool' }).withContext(background.with(id, 'x1')).info('hello', { k: 3, n: 1 });
    log.info('plain');
    expect(lines[0]).toMatchObject({ message: 'KITEX: hello', fields: { app: 'shop', part: 'pool', logId: 'x1', k: 3, n: 1 } });
    expect(lines[1]?.fields).toEqual({ app: 'shop', k: 0 });
    expect(Math.abs(lines[0]!.time - Date.now())).toBeLessThan(60_000);
  });

  it('survive a context that cannot be read', () => {
    const { log, lines } = capture({ fromContext: () => { throw new Error('no'); } });
    log.withContext(background).info('x');
    expect(lines[0]?.fields).toEqual({ contextError: new Error('no') });
    const { log: none, lines: plainLines } = capture();
    none.withContext(background).info('y');
    expect(plainLines[0]?.fields).toEqual({});
  });
});

describe('sinks', () => {
  it('can be replaced while in use', () => {
    const { log, lines } = capture();
    const child = log.child({});
    const other: string[] = [];
    log.setOutput((r) => other.push(r.message));
    child.info('x');
    expect([lines.length, other]).toEqual([0, ['x']]);
  });

  it('that fail never fail the code that logs, at once or later', async () => {
    const failed: unknown[] = [];
    const onSinkError = (e: unknown, r: LogRecord): void => void failed.push([(e as Error).message, r.message]);
    const sync = capture({ write: () => { throw new Error('disk full'); }, onSinkError }).log;
    const later = capture({ write: () => Promise.reject(new Error('gone')), onSinkError }).log;
    const both = capture({ write: () => { throw new Error('a'); }, onSinkError: () => { throw new Error('b'); } }).log;
    sync.info('one');
    later.info('two');
    both.info('three');
    await new Promise((r) => setImmediate(r));
    expect(failed).toEqual([['disk full', 'one'], ['gone', 'two']]);
  });

  it('that log to their own logger do not loop', () => {
    const failed: string[] = [];
    const log = createLogger({ write: (r) => { log.info(`again ${r.message}`); }, onSinkError: (e, r) => failed.push(`${(e as Error).message}: ${r.message}`) });
    log.info('x');
    expect(failed).toEqual(['the sink logged to its own logger: again x']);
    log.info('y');
    expect(failed).toHaveLength(2);
  });

  it('are stderr when nothing is said, and what a broken sink could not write goes there', async () => {
    const { out, err, status } = await runScript(`
      import { createLogger, defaultLogger } from '@cloudwego/gopkg/logger';
      createLogger().warn('to stderr', { a: 1 });
      createLogger({ write() { throw new Error('disk full'); } }).info('not lost');
      defaultLogger().info('default');
    `);
    expect([out, status]).toEqual(['', 0]);
    const lines = err.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z \[Warn\] to stderr a=1$/);
    expect(lines[1]).toMatch(/\[Info\] not lost sinkError="Error: disk full\\n/);
    expect(lines[2]).toMatch(/\[Info\] default$/);
  });
});

describe('secrets', () => {
  it('are not shown, by default names, in any writing, at any depth', () => {
    const { log, lines } = capture();
    log.info('x', {
      user: 'ann',
      password: 'p',
      Authorization: 'Bearer t',
      headers: { 'Set-Cookie': ['a=b'], accept: '*/*', nested: [{ apiKey: 'k', keep: 1 }] },
      map: new Map<string, unknown>([['access-token', 't'], ['ok', 1]]),
      token: undefined,
    });
    const text = formatRecord(lines[0]!) + formatJson(lines[0]!);
    expect(lines[0]?.fields).toEqual({
      user: 'ann',
      password: '[redacted]',
      Authorization: '[redacted]',
      headers: { 'Set-Cookie': '[redacted]', accept: '*/*', nested: [{ apiKey: '[redacted]', keep: 1 }] },
      map: new Map<string, unknown>([['access-token', '[redacted]'], ['ok', 1]]),
      token: undefined,
    });
    expect(text).not.toMatch(/Bearer|a=b|"k"/);
  });

  it('hide what a child or the options gave, and leave the objects themselves alone', () => {
    const mine = { deep: { secret: 's' } };
    const { log, lines } = capture({ fields: { token: 'a' } });
    log.child({ passwd: 'b' }).info('x', mine);
    expect(lines[0]?.fields).toEqual({ token: '[redacted]', passwd: '[redacted]', deep: { secret: '[redacted]' } });
    expect(mine.deep.secret).toBe('s');
    const same = { a: { b: [1] } };
    log.info('y', same);
    expect(lines[1]?.fields['a']).toBe(same.a);
  });

  it('are what the options say', () => {
    const own = capture({ redact: ['session_id'] });
    own.log.info('x', { sessionId: '1', password: 'shown' });
    expect(own.lines[0]?.fields).toEqual({ sessionId: '[redacted]', password: 'shown' });
    const none = capture({ redact: [] });
    none.log.info('x', { password: 'shown' });
    expect(none.lines[0]?.fields).toEqual({ password: 'shown' });
  });

  it('hide in cycles and shared objects too, in bounded time', () => {
    const { log, lines } = capture();
    const shared: Record<string, unknown> = { password: 'p' };
    const loop: Record<string, unknown> = { secret: 's' };
    loop['self'] = loop;
    // Every node names every other one: 30 nodes have 30^8 paths of eight steps.
    const knot: Record<string, unknown>[] = Array.from({ length: 30 }, () => ({}));
    for (const a of knot) for (const [i, b] of knot.entries()) a[`n${i}`] = b;
    log.info('x', { a: shared, b: shared, loop, knot: knot[0] });
    const f = lines[0]!.fields as { a: unknown; b: unknown; loop: unknown };
    expect(f.a).toEqual({ password: '[redacted]' });
    expect(f.b).toEqual({ password: '[redacted]' });
    expect(f.loop).toEqual({ secret: '[redacted]', self: '[circular]' });
    expect(formatJson(lines[0]!)).not.toContain('"s"');
  });
});

describe('formatRecord', () => {
  it('is one line of text', () => {
    expect(formatRecord(record('started', { port: 80, name: 'a b', q: 'x="1"', empty: '', big: 5n, none: undefined, nul: null }))).toBe(
      '2026-01-02T03:04:05.678Z [Info] started port=80 name="a b" q="x=\\"1\\"" empty="" big=5 none=undefined nul=null',
    );
    expect(formatRecord({ ...record('x'), level: 'notice' })).toContain('[Notice] x');
  });

  it('stays one line, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.dictionary(fc.string({ unit: 'binary' }), fc.anything({ withBigInt: true, withMap: true, withSet: true, withDate: true, withTypedArray: true, withNullPrototype: true })), (message, fields) => {
        for (const line of [formatRecord(record(message, fields)), formatJson(record(message, fields))]) expect(line).not.toMatch(/[\x00-\x1f\x7f\u2028\u2029]/);
      }),
    );
  });

  it('escapes what would forge a line or steer a terminal', () => {
    expect(formatRecord(record('a\n2026 [Error] forged', { k: '\u001b[31mred\r', 'a\nb': 1 }))).toBe('2026-01-02T03:04:05.678Z [Info] a\\n2026 [Error] forged k=\\u001b[31mred\\r "a\\nb"=1'.replace('k=\\u001b[31mred\\r', 'k="\\u001b[31mred\\r"'));
  });

  it('shows errors with stack and causes', () => {
    const e = new Error('outer', { cause: new Error('inner', { cause: 'root' }) });
    const line = formatRecord(record('x', { e }));
    expect(line).toContain('Error: outer\\n');
    expect(line).toContain('caused by Error: inner');
    expect(line).toContain('caused by root');
    const self = new Error('self');
    self.cause = self;
    expect(formatRecord(record('x', { self }))).toContain('caused by more');
  });

  it('has a form for values that JSON has none for', () => {
    const circular: unknown[] = [];
    circular.push(circular);
    const line = formatRecord(record('x', { m: new Map([['a', 1n]]), s: new Set([1]), b: Uint8Array.of(1, 2), f: Symbol('s'), circular, nullProto: Object.create(null), hostile: { toJSON: () => { throw new Error('no'); } } }));
    expect(line).toContain('m="{\\"a\\":\\"1\\"}" s=[1] b="AQI=" f=Symbol(s)'.replace('b="AQI="', 'b="\\"AQI=\\""'));
    expect(line).toContain('circular="[object Array]"');
  });
});

describe('formatJson', () => {
  it('is one JSON object per line, whose own names win', () => {
    expect(JSON.parse(formatJson(record('x', { a: 1, level: 'mine', big: 5n })))).toEqual({ time: '2026-01-02T03:04:05.678Z', level: 'info', message: 'x', a: 1, 'fields.level': 'mine', big: '5' });
  });

  it('escapes what JSON would let through, and keeps names that mean something to objects', () => {
    const line = formatJson(record('a\u2028b\x7f\x9b', JSON.parse('{"__proto__":{"x":1},"constructor":2}') as Record<string, unknown>));
    expect(line).toContain('a\\u2028b\\u007f\\u009b');
    expect(line).toContain('"__proto__":{"x":1},"constructor":2');
  });

  it('parses back, whatever comes in', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything({ withBigInt: true, withMap: true, withSet: true })), (fields) => {
        expect(JSON.parse(formatJson(record('m', fields)))).toMatchObject({ message: 'm', level: 'info' });
      }),
    );
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    expect(JSON.parse(formatJson(record('m', { circular, n: 1 })))).toMatchObject({ message: 'm', n: '1' });
  });
});

describe('the default logger', () => {
  it('can be replaced and brought back, and is one for all installed copies', async () => {
    const copy = await secondCopy<typeof import('@cloudwego/gopkg/logger')>('logger/index.ts');
    const { log, lines } = capture();
    setDefaultLogger(log);
    try {
      copy.defaultLogger().info('from a copy');
      expect(lines.map((r) => r.message)).toEqual(['from a copy']);
    } finally {
      setDefaultLogger(undefined);
    }
    expect(defaultLogger()).not.toBe(log);
    expect(copy.defaultLogger()).toBe(defaultLogger());
  });

  it('takes its level from CLOUDWEGO_LOG_LEVEL, when that is one', async () => {
    for (const [env, expected] of [['error', 'false true'], ['nonsense', 'true true'], ['', 'true true']] as const) {
      vi.stubEnv('CLOUDWEGO_LOG_LEVEL', env);
      try {
        setDefaultLogger(undefined);
        expect(`${defaultLogger().enabled('info')} ${defaultLogger().enabled('error')}`).toBe(expected);
      } finally {
        vi.unstubAllEnvs();
        setDefaultLogger(undefined);
      }
    }
    await Promise.resolve();
  });
});
