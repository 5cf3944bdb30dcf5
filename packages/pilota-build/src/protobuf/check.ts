// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Report } from '../thrift/report.js';
import { isTrue } from './features.js';
import type { ProtoEnum, ProtoField, ProtoMessage } from './model.js';
import { scalarOf } from './scalars.js';

/** Numbers and names of a message: each once, none that is reserved. */
export function checkMessage(m: ProtoMessage, report: Report): void {
  const { source } = m.file;
  const numbers = new Map<number, ProtoField>();
  const keys = new Map<string, string>();
  const reservedNames = new Set(m.reservedNames);
  const taken = (name: string, key: string, span: ProtoField['nameSpan']): void => {
    const other = keys.get(key);
    if (other === undefined) keys.set(key, name);
    else report.error(source, 'PROTO_FIELD_CLASH', `"${other}" and "${name}" of "${m.fullName}" both become "${key}" in TypeScript`, span);
  };
  for (const f of m.fields) {
    const other = numbers.get(f.number);
    if (other !== undefined) report.error(source, 'PROTO_NUMBER_TAKEN', `number ${f.number} is that of "${other.name}" already`, f.numberSpan);
    numbers.set(f.number, f);
    if (reservedNames.has(f.name)) report.error(source, 'PROTO_RESERVED', `the name "${f.name}" is reserved`, f.nameSpan);
    const range = m.reservedRanges.find((r) => f.number >= r.start && f.number <= r.end);
    if (range !== undefined) report.error(source, 'PROTO_RESERVED', `number ${f.number} is reserved`, f.numberSpan);
    const extension = m.extensionRanges.find((r) => f.number >= r.start && f.number <= r.end);
    if (extension !== undefined) report.error(source, 'PROTO_NUMBER_RANGE', `number ${f.number} is kept for extensions`, f.numberSpan);
    if (f.oneof === undefined || f.oneof.synthetic) taken(f.name, f.key, f.nameSpan);
  }
  for (const o of m.oneofs) if (!o.synthetic) {
    taken(o.name, o.key, o.nameSpan);
    const inside = new Map<string, string>();
    for (const f of o.fields) {
      const other = inside.get(f.key);
      if (other !== undefined) report.error(source, 'PROTO_FIELD_CLASH', `"${other}" and "${f.name}" of "${o.fullName}" both become "${f.key}" in TypeScript`, f.nameSpan);
      inside.set(f.key, f.name);
    }
  }
  const json = new Map<string, string>();
  for (const f of m.fields) {
    const other = json.get(f.jsonName);
    if (other !== undefined && m.features.jsonFormat === 'ALLOW') report.error(source, 'PROTO_FIELD_CLASH', `"${other}" and "${f.name}" of "${m.fullName}" both are "${f.jsonName}" in JSON`, f.nameSpan);
    json.set(f.jsonName, f.name);
  }
  const ranges = [...m.extensionRanges, ...m.reservedRanges].toSorted((a, b) => a.start - b.start);
  for (let i = 1; i < ranges.length; i++) {
    if (ranges[i]!.start <= ranges[i - 1]!.end) report.error(source, 'PROTO_NUMBER_RANGE', `ranges of "${m.fullName}" overlap`, ranges[i]!.span);
  }
}

/** Values of an enum: an open one begins with 0, a number stands for one name unless the enum allows aliases. */
export function checkEnum(e: ProtoEnum, report: Report): void {
  const { source } = e.file;
  const first = e.values[0];
  if (e.features.enumType === 'OPEN' && first !== undefined && first.number !== 0) report.error(source, 'PROTO_ENUM_ZERO', `the first value of "${e.fullName}": got ${first.number}, wanted 0`, first.nameSpan);
  const numbers = new Map<number, string>();
  const alias = isTrue(e.options, 'allow_alias');
  for (const v of e.values) {
    const other = numbers.get(v.number);
    if (other !== undefined && !alias) report.error(source, 'PROTO_NUMBER_TAKEN', `number ${v.number} is that of "${other}" already; allow_alias = true lets both be`, v.nameSpan);
    numbers.set(v.number, v.name);
    if (e.reservedNames.includes(v.name)) report.error(source, 'PROTO_RESERVED', `the name "${v.name}" is reserved`, v.nameSpan);
    if (e.reservedRanges.some((r) => v.number >= r.start && v.number <= r.end)) report.error(source, 'PROTO_RESERVED', `number ${v.number} is reserved`, v.nameSpan);
  }
}

/** A default stands at a single scalar or enum that may be absent, and fits it. */
export function checkDefault(f: ProtoField, report: Report): void {
  const v = f.defaultValue!;
  if (f.presence === 'repeated' || f.presence === 'map' || f.presence === 'implicit' || f.type.kind === 'message') {
    report.error(f.file.source, 'PROTO_DEFAULT', `"${f.name}" cannot have a default`, v.span);
    return;
  }
  const got = scalarOf(f.type, v);
  if (got instanceof Error) report.error(f.file.source, 'PROTO_DEFAULT', `default of "${f.name}": ${got.message}`, v.span);
}
