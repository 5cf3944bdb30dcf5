// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { jsonError } from './json-errors.js';

/** A google.protobuf.Timestamp or Duration as generated code has it. */
export interface Seconds {
  readonly seconds?: bigint | number | string | undefined;
  readonly nanos?: number | undefined;
}

const MIN_TIME = -62_135_596_800n;
const MAX_TIME = 253_402_300_799n;
const MAX_DURATION = 315_576_000_000n;

/** No, three, six or nine digits. */
function fraction(nanos: number): string {
  if (nanos === 0) return '';
  const text = String(nanos).padStart(9, '0');
  return `.${text.replace(/(?:000){1,2}$/, '')}`;
}

/** RFC 3339 in UTC. Errors: PILOTA_PROTOBUF_JSON_INVALID outside the years 1 to 9999. */
export function timestampText(v: Seconds): string {
  const seconds = BigInt(v.seconds ?? 0);
  const nanos = v.nanos ?? 0;
  if (seconds < MIN_TIME || seconds > MAX_TIME) throw jsonError('google.protobuf.Timestamp', seconds, 'seconds in the years 1 to 9999');
  if (nanos < 0 || nanos > 999_999_999) throw jsonError('google.protobuf.Timestamp', nanos, 'nanos from 0 to 999999999');
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${fraction(nanos)}Z`;
}

const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|([+-])(\d\d):(\d\d))$/;

/** The opposite of {@link timestampText}; takes other time zones. */
export function parseTimestamp(v: unknown, where: string): { seconds: bigint; nanos: number } {
  const m = typeof v === 'string' ? TIMESTAMP.exec(v) : null;
  const fail = (): Error => jsonError(where, v, 'a time such as "2026-11-25T09:00:00Z"');
  if (m === null) throw fail();
  const ms = Date.parse(`${m[1]!}-${m[2]!}-${m[3]!}T${m[4]!}:${m[5]!}:${m[6]!}Z`);
  // The day of a month that has fewer rolls over in some engines.
  if (Number.isNaN(ms) || new Date(ms).getUTCDate() !== Number(m[3])) throw fail();
  const offset = m[9] === undefined ? 0 : (m[9] === '-' ? 1 : -1) * (Number(m[10]) * 3600 + Number(m[11]) * 60);
  const seconds = BigInt(ms / 1000 + offset);
  if (seconds < MIN_TIME || seconds > MAX_TIME) throw fail();
  return { seconds, nanos: Number((m[7] ?? '').padEnd(9, '0')) };
}

/** Seconds with an `s`. */
export function durationText(v: Seconds): string {
  const seconds = BigInt(v.seconds ?? 0);
  const nanos = v.nanos ?? 0;
  if (seconds < -MAX_DURATION || seconds > MAX_DURATION) throw jsonError('google.protobuf.Duration', seconds, 'at most 10000 years of seconds');
  if (Math.abs(nanos) > 999_999_999 || (nanos < 0 && seconds > 0n) || (nanos > 0 && seconds < 0n)) throw jsonError('google.protobuf.Duration', nanos, 'nanos up to 999999999 with the sign of the seconds');
  const negative = seconds < 0n || nanos < 0;
  return `${negative ? '-' : ''}${seconds < 0n ? -seconds : seconds}${fraction(Math.abs(nanos))}s`;
}

/** The opposite of {@link durationText}. */
export function parseDuration(v: unknown, where: string): { seconds: bigint; nanos: number } {
  const m = typeof v === 'string' ? /^(-?)(\d{1,12})(?:\.(\d{0,9}))?s$/.exec(v) : null;
  if (m === null) throw jsonError(where, v, 'seconds such as "1.5s"');
  const seconds = BigInt(m[2]!);
  if (seconds > MAX_DURATION) throw jsonError(where, v, 'at most 10000 years of seconds');
  const nanos = Number((m[3] ?? '').padEnd(9, '0'));
  return m[1] === '-' ? { seconds: -seconds, nanos: nanos === 0 ? 0 : -nanos } : { seconds, nanos };
}
