// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** The JSON name of a field, as protoc makes it: `_` goes, the letter behind it is raised. */
export function jsonName(name: string): string {
  return name.replace(/_+(.?)/g, (_, c: string) => c.toUpperCase());
}

/** The property of a field or oneof: lowerCamelCase, with a `_` where every object has such a property already. */
export function fieldKey(name: string): string {
  const key = jsonName(name);
  if (!/^[A-Za-z_$]/.test(key)) return name;
  return INHERITED.has(key) ? `${key}_` : key;
}
