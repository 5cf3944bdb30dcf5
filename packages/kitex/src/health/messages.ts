// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader } from '@cloudwego/gopkg/io';
import type { StructCodec } from '@cloudwego/pilota/codegen/v1';

/** What a service says of itself. Source: grpc.health.v1 HealthCheckResponse.ServingStatus. */
export const ServingStatus = { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } as const;
export type ServingStatus = (typeof ServingStatus)[keyof typeof ServingStatus];

/** HealthCheckRequest { string service = 1; }; '' = the server as a whole. */
export const requestCodec: StructCodec<{ readonly service: string }> = {
  encode(w, v) {
    if (v.service === '') return;
    w.u8(0x0a);
    w.varint(Buffer.byteLength(v.service));
    w.string(v.service);
  },
  decode(r) {
    let service = '';
    while (r.left > 0) {
      const tag = r.varint();
      if (tag === 0x0a) service = r.string(r.varint());
      else skipField(r, tag);
    }
    return { service };
  },
};

/** HealthCheckResponse { ServingStatus status = 1; } */
export const responseCodec: StructCodec<{ readonly status: ServingStatus }> = {
  encode(w, v) {
    if (v.status === 0) return;
    w.u8(0x08);
    w.varint(v.status);
  },
  decode(r) {
    let status = 0;
    while (r.left > 0) {
      const tag = r.varint();
      if (tag === 0x08) status = r.varint();
      else skipField(r, tag);
    }
    return { status: status as ServingStatus };
  },
};

/** Passes over a field that these messages do not have. */
function skipField(r: ByteReader, tag: number): void {
  switch (tag & 7) {
    case 0:
      r.varint64();
      return;
    case 1:
      r.skip(8);
      return;
    case 2:
      r.skip(r.varint());
      return;
    case 5:
      r.skip(4);
      return;
    default:
      throw new RangeError(`health: wire type ${tag & 7}, wanted 0, 1, 2 or 5`);
  }
}
