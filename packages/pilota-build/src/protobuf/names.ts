// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { fieldName } from '../generate/names.js';

/** The JSON name of a field, as protoc makes it: `_` goes, the letter behind it is raised. */
export function jsonNameOf(name: string): string {
  let out = '';
  let up = false;
  for (const c of name) {
    if (c === '_') up = true;
    else {
      out += up ? c.toUpperCase() : c;
      up = false;
    }
  }
  return out;
}

/** Property name of a field or oneof: lowerCamelCase, with a `_` where every object has such a property already. */
export function keyOf(name: string): string {
  const key = jsonNameOf(name);
  // A name of digits behind an underscore, and one of nothing but underscores.
  return /^[A-Za-z_$]/.test(key) ? fieldName(key) : name;
}
