// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { MetaToHttpOptions } from '@cloudwego/gopkg/metainfo';
import { createMetaInfo, emptyMetaInfo, fromHttpKey, httpValueFromLatin1, httpValueToLatin1, metaInfoFromHttp, metaInfoFromStrings, metaInfoToHttp, metaInfoToStrings, toHttpKey } from '@cloudwego/gopkg/metainfo';
import type { MetaInfo } from '@cloudwego/gopkg/metainfo';
import fc from 'fast-check';
import { createServer, request } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';

const strings = (m: MetaInfo): Map<string, string> => {
  const out = new Map<string, string>();
  metaInfoToStrings(m, (k, v) => out.set(k, v));
  return out;
};
const fields = (m: MetaInfo, o?: MetaToHttpOptions): [string, string][] => {
  const out: [string, string][] = [];
  metaInfoToHttp(m, (k, v) => out.push([k, v]), o);
  return out;
};
const plain = (m: MetaInfo): unknown => ({ t: Object.fromEntries(m.transient), p: Object.fromEntries(m.persistent), s: Object.fromEntries(m.stale) });

describe('string keys', () => {
  it('carry what travels: transient and persistent, never stale', () => {
    const text = fc.string({ minLength: 1, maxLength: 8 });
    const pairs = fc.dictionary(text.filter((k) => k !== '__proto__'), text);
    fc.assert(
      fc.property(pairs, pairs, pairs, (transient, persistent, stale) => {
        // "UPSTREAM_x" as a transient key collides with the upstream prefix, in the original too.
        const t = Object.fromEntries(Object.entries(transient).filter(([k]) => !k.startsWith('UPSTREAM_')));
        const back = metaInfoFromStrings(strings(createMetaInfo({ transient: t, persistent, stale })));
        expect(back.transient).toEqual(new Map(Object.entries(t)));
        expect(back.persistent).toEqual(new Map(Object.entries(persistent)));
        expect(back.stale.size).toBe(0);
      }),
    );
  });

  it('are read by prefix, upstream first; bare prefixes, other keys, other cases and empty values are not metainfo', () => {
    const m = metaInfoFromStrings(
      new Map([
        ['RPC_TRANSIT_A', '1'],
        ['RPC_TRANSIT_UPSTREAM_A', '2'],
        ['RPC_PERSIST_A', '3'],
        ['RPC_TRANSIT_', 'x'],
        ['RPC_TRANSIT_UPSTREAM_', 'x'],
        ['RPC_PERSIST_', 'x'],
        ['rpc_transit_b', 'x'],
        ['RPC_TRANSIT_E', ''],
        ['RPC_BACKWARD_B', 'x'],
        ['other', 'x'],
        ['RPC_TRANSIT_mixedCase', '4'],
      ]),
    );
    expect(plain(m)).toEqual({ t: { A: '1', mixedCase: '4' }, p: { A: '3' }, s: { A: '2' } });
    expect(metaInfoFromStrings(new Map([['other', 'x']]))).toBe(emptyMetaInfo);
  });

  it('are laid over what is there', () => {
    const base = createMetaInfo({ transient: { A: 'old', B: 'b' }, persistent: { P: 'p' }, stale: { S: 's' } });
    expect(plain(metaInfoFromStrings(new Map([['RPC_TRANSIT_A', 'new'], ['RPC_PERSIST_Q', 'q']]), base))).toEqual({ t: { A: 'new', B: 'b' }, p: { P: 'p', Q: 'q' }, s: { S: 's' } });
    expect(metaInfoFromStrings(new Map(), base)).toBe(base);
    expect(base.transient.get('A')).toBe('old');
  });
});

describe('HTTP fields', () => {
  it('bring UPPER_SNAKE keys back', () => {
    const key = fc.stringMatching(/^[A-Z0-9][A-Z0-9_]{0,10}$/);
    const value = fc.stringMatching(/^[\x20-\x7e]{1,20}$/);
    fc.assert(
      fc.property(fc.dictionary(key, value), fc.dictionary(key, value), (transient, persistent) => {
        const back = metaInfoFromHttp(fields(createMetaInfo({ transient, persistent })));
        expect(plain(back)).toEqual({ t: transient, p: persistent, s: {} });
      }),
    );
  });

  it('lose the case of any other key, as in Go', () => {
    expect([toHttpKey('ABC_DEF'), fromHttpKey('abc-def'), fromHttpKey(toHttpKey('logId'))]).toEqual(['abc-def', 'ABC_DEF', 'LOGID']);
  });

  it('travel one hop, or on for ever when told', () => {
    const m = createMetaInfo({ transient: { T: 'new', X: '1' }, stale: { T: 'old', S: '2' }, persistent: { P: '3' } });
    expect(fields(m)).toEqual([['rpc-transit-t', 'new'], ['rpc-transit-x', '1'], ['rpc-persist-p', '3']]);
    expect(fields(m, { upstream: true })).toEqual([['rpc-transit-s', '2'], ['rpc-transit-t', 'new'], ['rpc-transit-x', '1'], ['rpc-persist-p', '3']]);
  });

  it('never carry what would break a header', () => {
    const bad = { 'a b': 'x', 'é': 'x', 'a:b': 'x', 'a\n': 'x', 'X-OK': 'y', LINE: 'a\r\nset-cookie: 1', NUL: 'a\0', DEL: '\x7f', TAB: 'a\tb', UTF: 'é世' };
    expect(fields(createMetaInfo({ transient: bad })).map(([k]) => k)).toEqual(['rpc-transit-x-ok', 'rpc-transit-tab', 'rpc-transit-utf']);
  });

  it('are read in any case, first value first', () => {
    const pairs: [string, string][] = [
      ['RPC-Transit-A-B', '1'],
      ['rpc-transit-a_b', '2'],
      ['rpc-transit-', 'x'],
      ['Rpc-Persist-Token', 'ünï'],
      ['rpc-persist-empty', ''],
      ['rpc-backward-x', 'x'],
      ['accept', '*/*'],
    ];
    expect(plain(metaInfoFromHttp(pairs))).toEqual({ t: { A_B: '1' }, p: { TOKEN: 'ünï' }, s: {} });
    expect(plain(metaInfoFromHttp({ 'rpc-transit-a': ['1', '2'], 'rpc-persist-b': '3', 'x-none': undefined }))).toEqual({ t: { A: '1' }, p: { B: '3' }, s: {} });
    const base = createMetaInfo({ transient: { A: 'old', K: 'k' }, stale: { S: 's' } });
    expect(plain(metaInfoFromHttp({ 'rpc-transit-a': 'new' }, base))).toEqual({ t: { A: 'new', K: 'k' }, p: {}, s: { S: 's' } });
    expect(metaInfoFromHttp([], base)).toBe(base);
  });

  it('carry any text through node:http as the bytes that Go writes', async () => {
    const value = 'grüße 世界 😀';
    const server = createServer((req, res) => {
      const m = metaInfoFromHttp(req.headers);
      res.setHeader('content-type', 'text/plain; charset=utf-8');
      res.end(httpValueFromLatin1(m.getPersistent('CITY') ?? ''));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const req = request({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
      metaInfoToHttp(createMetaInfo({ persistent: { CITY: value } }), (k, v) => req.setHeader(k, httpValueToLatin1(v)));
      req.end();
      const [res] = (await once(req, 'response')) as [AsyncIterable<Buffer>];
      const chunks: Buffer[] = [];
      for await (const c of res) chunks.push(c);
      expect(Buffer.concat(chunks).toString()).toBe(value);
    } finally {
      server.close();
    }
  });

  it('turn text into bytes and back, and leave alone what is no UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (s) => {
        const v = httpValueToLatin1(s);
        expect([...v].every((c) => c.codePointAt(0)! <= 0xff)).toBe(true);
        expect(httpValueFromLatin1(v)).toBe(Buffer.from(s).toString());
      }),
    );
    expect(httpValueFromLatin1('\xe9t\xe9')).toBe('été');
    expect(httpValueFromLatin1('世')).toBe('世');
    expect(httpValueFromLatin1(httpValueToLatin1('\ufeffx'))).toBe('\ufeffx');
  });
});
