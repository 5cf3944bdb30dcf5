// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { WsAcceptOptions, WsDeflateOptions, WsHead } from '@cloudwego/protocol';
import { acceptWebSocket, requestWebSocket, WsError } from '@cloudwego/protocol';
import { describe, expect, it } from 'vitest';

const asked: Readonly<Record<string, string>> = { Host: 'a.example', Connection: 'keep-alive, Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' };
const head = (fields: Readonly<Record<string, string | undefined>>, method: string = 'GET', status: number = 0): WsHead => ({ method, status, rawHeaders: Object.entries({ ...asked, ...fields }).flatMap(([k, v]) => (v === undefined ? [] : [k, v])) });
const field = (headers: readonly string[], name: string): string | undefined => headers[headers.indexOf(name) + 1];

describe('a server answers', () => {
  it('as in RFC 6455', () => {
    expect(acceptWebSocket(head({}))).toEqual({ headers: ['Upgrade', 'websocket', 'Connection', 'Upgrade', 'Sec-WebSocket-Accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='], protocol: '', deflate: undefined });
  });

  it.each<[string, WsHead, number, WsAcceptOptions?]>([
    ['another method', head({ Upgrade: undefined }, 'POST'), 405],
    ['no upgrade in Connection', head({ Connection: 'close' }), 400],
    ['a token that only contains it', head({ Connection: 'upgraded' }), 400],
    ['another protocol', head({ Upgrade: 'h2c' }), 400],
    ['another version', head({ 'Sec-WebSocket-Version': '8' }), 400],
    ['another origin', head({ Origin: 'http://b.example' }), 403],
    ['an origin that begins as the host does', head({ Origin: 'http://a.example.b' }), 403],
    ['an origin that is none', head({ Origin: 'null' }), 403],
    ['an origin that the server does not like', head({ Origin: 'http://a.example' }), 403, { checkOrigin: () => false }],
    ['no key', head({ 'Sec-WebSocket-Key': undefined }), 400],
    ['a short key', head({ 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZQ==' }), 400],
  ])('%s', (_, h, status, o) => {
    expect(acceptWebSocket(h, o)).toMatchObject({ status });
  });

  it.each<[Readonly<Record<string, string>>, WsAcceptOptions?]>([
    [{ Origin: 'http://A.example' }],
    [{ Host: 'a.example:8080', Origin: 'https://a.example:8080' }],
    [{ Origin: 'http://b.example' }, { checkOrigin: (origin, host) => origin === 'http://b.example' && host === 'a.example' }],
    [{ Upgrade: 'h2c, WebSocket', 'Sec-WebSocket-Version': '8, 13' }],
  ])('%j is accepted', (fields, o) => {
    expect(acceptWebSocket(head(fields), o)).toHaveProperty('headers');
  });

  it('the first protocol of the client that it knows', () => {
    const a = acceptWebSocket(head({ 'Sec-WebSocket-Protocol': 'x, two , one' }), { protocols: ['one', 'two'] });
    expect(a).toMatchObject({ protocol: 'two' });
    expect(a).toMatchObject({ headers: expect.arrayContaining(['Sec-WebSocket-Protocol', 'two']) as unknown });
    expect(acceptWebSocket(head({ 'Sec-WebSocket-Protocol': 'x' }), { protocols: ['one'] })).toMatchObject({ protocol: '' });
  });

  const both = '; server_no_context_takeover; client_no_context_takeover';
  it.each<[string, WsDeflateOptions, string | undefined]>([
    ['permessage-deflate', {}, `permessage-deflate${both}`],
    ['permessage-deflate', { sendContextTakeover: true, receiveContextTakeover: true }, 'permessage-deflate'],
    ['permessage-deflate; server_no_context_takeover', { sendContextTakeover: true, receiveContextTakeover: true }, 'permessage-deflate; server_no_context_takeover'],
    ['permessage-deflate; client_max_window_bits', {}, `permessage-deflate${both}`],
    ['permessage-deflate; client_max_window_bits=10', {}, `permessage-deflate${both}`],
    ['permessage-deflate; server_max_window_bits=10', {}, `permessage-deflate${both}; server_max_window_bits=10`],
    ['permessage-deflate; server_max_window_bits="12"', {}, `permessage-deflate${both}; server_max_window_bits=12`],
    ['x-webkit-deflate-frame, permessage-deflate', {}, `permessage-deflate${both}`],
    ['permessage-deflate; server_max_window_bits=8, permessage-deflate', {}, `permessage-deflate${both}`],
    ['permessage-deflate; server_max_window_bits=8', {}, undefined],
    ['permessage-deflate; server_max_window_bits', {}, undefined],
    ['permessage-deflate; server_max_window_bits=16', {}, undefined],
    ['permessage-deflate; server_max_window_bits=010', {}, undefined],
    ['permessage-deflate; client_max_window_bits=7', {}, undefined],
    ['permessage-deflate; server_no_context_takeover=1', {}, undefined],
    ['permessage-deflate; server_no_context_takeover; server_no_context_takeover', {}, undefined],
    ['permessage-deflate; unknown', {}, undefined],
    ['permessage-deflate;', {}, undefined],
    ['=', {}, undefined],
    ['', {}, undefined],
  ])('the offer %j with %j by %j', (offer, deflate, answer) => {
    const a = acceptWebSocket(head({ 'Sec-WebSocket-Extensions': offer }), { deflate });
    const { headers, deflate: agreed } = a as { headers: readonly string[]; deflate: unknown };
    expect(headers.includes('Sec-WebSocket-Extensions') ? field(headers, 'Sec-WebSocket-Extensions') : undefined).toBe(answer);
    expect(agreed === undefined).toBe(answer === undefined);
    expect((acceptWebSocket(head({ 'Sec-WebSocket-Extensions': offer })) as { deflate: unknown }).deflate).toBeUndefined();
  });
});

describe('a client', () => {
  it('agrees with the server on everything', () => {
    for (const sendContextTakeover of [true, false]) {
      for (const receiveContextTakeover of [true, false]) {
        const mine = { sendContextTakeover, receiveContextTakeover };
        const r = requestWebSocket({ protocols: ['b', 'a'], deflate: mine });
        const answer = acceptWebSocket({ method: 'GET', status: 0, rawHeaders: ['Host', 'x', ...r.headers] }, { protocols: ['a', 'b'], deflate: { sendContextTakeover: true, receiveContextTakeover: true } });
        if (!('headers' in answer)) throw new Error(answer.message);
        const agreed = r.agreed({ method: '', status: 101, rawHeaders: answer.headers });
        expect(agreed).toEqual({ protocol: 'b', deflate: answer.deflate });
        expect(answer.deflate).toMatchObject({ serverNoContextTakeover: !receiveContextTakeover, clientNoContextTakeover: !sendContextTakeover });
      }
    }
  });

  it.each<[string, number, Readonly<Record<string, string>>]>([
    ['another status', 200, {}],
    ['another protocol in Upgrade', 101, { Upgrade: 'h2c' }],
    ['no upgrade in Connection', 101, { Connection: 'close' }],
    ['the accept of another key', 101, { 'Sec-WebSocket-Accept': 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=' }],
    ['a protocol that was not asked for', 101, { 'Sec-WebSocket-Protocol': 'c' }],
    ['an extension that was not asked for', 101, { 'Sec-WebSocket-Extensions': 'x-y' }],
    ['two extensions', 101, { 'Sec-WebSocket-Extensions': 'permessage-deflate; server_no_context_takeover, x' }],
    ['context that was not offered', 101, { 'Sec-WebSocket-Extensions': 'permessage-deflate' }],
    ['a window that is none', 101, { 'Sec-WebSocket-Extensions': 'permessage-deflate; server_no_context_takeover; client_max_window_bits=16' }],
    ['a window that it cannot have', 101, { 'Sec-WebSocket-Extensions': 'permessage-deflate; server_no_context_takeover; client_max_window_bits=8' }],
    ['a parameter that is none', 101, { 'Sec-WebSocket-Extensions': 'permessage-deflate; server_no_context_takeover; x' }],
  ])('refuses %s', (_, status, fields) => {
    const r = requestWebSocket({ protocols: ['a'], deflate: {} });
    const answer = acceptWebSocket({ method: 'GET', status: 0, rawHeaders: ['Host', 'x', ...r.headers] });
    if (!('headers' in answer)) throw new Error(answer.message);
    const rawHeaders = [...answer.headers];
    for (const [k, v] of Object.entries(fields)) {
      const at = rawHeaders.indexOf(k);
      if (at < 0) rawHeaders.push(k, v);
      else rawHeaders[at + 1] = v;
    }
    expect(() => r.agreed({ method: '', status, rawHeaders })).toThrow(WsError);
  });

  it('does not ask for what is no protocol', () => {
    expect(() => requestWebSocket({ protocols: ['a b'] })).toThrow(WsError);
    expect(() => requestWebSocket({ protocols: ['a', 'a'] })).toThrow(WsError);
  });
});
