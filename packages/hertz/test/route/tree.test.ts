// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { cleanPath, normalizePath } from '../../src/route/clean-path.js';
import { RouteTree } from '../../src/route/tree.js';

function treeOf(...patterns: readonly string[]): RouteTree<string> {
  const t = new RouteTree<string>();
  for (const p of patterns) t.add(p, p);
  return t;
}

/** The pattern that a path leads to, with its params. */
function look(t: RouteTree<string>, path: string): unknown {
  const leaf = t.find(path);
  return leaf === undefined ? undefined : [leaf.pattern, Object.fromEntries(leaf.names.map((n, i) => [n, t.values[i]]))];
}

describe('the tree', () => {
  // cloudwego/hertz pkg/route/tree_test.go
  const hertz = treeOf('/cmd/:tool/:sub', '/cmd/:tool/', '/src/*filepath', '/search/', '/search/:query', '/user_:name', '/user_:name/about', '/files/:dir/*filepath', '/doc/', '/doc/go_faq.html', '/info/:user/public', '/info/:user/project/:project', '/');

  it.each([
    ['/', ['/', {}]],
    ['/cmd/test/', ['/cmd/:tool/', { tool: 'test' }]],
    ['/cmd/test', undefined],
    ['/cmd/test/3', ['/cmd/:tool/:sub', { tool: 'test', sub: '3' }]],
    ['/src/', ['/src/*filepath', { filepath: '' }]],
    ['/src/some/file.png', ['/src/*filepath', { filepath: 'some/file.png' }]],
    ['/search/', ['/search/', {}]],
    ['/search/someth!ng+in+ünìcodé', ['/search/:query', { query: 'someth!ng+in+ünìcodé' }]],
    ['/search/a/', undefined],
    ['/user_gopher', ['/user_:name', { name: 'gopher' }]],
    ['/user_gopher/about', ['/user_:name/about', { name: 'gopher' }]],
    ['/user_', undefined],
    ['/files/js/inc/framework.js', ['/files/:dir/*filepath', { dir: 'js', filepath: 'inc/framework.js' }]],
    ['/files//x', undefined],
    ['/info/gordon/public', ['/info/:user/public', { user: 'gordon' }]],
    ['/info/gordon/project/go', ['/info/:user/project/:project', { user: 'gordon', project: 'go' }]],
    ['/nope', undefined],
  ])('%s', (path, expected) => {
    expect(look(hertz, path)).toEqual(expected);
  });

  it('static comes before param, param before any, and a dead end goes back', () => {
    const t = treeOf('/a/b/c', '/a/:x/d', '/a/*y', '/:z/b/e', '/v:ver/x', '/version');
    expect(look(t, '/a/b/c')).toEqual(['/a/b/c', {}]);
    expect(look(t, '/a/b/d')).toEqual(['/a/:x/d', { x: 'b' }]);
    expect(look(t, '/a/b/f')).toEqual(['/a/*y', { y: 'b/f' }]);
    expect(look(t, '/q/b/e')).toEqual(['/:z/b/e', { z: 'q' }]);
    expect(look(t, '/v1/x')).toEqual(['/v:ver/x', { ver: '1' }]);
    expect(look(t, '/version')).toEqual(['/version', {}]);
    expect(look(t, '/version/x')).toEqual(['/v:ver/x', { ver: 'ersion' }]);
    expect(look(t, '/a/')).toEqual(['/a/*y', { y: '' }]);
  });

  it('params of one place have the names of their route', () => {
    const t = treeOf('/u/:id', '/u/:name/x', '/u/:other/y/:z');
    expect(look(t, '/u/1')).toEqual(['/u/:id', { id: '1' }]);
    expect(look(t, '/u/1/x')).toEqual(['/u/:name/x', { name: '1' }]);
    expect(look(t, '/u/1/y/2')).toEqual(['/u/:other/y/:z', { other: '1', z: '2' }]);
  });

  it('the order of registration does not count', () => {
    const patterns = ['/team', '/test', '/te', '/tea/:x', '/teach', '/t', '/:any', '/tea'];
    for (let i = 0; i < patterns.length; i++) {
      const t = treeOf(...patterns.slice(i), ...patterns.slice(0, i));
      for (const p of patterns) if (!p.includes(':')) expect(look(t, p)).toEqual([p, {}]);
      expect(look(t, '/tea/1')).toEqual(['/tea/:x', { x: '1' }]);
      expect(look(t, '/teac')).toEqual(['/:any', { any: 'teac' }]);
    }
  });

  it('a colon is text behind a backslash', () => {
    const t = treeOf('/tasks/:id', '/tasks/all\\:cancel');
    expect(look(t, '/tasks/all:cancel')).toEqual(['/tasks/all\\:cancel', {}]);
  });

  it.each([
    ['', 'empty path'],
    ['a', "path must begin with '/'"],
    ['/:', 'wildcards must be named'],
    ['/a/:/b', 'wildcards must be named'],
    ['/:a:b', 'only one wildcard per path segment'],
    ['/:a*b', 'only one wildcard per path segment'],
    ['/a*b', 'no / before wildcards'],
    ['/*a/b', 'catch-all routes are only allowed at the end'],
  ])('%s cannot be registered', (pattern, message) => {
    expect(() => treeOf(pattern)).toThrow(message);
  });

  it.each([[['/a', '/a']], [['/:a', '/:b']], [['/*a', '/*b']], [['/a/:b/c', '/a/:x/c']]])('%j: the second is taken', (patterns) => {
    expect(() => treeOf(...patterns)).toThrow('handlers are already registered');
  });

  const slashes = treeOf('/hi', '/b/', '/search/:query', '/cmd/:tool/', '/src/*filepath', '/x', '/x/y', '/y/', '/y/z', '/0/:id', '/0/:id/1', '/1/:id/', '/1/:id/2', '/aa', '/a/*b', '/admin', '/admin/:category', '/admin/:category/:page', '/doc', '/doc/go_faq.html', '/doc/go1.html', '/no/a', '/no/b', '/api/hello/:name', '/user/:name/*id');

  it.each(['/hi/', '/b', '/search/gopher/', '/cmd/vet', '/src', '/x/', '/y', '/0/go/', '/1/go', '/a', '/admin/', '/admin/config/', '/admin/config/permissions/', '/doc/', '/user/name'])('%s would be found with its slash toggled', (path) => {
    expect(slashes.find(path)).toBeUndefined();
    expect(slashes.hasToggled(path)).toBe(true);
  });

  it.each(['/', '/no', '/no/', '/_', '/_/', '/api/world/abc'])('%s would not', (path) => {
    expect(slashes.find(path)).toBeUndefined();
    expect(slashes.hasToggled(path)).toBe(false);
  });

  const folded = treeOf('/hi', '/b/', '/ABC/', '/search/:query', '/cmd/:tool/', '/src/*filepath', '/x', '/x/y', '/y/', '/y/z', '/0/:id', '/0/:id/1', '/1/:id/', '/1/:id/2', '/aa', '/a/', '/doc', '/doc/go_faq.html', '/doc/go1.html', '/doc/go/away', '/no/a', '/no/b', '/z/:id/2', '/z/:id/:age', '/x/:id/3/', '/x/:id/3/4', '/x/:id/:age/5');

  it.each([
    ['/HI', '/hi', false],
    ['/HI/', '/hi', true],
    ['/B', '/b/', true],
    ['/abc', '/ABC/', true],
    ['/aBc/', '/ABC/', false],
    ['/SEARCH/QUERY', '/search/QUERY', false],
    ['/SEARCH/QUERY/', '/search/QUERY', true],
    ['/CMD/TOOL', '/cmd/TOOL/', true],
    ['/SRC/FILE/PATH', '/src/FILE/PATH', false],
    ['/X/y/', '/x/y', true],
    ['/Y/z', '/y/z', false],
    ['/DOC/', '/doc', true],
    ['/Z/1/2', '/z/1/2', false],
    ['/Z/1/3', '/z/1/3', false],
    ['/X/1/3', '/x/1/3/', true],
    ['/X/1/3/5', '/x/1/3/5', false],
    ['/NO', undefined, true],
    ['/DOC/GO', undefined, true],
  ])('%s is %s when case does not count', (path, expected, slash) => {
    expect(folded.findFolded(path, true)).toBe(expected);
    expect(folded.findFolded(path, false)).toBe(slash ? undefined : expected);
  });
});

describe('paths', () => {
  it.each([
    ['/a/b', '/a/b'],
    ['/a%2Fb//c/../d%20e', '/a/b/d e'],
    ['/a/./b/', '/a/b/'],
    ['/../../etc', '/etc'],
    ['/a/%2e%2e/b', '/b'],
    ['/a+b', '/a+b'],
    ['/%zz%41', '/%zzA'],
    ['/%e4%b8%ad', '/中'],
    ['//', '/'],
    ['/a/..', '/'],
    ['/a/b/..', '/a/'],
    ['/.hidden', '/.hidden'],
  ])('%s is %s', (path, expected) => {
    expect(normalizePath(path)).toBe(expected);
  });

  it('cleaning leaves escapes alone', () => {
    expect(cleanPath('/a//%2e%2e/./b')).toBe('/a/%2e%2e/b');
    expect(cleanPath('')).toBe('/');
  });
});
