// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { lookup } from 'node:dns/promises';
import { OptionError } from '@cloudwego/gopkg/errors';
import type { HttpResolver } from './options.js';

/** Parses the URL, looks the host up; port 443 for https, else 80. Source: cloudwego/kitex pkg/http/resolver.go. */
export const defaultHttpResolver: HttpResolver = {
  async resolve(url) {
    let u: URL;
    try {
      u = new URL(url);
    } catch {
      throw new OptionError('url', `url: got "${url}", wanted an absolute URL such as http://host:port`);
    }
    const port = u.port === '' ? (u.protocol === 'https:' ? 443 : 80) : Number(u.port);
    const host = u.hostname.replace(/^\[|\]$/g, '');
    const { address, family } = await lookup(host);
    return family === 6 ? `[${address}]:${port}` : `${address}:${port}`;
  },
};
