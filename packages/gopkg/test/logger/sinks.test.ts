// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { backoffSink, createLogger, FileSink, filterSink, formatJson, memorySink, multiSink, streamSink } from '@cloudwego/gopkg/logger';
import type { LogRecord } from '@cloudwego/gopkg/logger';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';

const record = (message: string, time = 0, level: LogRecord['level'] = 'info'): LogRecord => ({ level, time, message, fields: {} });
const text = (r: LogRecord): string => r.message;

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'gopkg-log-'));
  onTestFinished(() => { rmSync(dir, { recursive: true, force: true }); });
  return dir;
}

describe('streamSink', () => {
  it('writes lines, and drops them rather than fill the memory', () => {
    const stream = new PassThrough({ highWaterMark: 1 });
    const sink = streamSink(stream, { format: text, maxBufferedBytes: 10 });
    for (let i = 0; i < 8; i++) sink(record(`line ${i}`));
    expect(stream.writableLength).toBeLessThan(20);
    const got: string[] = [];
    stream.on('data', (d: Buffer) => got.push(d.toString()));
    stream.resume();
    return new Promise<void>((r) => setImmediate(r)).then(() => {
      sink(record('last'));
      const lines = got.join('').trimEnd().split('\n');
      const kept = lines.filter((l) => l.startsWith('line')).length;
      expect(kept).toBeGreaterThan(0);
      expect(lines.slice(kept)).toEqual([`${8 - kept} lines were dropped`, 'last']);
    });
  });
});

describe('FileSink', () => {
  it('appends what was logged, in order, many lines at a time', async () => {
    const path = join(folder(), 'x.log');
    writeFileSync(path, 'before\n');
    const sink = new FileSink(path, { format: text });
    const log = createLogger({ write: sink.write });
    for (let i = 0; i < 1000; i++) log.info(`line ${i}`);
    await sink.close();
    expect(readFileSync(path, 'utf8')).toBe('before\n' + Array.from({ length: 1000 }, (_, i) => `line ${i}\n`).join(''));
    log.info('after');
    await sink.close();
    expect(readFileSync(path, 'utf8')).toMatch(/after\n$/);
    expect(statSync(path).mode & 0o111).toBe(0);
  });

  it('begins new files and keeps so many', async () => {
    const dir = folder();
    const path = join(dir, 'x.log');
    await using sink = new FileSink(path, { format: text, maxBytes: 30, maxFiles: 2 });
    for (let i = 0; i < 6; i++) {
      sink.write(record(`a line of twenty ${i}.`));
      await sink.flush();
    }
    expect(readdirSync(dir).sort()).toEqual(['x.log', 'x.log.1', 'x.log.2']);
    expect(['x.log', 'x.log.1', 'x.log.2'].map((f) => readFileSync(join(dir, f), 'utf8'))).toEqual(['a line of twenty 5.\n', 'a line of twenty 4.\n', 'a line of twenty 3.\n']);
    const none = new FileSink(join(dir, 'y.log'), { format: text, maxBytes: 30, maxFiles: 0 });
    for (let i = 0; i < 3; i++) {
      none.write(record(`a line of twenty ${i}.`));
      await none.flush();
    }
    await none.close();
    expect(readdirSync(dir).filter((f) => f.startsWith('y'))).toEqual(['y.log']);
  });

  it('drops what does not fit while the disk is slow, and says how many', async () => {
    const path = join(folder(), 'x.log');
    const sink = new FileSink(path, { format: text, maxBufferedBytes: 20 });
    for (let i = 0; i < 10; i++) sink.write(record(`line ${i}`));
    await sink.flush();
    sink.write(record('last'));
    await sink.close();
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines).toEqual(['line 0', 'line 1', '8 lines were dropped', 'last']);
  });

  it('tells of a file that cannot be written, and tries again', async () => {
    const dir = folder();
    const path = join(dir, 'none', 'x.log');
    const errors: unknown[] = [];
    const sink = new FileSink(path, { format: text });
    const log = createLogger({ write: sink.write, onSinkError: (e) => errors.push((e as NodeJS.ErrnoException).code) });
    log.info('lost');
    await sink.flush().catch(() => undefined);
    await new Promise((r) => setImmediate(r));
    expect([errors, existsSync(path)]).toEqual([['ENOENT'], false]);
    for (const o of [{ maxBytes: -1 }, { maxFiles: -1 }, { maxBufferedBytes: 0 }]) expect(() => new FileSink(path, o)).toThrow(/^filesink\./);
  });
});

describe('sinks of sinks', () => {
  it('multiSink asks all and gathers what fails', async () => {
    const got: string[] = [];
    const sink = multiSink(
      (r) => got.push(`a ${r.message}`),
      () => { throw new Error('one'); },
      () => Promise.reject(new Error('two')),
      (r) => got.push(`d ${r.message}`),
    );
    await expect(Promise.resolve(sink(record('x')))).rejects.toMatchObject({ message: '2 of 4 log sinks failed', errors: [{ message: 'one' }, { message: 'two' }] });
    expect(got).toEqual(['a x', 'd x']);
    expect(await multiSink()(record('x'))).toBeUndefined();
  });

  it('filterSink passes on a level and above, or what a function says', () => {
    const got: string[] = [];
    const sink = filterSink('warn', (r) => got.push(r.message));
    sink(record('info'));
    sink(record('warn', 0, 'warn'));
    sink(record('fatal', 0, 'fatal'));
    filterSink((r) => r.message.length > 3, (r) => got.push(r.message))(record('long'));
    expect(got).toEqual(['warn', 'fatal', 'long']);
    expect(() => filterSink('loud' as never, () => undefined)).toThrow(RangeError);
  });

  it('memorySink keeps the last ones', () => {
    const sink = memorySink(2);
    for (const m of ['a', 'b', 'c']) sink(record(m));
    expect(sink.records.map(text)).toEqual(['b', 'c']);
    sink.clear();
    expect(sink.records).toEqual([]);
  });

  it('backoffSink says the same thing less and less often, and starts anew after a while', () => {
    const got: string[] = [];
    const sink = backoffSink((r) => got.push(`${r.time / 1000} ${r.message}${r.fields['suppressed'] === undefined ? '' : ` +${String(r.fields['suppressed'])}`}`));
    for (let s = 0; s <= 130; s++) sink(record('closed', s * 1000));
    sink(record('other', 130_000));
    sink(record('closed', 130_000 + 300_000));
    expect(got).toEqual(['0 closed', '1 closed', '3 closed +1', '7 closed +3', '15 closed +7', '31 closed +15', '63 closed +31', '123 closed +59', '130 other', '430 closed']);
    const many: string[] = [];
    const wide = backoffSink((r) => many.push(r.message));
    for (let i = 0; i < 3000; i++) wide(record(`m${i}`));
    expect(many).toHaveLength(3000);
  });

  it('formats of one\'s own work everywhere', async () => {
    const path = join(folder(), 'x.log');
    const sink = new FileSink(path, { format: formatJson });
    sink.write(record('x'));
    await sink.close();
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ message: 'x' });
  });
});
