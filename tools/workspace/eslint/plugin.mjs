// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { relative, resolve, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allowed, target } from '../arrows.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Path below the repository, with `/`; a file of a test may be given as if it lay elsewhere. */
function place(context) {
  return relative(root, context.filename).replaceAll('\\', '/');
}

function eachImport(check) {
  const on = (node) => {
    if (node.source != null && typeof node.source.value === 'string') check(node.source, node.source.value);
  };
  return { ImportDeclaration: on, ExportNamedDeclaration: on, ExportAllDeclaration: on, ImportExpression: on };
}

/** The arrows of the design: nothing points up or sideways, and nothing reaches into a package past its exports. */
const boundaries = {
  meta: { type: 'problem', schema: [], messages: { arrow: '{{from}} may not import {{to}}; it may import {{list}}', outside: 'a relative import leaves the package; use its public name' } },
  create(context) {
    const path = place(context);
    const list = allowed(path);
    const parts = path.split('/');
    const own = parts[0] === 'contrib' ? parts.slice(0, 3).join('/') : parts.slice(0, 2).join('/');
    return eachImport((node, specifier) => {
      if (specifier.startsWith('.')) {
        const to = relative(root, resolve(root, dirname(path), specifier)).replaceAll('\\', '/');
        const inside = to === own || to.startsWith(`${own}/`) || /^vitest\.shared/.test(to);
        if (!inside && parts.length > 2 && parts[0] !== 'tools') context.report({ node, messageId: 'outside' });
        return;
      }
      const to = target(specifier);
      if (to === undefined || list === undefined || list.includes(to)) return;
      context.report({ node, messageId: 'arrow', data: { from: own, to: specifier, list: list.map((n) => `@cloudwego/${n}`).join(', ') || 'nothing of the suite' } });
    });
  },
};

/** bigint, Map, Set and bytes meet JSON only through sonic. */
const noJson = {
  meta: { type: 'problem', schema: [], messages: { json: 'JSON.stringify loses bigint, Map, Set and bytes; use @cloudwego/sonic on values of users' } },
  create(context) {
    return {
      CallExpression(node) {
        const c = node.callee;
        if (c.type === 'MemberExpression' && c.object.type === 'Identifier' && c.object.name === 'JSON' && c.property.type === 'Identifier' && c.property.name === 'stringify') {
          context.report({ node, messageId: 'json' });
        }
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
        if (node.object.type === 'Identifier' && node.object.name === 'AbortSignal' && node.property.type === 'Identifier' && ['any', 'timeout'].includes(node.property.name)) {
          context.report({ node, messageId: 'statics', data: { name: node.property.name } });
        }
      },
    };
  },
};

export const plugin = { rules: { boundaries, 'no-json': noJson, 'no-signal-statics': noSignalStatics } };
