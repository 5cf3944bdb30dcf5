// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { BlockList, isIP } from 'node:net';
import { OptionError } from '@cloudwego/gopkg/errors';
import type { ListenOptions, ProxyProtocolOptions } from '@cloudwego/gopkg/io';
import { any, bool, int, list, num, optionTable, text } from '@cloudwego/gopkg/options';

/** {@link ListenOptions}, checked. */
export interface ListenSettings {
  readonly backlog: number;
  readonly reusePort: boolean;
  readonly fd: number | undefined;
  readonly idleMs: number | undefined;
  readonly proxy: ProxySettings | undefined;
}

export interface ProxySettings {
  /** Absent: everybody. */
  readonly trusted: BlockList | undefined;
  readonly headerTimeoutMs: number;
  readonly maxHeaderBytes: number;
}

const table = optionTable<ListenOptions>({
  backlog: int({ min: 1, max: 0x7fffffff, default: 4096 }),
  reusePort: bool({ default: false }),
  fd: int({ min: 0, max: 0x7fffffff }),
  idleMs: num({ unit: 'ms', min: 0, max: Infinity }),
  proxyProtocol: any<boolean | ProxyProtocolOptions>({ what: 'true, false or an object of options', test: (v) => typeof v === 'boolean' || (typeof v === 'object' && v !== null) }),
});

const proxyTable = optionTable<ProxyProtocolOptions>({
  trusted: list(text()),
  headerTimeoutMs: num({ unit: 'ms', min: 0, default: 5000 }),
  // A header with unix addresses is 232 bytes long without anything else.
  maxHeaderBytes: int({ unit: 'bytes', min: 232, max: 16 + 65_535, default: 4096 }),
});

/** Errors: {@link OptionError} (GOPKG_OPTION_INVALID). */
export function listenSettings(o: ListenOptions | undefined): ListenSettings {
  const r = table.resolve(o, 'listen');
  const p = r.proxyProtocol;
  return { backlog: r.backlog!, reusePort: r.reusePort!, fd: r.fd, idleMs: r.idleMs, proxy: p === undefined || p === false ? undefined : proxySettings(p === true ? {} : p) };
}

function proxySettings(o: ProxyProtocolOptions): ProxySettings {
  const r = proxyTable.resolve(o, 'listen.proxyProtocol');
  return { trusted: r.trusted === undefined ? undefined : blockList(r.trusted), headerTimeoutMs: r.headerTimeoutMs!, maxHeaderBytes: r.maxHeaderBytes! };
}

function blockList(nets: readonly string[]): BlockList {
  const found = new BlockList();
  for (const net of nets) {
    const m = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(net);
    const host = m?.[1] ?? '';
    const family = isIP(host);
    const widest = family === 4 ? 32 : 128;
    const prefix = m?.[2] === undefined ? widest : Number(m[2]);
    if (family === 0 || prefix > widest) throw new OptionError('listen.proxyProtocol.trusted', `listen.proxyProtocol.trusted: got "${net}", wanted an address or a network, such as "10.0.0.0/8" or "::1"`);
    found.addSubnet(host, prefix, family === 4 ? 'ipv4' : 'ipv6');
  }
  return found;
}
