// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forbidden, room } from '../arrows.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Path below the repository, with `/`. */
function place(context) {
  return relative(root, context.filename).replaceAll('\\', '/');
}

/** Calls `check(node, specifier, how)` for everything by which a module names another: how is 'static', 'dynamic' or 'type'. */
function eachImport(check) {
  const literal = (node) => (node?.type === 'Literal' && typeof node.value === 'string' ? node : node?.type === 'TSLiteralType' ? literal(node.literal) : undefined);
  const on = (node, how) => {
    if (node !== undefined) check(node, node.value, how);
  };
  const kind = (node) => {
    if ((node.importKind ?? node.exportKind) === 'type') return 'type';
    const all = node.specifiers ?? [];
    return all.length > 0 && all.every((s) => (s.importKind ?? s.exportKind) === 'type') ? 'type' : 'static';
  };
  const declaration = (node) => on(literal(node.source), kind(node));
  return {
    ImportDeclaration: declaration,
    ExportNamedDeclaration: declaration,
    ExportAllDeclaration: declaration,
    ImportExpression: (node) => on(literal(node.source), 'dynamic'),
    TSImportType: (node) => on(literal(node.source ?? node.argument), 'type'),
    TSExternalModuleReference: (node) => on(literal(node.expression), 'static'),
    CallExpression(node) {
      const c = node.callee;
      const name = c.type === 'Identifier' ? c.name : c.type === 'MemberExpression' && c.property.type === 'Identifier' ? c.property.name : '';
      if (/^(?:require|resolve|mock|doMock|importActual)$/.test(name)) on(literal(node.arguments[0]), 'dynamic');
    },
  };
}

/** The arrows of the design: nothing points up or sideways, and nothing reaches into a package past its exports. */
const boundaries = {
  meta: { type: 'problem', schema: [], messages: { arrow: '{{why}}', outside: 'a relative import leaves the package; use its public name' } },
  create(context) {
    const path = place(context);
    const from = room(path);
    return eachImport((node, specifier, how) => {
      if (!specifier.startsWith('.')) {
        const why = forbidden(path, specifier, how);
        if (why !== undefined) context.report({ node, messageId: 'arrow', data: { why } });
        return;
      }
      if (from === undefined || (from.group === 'tools' && !from.source)) return;
      const to = relative(root, resolve(root, dirname(path), specifier)).replaceAll('\\', '/');
      if (!to.startsWith(`${from.folder}/`) && to !== from.folder && !/^vitest\.shared/.test(to)) context.report({ node, messageId: 'outside' });
    });
  },
};

/** bigint, Map, Set and bytes meet JSON only through sonic: neither function is called, taken out or handed on. */
const noJson = {
  meta: { type: 'problem', schema: [], messages: { json: 'JSON{{name}} loses integers, bigint, Map, Set and bytes; use @cloudwego/sonic on values of users, or add the file to the allowance in eslint.config.mjs' } },
  create(context) {
    /** `node`: what stands for the object JSON. */
    const check = (node) => {
      const { parent } = node;
      const name = parent.type === 'MemberExpression' && parent.object === node ? propertyName(parent) : undefined;
      // The rest of it makes and knows raw numbers.
      if (name === undefined || name === 'parse' || name === 'stringify') context.report({ node, messageId: 'json', data: { name: name === undefined ? '' : `.${name}` } });
    };
    return {
      'Program:exit'(node) {
        let scope = context.sourceCode.getScope(node);
        while (scope.upper !== null) scope = scope.upper;
        const known = scope.set.get('JSON')?.references ?? [];
        for (const { identifier } of new Set([...known, ...scope.through])) if (identifier.name === 'JSON') check(identifier);
      },
      MemberExpression(node) {
        if (node.object.type === 'Identifier' && /^(?:globalThis|global|window|self)$/.test(node.object.name) && propertyName(node) === 'JSON') check(node);
      },
    };
  },
};

/** AbortSignal.any and .timeout leak or cost too much on the Node versions that are supported; deadlines live in the wheel. */
const noSignalStatics = {
  meta: { type: 'problem', schema: [], messages: { statics: 'AbortSignal.{{name}} is banned in packages; use a context or the wheel' } },
  create(context) {
    return {
      MemberExpression(node) {
        if (isMember(node, 'AbortSignal', ['any', 'timeout'])) context.report({ node, messageId: 'statics', data: { name: propertyName(node) } });
      },
    };
  },
};

/** A package's addon is loaded in one file, `load.ts`, which refuses other runtimes before it loads. */
const oneLoader = {
  meta: { type: 'problem', schema: [], messages: { loader: '{{what}}: addons are loaded in one file of the package, load.ts' } },
  create(context) {
    if (/\/src\/(?:.*\/)?load\.ts$/.test(place(context))) return {};
    const report = (node, what) => context.report({ node, messageId: 'loader', data: { what } });
    return {
      ...eachImport((node, specifier) => {
        if (/\.node$/.test(specifier) || /^(?:node-gyp-build|bindings|prebuildify)(?:\/|$)/.test(specifier)) report(node, specifier);
      }),
      'ImportSpecifier[imported.name=/^(createRequire|dlopen)$/]': (node) => report(node, node.imported.name),
      MemberExpression(node) {
        if (isMember(node, 'process', ['dlopen'])) report(node, 'process.dlopen');
      },
    };
  },
};

/** Named exports only. */
const namedExports = {
  meta: { type: 'problem', schema: [], messages: { named: 'a default export has no name to grep for; export it by name' } },
  create(context) {
    return { ExportDefaultDeclaration: (node) => context.report({ node, messageId: 'named' }) };
  },
};

function propertyName(node) {
  if (!node.computed && node.property.type === 'Identifier') return node.property.name;
  return node.property.type === 'Literal' ? node.property.value : undefined;
}

function isMember(node, object, properties) {
  return node.object.type === 'Identifier' && node.object.name === object && properties.includes(propertyName(node));
}

export const plugin = {
  rules: { boundaries, 'no-json': noJson, 'no-signal-statics': noSignalStatics, 'one-loader': oneLoader, 'named-exports': namedExports },
};
