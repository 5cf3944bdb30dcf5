// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Which package may import which, as data; docs/architecture.md shows the table. Nothing points up or sideways.

/** By folder below packages/: what its sources may import. */
export const arrows = {
  gopkg: [],
  sonic: [],
  motore: ['gopkg'],
  netpoll: ['gopkg'],
  shmipc: ['gopkg'],
  protocol: ['gopkg'],
  governance: ['gopkg', 'sonic'],
  pilota: ['gopkg', 'sonic'],
  'pilota-build': ['pilota', 'gopkg'],
  monoio: ['netpoll', 'gopkg'],
  transport: ['netpoll', 'protocol', 'gopkg', 'shmipc'],
  kitex: ['transport', 'governance', 'protocol', 'pilota', 'sonic', 'gopkg'],
  hertz: ['transport', 'governance', 'protocol', 'pilota', 'sonic', 'gopkg'],
  volo: ['transport', 'governance', 'protocol', 'pilota', 'sonic', 'gopkg', 'motore'],
  testkit: ['gopkg'],
};

/** Optional peers: loaded on first use, by import(), never by a static import of a value. */
export const lazy = { transport: ['shmipc'] };

/** What a contrib package of every kind may import; discovery stays below the frameworks, so that one serves all three. */
export const CONTRIB_BASE = ['governance', 'sonic', 'gopkg'];

/** Contrib packages that serve every framework: their names say so. */
const DISCOVERY = /^(?:registry|resolver|config)(?:-|$)/;

/** Beside the arrows, the tests of a package may use these: what its users have, and the launchers. */
const FOR_TESTS = ['testkit', 'netpoll', 'pilota', 'pilota-build', 'governance', 'transport', 'protocol'];

/** Contrib packages that are commands: they read IDLs, as the tools do. */
const COMMANDS = new Set(['kitexcall']);

/** npm scope of each family of contrib packages. */
export const scopes = { kitex: '@kitex-contrib', hertz: '@hertz-contrib', volo: '@volo-rs' };

/** Name on npm of the contrib package in contrib/<family>/<name>. */
export function contribName(family, name) {
  return family === 'shared' ? `@cloudwego/shared-${name}` : `${scopes[family]}/${name}`;
}

/** The room that a file lies in: { group, family?, name, folder, source }, where `source` says that the file is published. */
export function room(path) {
  const parts = path.split('/');
  const [group, second, third] = parts;
  if (group === 'contrib' && parts.length > 3) return { group, family: second, name: third, folder: parts.slice(0, 3).join('/'), source: parts[3] === 'src' };
  if (['packages', 'tools', 'examples'].includes(group) && parts.length > 2) return { group, name: second, folder: `${group}/${second}`, source: third === 'src' };
  return undefined;
}

/** What of the suite an import specifier names: { group, family?, name, subpath }; undefined: nothing of the suite. */
export function target(specifier) {
  const m = /^(@[a-z-]+)\/([a-z0-9-]+)(?:\/(.+))?$/.exec(specifier);
  if (m === null) return undefined;
  const [, scope, name, subpath = ''] = m;
  const family = Object.keys(scopes).find((f) => scopes[f] === scope);
  if (family !== undefined) return { group: 'contrib', family, name, subpath };
  if (scope === '@cloudwego-internal') return { group: 'tools', name, subpath };
  if (scope === '@cloudwego-examples') return { group: 'examples', name, subpath };
  if (scope !== '@cloudwego') return undefined;
  if (arrows[name] !== undefined) return { group: 'packages', name, subpath };
  if (name.startsWith('shared-')) return { group: 'contrib', family: 'shared', name: name.slice('shared-'.length), subpath };
  return { group: 'tools', name, subpath };
}

/** Folders below packages/ that a file in `from` may import; undefined: every one. */
export function allowed(from) {
  if (from.group === 'packages') {
    const list = arrows[from.name] ?? [];
    return from.source ? [from.name, ...list] : [...new Set([from.name, ...list, ...FOR_TESTS])];
  }
  if (from.group === 'contrib' && from.source) {
    const framework = from.family === 'shared' || DISCOVERY.test(from.name) ? [] : [from.family, ...(arrows[from.family] ?? [])];
    return [...new Set([...framework, ...CONTRIB_BASE, ...(COMMANDS.has(from.name) ? ['pilota-build'] : [])])];
  }
  return undefined;
}

/**
 * Why the file at `path` may not import `specifier`; undefined: it may, or the specifier names nothing of the suite.
 * `how`: 'type' for what leaves no trace at run time, 'dynamic' for import(), 'static' for the rest.
 */
export function forbidden(path, specifier, how = 'static') {
  const from = room(path);
  const to = target(specifier);
  if (from === undefined || to === undefined) return undefined;
  const own = from.group === to.group && from.name === to.name && from.family === to.family;
  if (to.subpath.split('/')[0] === 'internal' && !own && from.group !== 'packages') return `${specifier} is internal: only packages of the suite may import it`;
  if (to.subpath.split('/').includes('testing') && from.source && !path.split('/').includes('testing')) return `${specifier} is for tests; published code may not import it`;
  if (own) return undefined;
  if (to.group === 'packages' && to.name === 'netpoll' && ['linkbuffer', 'mux'].includes(to.subpath) && from.source && from.group !== 'examples' && from.group !== 'tools') {
    return `${specifier} is for programs of users; what is built on netpoll takes bytes as a ByteConsumer`;
  }
  if (to.group === 'packages') {
    const list = allowed(from);
    if (list !== undefined && !list.includes(to.name)) return `${from.folder} may not import ${specifier}; it may import ${names(list.filter((n) => n !== from.name)) || 'nothing of the suite'}`;
    if (from.source && how === 'static' && from.group === 'packages' && lazy[from.name]?.includes(to.name) === true) return `${specifier} is an optional peer: load it by import() on first use`;
    return undefined;
  }
  // Examples and tools stand on top; tests of contrib packages see what a user sees; contrib packages may share store clients.
  if (from.group === 'examples' || from.group === 'tools') return undefined;
  if (from.group === 'contrib' && (!from.source || (to.family === 'shared' && from.family !== 'shared'))) return undefined;
  return `${from.folder} may not import ${specifier}, which lies above or beside it`;
}

function names(list) {
  return list.map((n) => `@cloudwego/${n}`).join(', ');
}
