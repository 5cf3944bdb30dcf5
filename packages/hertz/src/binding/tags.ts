// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { FieldShape } from '@cloudwego/pilota/thrift';
import type { Source } from './errors.js';

/** The name of a field in one source. */
export interface SourceTag {
  readonly source: Source;
  readonly name: string;
  readonly required: boolean;
}

/** In the order in which sources are asked. Source: cloudwego/hertz binding/internal/decoder/tag.go getFieldTagInfoByField. */
const ORDER: readonly Source[] = ['path', 'form', 'query', 'cookie', 'header', 'json', 'raw_body'];
/** What hz gives a field without annotations. Source: cloudwego/hertz cmd/hz/thrift/tags.go. */
const UNTAGGED: readonly Source[] = ['form', 'query', 'json'];

/** One key of a Go tag: `json:"a,omitempty" default:"b"`. */
function goTag(f: FieldShape, key: string): string | undefined {
  const text = f.annotations?.['go.tag']?.at(-1);
  return text === undefined ? undefined : new RegExp(`(?:^|\\s)${key}:\\\\?"((?:[^"\\\\]|\\\\(?!"))*)`).exec(text)?.[1];
}

function tagOf(f: FieldShape, source: Source): string | undefined {
  return f.annotations?.[source === 'json' ? 'api.body' : `api.${source}`]?.at(-1) ?? goTag(f, source);
}

/** Whether the IDL says where the field is. */
export function isTagged(f: FieldShape): boolean {
  return ORDER.some((s) => tagOf(f, s) !== undefined);
}

/** Whether the field is nowhere in HTTP. */
export function isLeftOut(f: FieldShape): boolean {
  return f.annotations?.['api.none'] !== undefined;
}

/** Where a field is looked for. `untagged`: whether one without annotations is looked for by its name. */
export function tagsOf(f: FieldShape, untagged: boolean): readonly SourceTag[] {
  if (isLeftOut(f)) return [];
  const required = f.requiredness === 'required';
  const out: SourceTag[] = [];
  for (const source of ORDER) {
    const tag = tagOf(f, source);
    if (tag === undefined || tag === '-') continue;
    const [name, ...words] = tag.split(',');
    out.push({ source, name: name === '' ? f.name : name!, required: required || words.includes('required') });
  }
  if (out.length === 0 && !isTagged(f) && untagged) for (const source of UNTAGGED) out.push({ source, name: f.name, required });
  return out;
}

/** The field's name in JSON; undefined = it is not there. */
export function jsonName(f: FieldShape): string | undefined {
  if (isLeftOut(f)) return undefined;
  const tag = (f.annotations?.['api.body']?.at(-1) ?? goTag(f, 'json'))?.split(',')[0];
  if (tag === '-') return undefined;
  return tag === undefined || tag === '' ? f.name : tag;
}

/** What stands for an empty text. */
export function defaultText(f: FieldShape): string | undefined {
  return goTag(f, 'default');
}
