// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ResolvedFunction, ResolvedService, ResolvedType, UnderlyingType } from './ast.js';

/** Strips the typedefs at the top of a type. The resolver has refused cycles. */
export function underlyingType(type: ResolvedType): UnderlyingType {
  let t = type;
  while (t.kind === 'typedef') t = t.decl.type;
  return t;
}

/**
 * Every function a service answers: those of its parents first, then its own, in source order.
 * One that redefines an inherited function takes its place.
 */
export function allFunctions(service: ResolvedService): readonly ResolvedFunction[] {
  const chain: ResolvedService[] = [];
  for (let s: ResolvedService | undefined = service; s !== undefined; s = s.extends) chain.unshift(s);
  const byName = new Map<string, ResolvedFunction>();
  for (const s of chain) for (const f of s.functions) byName.set(f.name, f);
  return [...byName.values()];
}

/** A type as it would be written, for messages. Typedefs keep their names; no prefix of an include is shown. */
export function describeType(type: ResolvedType): string {
  switch (type.kind) {
    case 'list':
    case 'set':
      return `${type.kind}<${describeType(type.element)}>`;
    case 'map':
      return `map<${describeType(type.key)}, ${describeType(type.value)}>`;
    case 'enum':
    case 'struct':
    case 'typedef':
      return type.decl.name;
    default:
      return type.kind;
  }
}

/** How many comparisons are made before two types count as different: typedefs can make a small file a huge type. */
const MAX_STEPS = 10_000;

/** Whether two types are the same after every typedef is replaced. Annotations do not matter. */
export function sameType(a: ResolvedType, b: ResolvedType): boolean {
  let steps = 0;
  const same = (x: ResolvedType, y: ResolvedType): boolean => {
    if (++steps > MAX_STEPS) return false;
    if (x === y || (x.kind === 'typedef' && y.kind === 'typedef' && x.decl === y.decl)) return true;
    const s = underlyingType(x);
    const t = underlyingType(y);
    if (s.kind === 'map') return t.kind === 'map' && same(s.key, t.key) && same(s.value, t.value);
    if (s.kind === 'list' || s.kind === 'set') return (t.kind === 'list' || t.kind === 'set') && s.kind === t.kind && same(s.element, t.element);
    if (s.kind === 'enum' || s.kind === 'struct') return t.kind === s.kind && s.decl === t.decl;
    return s.kind === t.kind;
  };
  return same(a, b);
}
