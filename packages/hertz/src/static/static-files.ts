// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readdir } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { bool, func, list, optionTable, text } from '@cloudwego/gopkg/options';
import type { RequestContext } from '../context.js';
import type { Handler } from '../handler.js';
import { sendFile } from './send-file.js';

/** Options of {@link staticFiles}. Source: cloudwego/hertz app.FS. */
export interface StaticOptions {
  /** Looked for in a folder, in this order. @defaultValue none */
  readonly indexNames?: readonly string[] | undefined;
  /** Lists folders without an index. @defaultValue false */
  readonly generateIndexPages?: boolean | undefined;
  /** Answers `Range`. @defaultValue false */
  readonly acceptByteRange?: boolean | undefined;
  /** The path below the root, from that of the request. @defaultValue the same: the route's prefix is not taken off, as in Hertz */
  readonly pathRewrite?: ((c: RequestContext) => string) | undefined;
  /** Answers what is not there. @defaultValue 404 */
  readonly pathNotFound?: Handler | undefined;
}

const table = optionTable<StaticOptions>({
  indexNames: list(text({ pattern: /^[^/\\]+$/, what: 'the name of a file' }), { default: [] }),
  generateIndexPages: bool({ default: false }),
  acceptByteRange: bool({ default: false }),
  pathRewrite: func<NonNullable<StaticOptions['pathRewrite']>>(),
  pathNotFound: func<Handler>(),
});

/**
 * Serves the files below `root`. Links are followed; nothing outside is reached by a path, however it is encoded.
 * Errors: OptionError. Source: cloudwego/hertz pkg/app/fs.go. Differs: `..` behind a rewrite is 400, not 500; entity tags; no compressed copies are written.
 */
export function staticFiles(root: string, options: StaticOptions = {}): Handler {
  const o = table.resolve(options, 'static');
  const base = resolve(root);
  const under = base.endsWith(sep) ? base : base + sep;
  return async function staticFiles(c) {
    const path = o.pathRewrite === undefined ? c.path : o.pathRewrite(c);
    const refused = path.includes('\0') || path.split(/[/\\]/).includes('..') || (sep === '\\' && path.includes('\\'));
    const target = refused ? '' : join(base, path);
    if (refused || (target !== base && !target.startsWith(under))) {
      c.abortWithMessage(400, 'Bad Request');
      return;
    }
    // A file has no slash behind its name.
    const outcome = await sendFile(c, target, { acceptByteRange: o.acceptByteRange });
    if (outcome === 'sent') return;
    if (outcome === 'folder') {
      if (await folder(c, target, path, o)) return;
      c.abortWithMessage(403, 'Directory index is forbidden');
      return;
    }
    if (o.pathNotFound !== undefined) await o.pathNotFound(c);
    else c.abortWithMessage(404, 'Cannot open requested path');
  };
}

async function folder(c: RequestContext, target: string, path: string, o: StaticOptions): Promise<boolean> {
  if (o.indexNames!.length === 0 && o.generateIndexPages !== true) return false;
  if (!c.path.endsWith('/')) {
    // Relative links of an index begin at its folder. Two slashes would name a host.
    c.redirect(302, `${encodeURI(c.path).replace(/^\/+/, '/').replaceAll('?', '%3F').replaceAll('#', '%23')}/`);
    return true;
  }
  for (const name of o.indexNames!) if ((await sendFile(c, join(target, name), { acceptByteRange: o.acceptByteRange })) === 'sent') return true;
  if (o.generateIndexPages !== true) return false;
  const entries = await readdir(target, { withFileTypes: true });
  const names = entries.map((e) => (e.isDirectory() ? `${e.name}/` : e.name)).sort();
  const rows = [...(path === '/' || path === '' ? [] : ['../']), ...names].map((n) => `<li><a href="./${encodeURIComponent(n).replaceAll('%2F', '/')}">${escaped(n)}</a></li>`);
  const title = `Index of ${escaped(c.path)}`;
  c.html(200, `<!doctype html><html><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1><ul>${rows.join('')}</ul></body></html>`);
  return true;
}

function escaped(s: string): string {
  return s.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

/** A rewrite that takes `n` segments off the front. Source: cloudwego/hertz app.NewPathSlashesStripper. */
export function stripSegments(n: number): (c: RequestContext) => string {
  return (c) => `/${c.path.split('/').slice(n + 1).join('/')}`;
}
