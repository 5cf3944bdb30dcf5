// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import type { ConfigCategory, ConfigLayout, ConfigName } from './source.js';

/** Options of {@link pathLayout}. Templates have the placeholders of Go: `{{.ClientServiceName}}`, `{{.ServerServiceName}}`, `{{.Category}}`. */
export interface PathLayoutOptions {
  /** @defaultValue '/KitexConfig' */
  readonly prefix?: string | undefined;
  /** @defaultValue '{{.ClientServiceName}}/{{.ServerServiceName}}/{{.Category}}' */
  readonly clientPath?: string | undefined;
  /** @defaultValue '{{.ServerServiceName}}/{{.Category}}' */
  readonly serverPath?: string | undefined;
  /** Escape names as the HTML templates of Go do, which the loaders of consul and zookeeper use. @defaultValue false */
  readonly htmlEscape?: boolean | undefined;
}

const PLACEHOLDERS: Readonly<Record<string, (n: ConfigName) => string>> = {
  ClientServiceName: (n) => n.client ?? '',
  ServerServiceName: (n) => n.server,
  Category: (n) => n.category,
};

/**
 * Keys of documents in etcd (as it stands), consul (`prefix: 'KitexConfig', htmlEscape: true`) and zookeeper (`htmlEscape: true`).
 * Errors: OptionError for a placeholder that there is not.
 * Source: kitex-contrib/config-etcd etcd/etcd.go, config-consul, config-zookeeper.
 */
export function pathLayout(o: PathLayoutOptions = {}): ConfigLayout {
  const prefix = o.prefix ?? '/KitexConfig';
  const client = o.clientPath ?? '{{.ClientServiceName}}/{{.ServerServiceName}}/{{.Category}}';
  const server = o.serverPath ?? '{{.ServerServiceName}}/{{.Category}}';
  for (const t of [prefix, client, server]) render(t, { client: '', server: '', category: 'limit' }, false);
  return (n) => `${render(prefix, n, o.htmlEscape === true)}/${render(n.client === undefined ? server : client, n, o.htmlEscape === true)}`;
}

function render(template: string, n: ConfigName, escape: boolean): string {
  return template.replaceAll(/\{\{\s*\.?(\w*)\s*\}\}/g, (whole, name: string) => {
    const value = Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name]!(n) : undefined;
    if (value === undefined) throw new OptionError('layout', `layout: unknown placeholder ${whole}; known: ${Object.keys(PLACEHOLDERS).map((k) => `{{.${k}}}`).join(', ')}`);
    return escape ? htmlEscape(value) : value;
  });
}

/** Source: Go html/template for text. */
function htmlEscape(s: string): string {
  const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&#39;', '"': '&#34;', '+': '&#43;', '\0': '\uFFFD' };
  return s.replaceAll(/[&<>'"+\0]/g, (c) => named[c]!);
}

/** Data ids of Nacos: `C.S.category` and `S.limit`. Source: kitex-contrib/config-nacos. */
export const nacosLayout: ConfigLayout = (n) => (n.client === undefined ? '' : `${n.client}.`) + `${n.server}.${n.category}`;

const FILE_NAMES: Readonly<Record<ConfigCategory, string>> = { rpc_timeout: 'timeout', retry: 'retry', circuit_break: 'circuitbreaker', degradation: 'degradation', limit: 'limit' };

/**
 * Places in one file: under `C/S` or `S`, then `timeout`, `retry`, `circuitbreaker`, `limit`, written `C/S#timeout`.
 * Source: kitex-contrib/config-file.
 */
export const fileLayout: ConfigLayout = (n) => (n.client === undefined ? '' : `${n.client}/`) + `${n.server}#${FILE_NAMES[n.category]}`;
