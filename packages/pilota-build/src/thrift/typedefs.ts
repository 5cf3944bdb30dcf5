// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ResolvedType, ResolvedTypedef } from './ast.js';
import { MAX_NESTING } from './limits.js';
import type { Report } from './report.js';
import { UNRESOLVED } from './scope.js';
import type { Mutable, Scope } from './scope.js';

interface Frame {
  readonly decl: ResolvedTypedef;
  readonly uses: readonly ResolvedTypedef[];
  next: number;
  depth: number;
}

/**
 * Reports typedefs that lead back to themselves, be it through a container (Go cannot alias such a type either), and
 * chains deeper than MAX_NESTING. Both are cut, so that whoever strips typedefs afterwards comes to an end.
 * It keeps its own stack: a hostile file may chain more typedefs than the call stack has room for.
 */
export function checkTypedefs(scopes: readonly Scope[], report: Report): void {
  const depths = new Map<ResolvedTypedef, number>();
  for (const scope of scopes) {
    for (const decl of scope.file.definitions) if (decl.kind === 'typedef') visit(decl, depths, report);
  }
}

function visit(start: ResolvedTypedef, depths: Map<ResolvedTypedef, number>, report: Report): void {
  if (depths.has(start)) return;
  const stack: Frame[] = [frame(start)];
  const open = new Set<ResolvedTypedef>([start]);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const used = top.uses[top.next++];
    if (used === undefined) {
      stack.pop();
      open.delete(top.decl);
      close(top, depths, report);
      const below = stack.at(-1);
      if (below !== undefined) below.depth = Math.max(below.depth, depths.get(top.decl) ?? 0);
    } else if (open.has(used)) {
      const chain = stack.slice(stack.findIndex((f) => f.decl === used)).map((f) => f.decl.name);
      const shown = chain.length > 10 ? [...chain.slice(0, 9), '…'] : chain;
      cut(top.decl, 'THRIFT_TYPEDEF_CYCLE', `typedef leads back to itself: ${[...shown, used.name].join(' -> ')}`, report);
      top.next = top.uses.length;
    } else if (depths.has(used)) {
      top.depth = Math.max(top.depth, depths.get(used) ?? 0);
    } else {
      stack.push(frame(used));
      open.add(used);
    }
  }
}

function frame(decl: ResolvedTypedef): Frame {
  return { decl, uses: typedefsOf(decl.type), next: 0, depth: 0 };
}

function close(top: Frame, depths: Map<ResolvedTypedef, number>, report: Report): void {
  let depth = top.depth + 1;
  if (depth > MAX_NESTING) {
    cut(top.decl, 'THRIFT_NESTING_DEEP', `typedefs are nested too deep, wanted at most ${MAX_NESTING} levels`, report);
    depth = 1;
  }
  depths.set(top.decl, depth);
}

function cut(decl: Mutable<ResolvedTypedef>, code: string, message: string, report: Report): void {
  report.error(decl.file.source, code, message, decl.node.type.span);
  decl.type = UNRESOLVED;
}

function typedefsOf(type: ResolvedType): readonly ResolvedTypedef[] {
  switch (type.kind) {
    case 'typedef':
      return [type.decl];
    case 'list':
    case 'set':
      return typedefsOf(type.element);
    case 'map':
      return [...typedefsOf(type.key), ...typedefsOf(type.value)];
    default:
      return [];
  }
}
