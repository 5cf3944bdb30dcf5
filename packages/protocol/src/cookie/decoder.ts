// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** Cookies of one request, name and value in turn, as the client sent them: quotes are stripped, nothing is unescaped. */
export function readCookies(rawHeaders: readonly string[]): readonly (readonly [name: string, value: string])[] {
  const out: (readonly [string, string])[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.length !== 6 || rawHeaders[i]!.toLowerCase() !== 'cookie') continue;
    for (const part of rawHeaders[i + 1]!.split(';')) {
      const text = part.trim();
      if (text === '') continue;
      const eq = text.indexOf('=');
      const name = eq < 0 ? '' : text.slice(0, eq).trim();
      let value = text.slice(eq + 1).trim();
      if (value.length > 1 && value.startsWith('"') && value.endsWith('"')) value = value.slice(1, -1);
      out.push([name, value]);
    }
  }
  return out;
}
