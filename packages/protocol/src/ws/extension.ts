// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isToken } from '../token.js';
import type { DeflateParameters } from './deflate.js';
import { WsError } from './errors.js';

/** Whether and how permessage-deflate is agreed on. Source of the defaults: hertz-contrib/websocket, which keeps no context. */
export interface WsDeflateOptions {
  /** This end remembers what it sent, which compresses better and keeps up to 32 KiB a connection. @defaultValue false */
  readonly sendContextTakeover?: boolean | undefined;
  /** The peer may do so. @defaultValue false */
  readonly receiveContextTakeover?: boolean | undefined;
}

const NAME = 'permessage-deflate';
/** Offers of one handshake that are looked at. */
const MAX_OFFERS = 16;

interface Extension {
  readonly name: string;
  /** true = it came without a value. */
  readonly parameters: ReadonlyMap<string, string | true>;
}

/** Source: RFC 6455 section 9.1. Undefined where it breaks the grammar, or says a parameter twice. */
function readExtensions(text: string): readonly Extension[] | undefined {
  const out: Extension[] = [];
  for (const one of text.split(',')) {
    const [name, ...rest] = one.split(';').map((s) => s.trim());
    if (name === undefined || !isToken(name)) return undefined;
    const parameters = new Map<string, string | true>();
    for (const p of rest) {
      const eq = p.indexOf('=');
      const key = eq < 0 ? p : p.slice(0, eq).trim();
      const raw = eq < 0 ? undefined : p.slice(eq + 1).trim();
      const value = raw !== undefined && /^".*"$/.test(raw) ? raw.slice(1, -1) : raw;
      if (!isToken(key) || parameters.has(key) || (value !== undefined && !isToken(value))) return undefined;
      parameters.set(key, value ?? true);
    }
    out.push({ name, parameters });
  }
  return out;
}

/** 8 to 15, as decimal digits; undefined for anything else. */
function bitsOf(v: string | true | undefined): number | undefined {
  return typeof v === 'string' && /^([89]|1[0-5])$/.test(v) ? Number(v) : undefined;
}

/**
 * Server: what is answered to the extensions that a client offers; undefined = none of them. The first offer that can be met wins.
 * Differs: a window of 2^8 for the server is declined, zlib has none.
 * Source:  RFC 7692 section 7.1.
 */
export function acceptDeflate(offers: string, o: WsDeflateOptions): { readonly deflate: DeflateParameters; readonly answer: string } | undefined {
  for (const { name, parameters } of (readExtensions(offers) ?? []).slice(0, MAX_OFFERS)) {
    if (name !== NAME) continue;
    const known = ['server_no_context_takeover', 'client_no_context_takeover', 'server_max_window_bits', 'client_max_window_bits'];
    if ([...parameters.keys()].some((k) => !known.includes(k))) continue;
    const flag = (k: string): boolean | undefined => (parameters.has(k) ? (parameters.get(k) === true ? true : undefined) : false);
    const serverAlone = flag('server_no_context_takeover');
    const clientAlone = flag('client_no_context_takeover');
    if (serverAlone === undefined || clientAlone === undefined) continue;
    const askedBits = parameters.has('server_max_window_bits') ? bitsOf(parameters.get('server_max_window_bits')) : 15;
    const clientBits = parameters.get('client_max_window_bits');
    if (askedBits === undefined || askedBits < 9 || (typeof clientBits === 'string' && bitsOf(clientBits) === undefined)) continue;
    const serverNoContextTakeover = serverAlone || o.sendContextTakeover !== true;
    const clientNoContextTakeover = clientAlone || o.receiveContextTakeover !== true;
    let answer = NAME;
    if (serverNoContextTakeover) answer += '; server_no_context_takeover';
    if (clientNoContextTakeover) answer += '; client_no_context_takeover';
    if (askedBits !== 15) answer += `; server_max_window_bits=${askedBits}`;
    return { deflate: { serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits: askedBits, clientMaxWindowBits: 15 }, answer };
  }
  return undefined;
}

/** Client: what is offered. */
export function offerDeflate(o: WsDeflateOptions): string {
  return `${NAME}${o.receiveContextTakeover === true ? '' : '; server_no_context_takeover'}${o.sendContextTakeover === true ? '' : '; client_no_context_takeover'}; client_max_window_bits`;
}

/** Client: what the server made of the offer. Errors: {@link WsError} for what was not offered. */
export function agreedDeflate(answer: string, o: WsDeflateOptions | undefined): DeflateParameters | undefined {
  if (answer.trim() === '') return undefined;
  const bad = (): WsError => new WsError('WS_HANDSHAKE_INVALID', 0, `the server answered with the extensions "${answer.slice(0, 100)}", which were not offered`);
  const all = readExtensions(answer);
  const one = all?.[0];
  if (o === undefined || one?.name !== NAME || all!.length !== 1) throw bad();
  const p = one.parameters;
  let serverBits = 15;
  let clientBits = 15;
  for (const [k, v] of p) {
    const bits = bitsOf(v);
    if ((k === 'server_no_context_takeover' || k === 'client_no_context_takeover') && v === true) continue;
    if (k === 'server_max_window_bits' && bits !== undefined) serverBits = Math.max(9, bits);
    // A window of 2^8 cannot be sent, and was offered by the bare parameter: the connection cannot go on.
    else if (k === 'client_max_window_bits' && bits !== undefined && bits >= 9) clientBits = bits;
    else throw bad();
  }
  if (o.receiveContextTakeover !== true && !p.has('server_no_context_takeover')) throw bad();
  return {
    serverNoContextTakeover: p.has('server_no_context_takeover'),
    // The client may always forget, whatever was agreed.
    clientNoContextTakeover: p.has('client_no_context_takeover') || o.sendContextTakeover !== true,
    serverMaxWindowBits: serverBits,
    clientMaxWindowBits: clientBits,
  };
}
