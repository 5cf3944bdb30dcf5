// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Edition, Features, OptionValue, ProtoOption } from './model.js';

const PROTO2: Features = { fieldPresence: 'EXPLICIT', enumType: 'CLOSED', repeatedFieldEncoding: 'EXPANDED', utf8Validation: 'NONE', messageEncoding: 'LENGTH_PREFIXED', jsonFormat: 'LEGACY_BEST_EFFORT' };
const PROTO3: Features = { fieldPresence: 'IMPLICIT', enumType: 'OPEN', repeatedFieldEncoding: 'PACKED', utf8Validation: 'VERIFY', messageEncoding: 'LENGTH_PREFIXED', jsonFormat: 'ALLOW' };

/** What holds in a file that says nothing. */
export function defaultFeatures(edition: Edition): Features {
  if (edition === 998) return PROTO2;
  return edition === 999 ? PROTO3 : { ...PROTO3, fieldPresence: 'EXPLICIT' };
}

const KEYS: Readonly<Record<string, keyof Features>> = {
  field_presence: 'fieldPresence',
  enum_type: 'enumType',
  repeated_field_encoding: 'repeatedFieldEncoding',
  utf8_validation: 'utf8Validation',
  message_encoding: 'messageEncoding',
  json_format: 'jsonFormat',
};

/** The features that hold for a declaration: those of what it lies in, and what its options say. Values are checked where options are. */
export function withFeatures(outer: Features, options: readonly ProtoOption[]): Features {
  let out: Record<string, string> | undefined;
  const set = (name: string, v: OptionValue): void => {
    const key = KEYS[name];
    if (key !== undefined && v.kind === 'ident') (out ??= { ...outer })[key] = v.text;
  };
  for (const o of options) {
    if (o.name[0]?.text !== 'features' || o.name[0].extension) continue;
    if (o.name.length === 2) set(o.name[1]!.text, o.value);
    else if (o.name.length === 1 && o.value.kind === 'message') for (const f of o.value.fields) if (!f.extension) set(f.name, f.value);
  }
  return (out as Features | undefined) ?? outer;
}

/** The value of an option of one plain name, the last if there are several. */
export function optionOf(options: readonly ProtoOption[], name: string): OptionValue | undefined {
  return options.findLast((o) => o.name.length === 1 && !o.name[0]!.extension && o.name[0]!.text === name)?.value;
}

/** Whether a plain option is `true`. */
export function isTrue(options: readonly ProtoOption[], name: string): boolean {
  const v = optionOf(options, name);
  return v?.kind === 'ident' && v.text === 'true';
}
