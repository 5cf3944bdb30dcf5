// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Handler } from '../handler.js';

/**
 * HTTP Basic: unknown accounts get 401; the user's name is kept under `userKey`.
 * Differs: Hertz looks a whole header up in a map; here names are looked up and passwords compared in constant time.
 * Source: cloudwego/hertz pkg/app/middlewares/server/basic_auth.
 */
export function basicAuth(accounts: Readonly<Record<string, string>>, o: { readonly realm?: string; readonly userKey?: string } = {}): Handler {
  const { realm = 'Authorization Required', userKey = 'user' } = o;
  const digests = new Map(Object.entries(accounts).map(([user, password]) => [user, digest(password)]));
  const nobody = digest('');
  return function basicAuth(c) {
    const sent = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(c.header('authorization') ?? '')?.[1];
    const text = sent === undefined ? '' : Buffer.from(sent, 'base64').toString();
    const colon = text.indexOf(':');
    const user = text.slice(0, Math.max(0, colon));
    const known = digests.get(user);
    const same = timingSafeEqual(digest(text.slice(colon + 1)), known ?? nobody);
    if (colon >= 0 && known !== undefined && same) {
      c.set(userKey, user);
      return;
    }
    c.setHeader('WWW-Authenticate', `Basic realm="${realm.replaceAll(/["\\]/g, '\\$&')}"`);
    c.abortWithStatus(401);
  };
}

function digest(s: string): Buffer {
  return createHash('sha256').update(s).digest();
}
