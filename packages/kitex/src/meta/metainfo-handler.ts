// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { metaInfoToHttp, metaInfoToStrings } from '@cloudwego/gopkg/metainfo';
import type { MetaHandler } from '../types.js';

/**
 * Writes what the context carries on requests. Reading needs no code: a request's context parses its head on the first read of `ctx.metainfo`, and a client
 * hands the string keys of a reply to `onBackward`.
 * Source: cloudwego/kitex pkg/transmeta/metainfo.go.
 */
export const metainfoClientHandler: MetaHandler = {
  name: 'metainfo',
  writeMeta(ctx, out) {
    metaInfoToStrings(ctx.metainfo, (k, v) => {
      out.setString(k, v);
    });
  },
};

/**
 * The same under the names of HTTP. `Differs:` what arrived as transient goes no further, as over TTHeader; Go's default sends it on.
 * Source: cloudwego/kitex pkg/transmeta/metainfo.go, metainfo_propagation.go SingleHop.
 */
export const metainfoGrpcHandler: MetaHandler = {
  name: 'metainfo',
  writeMeta(ctx, out) {
    metaInfoToHttp(ctx.metainfo, (k, v) => {
      out.setString(k, v);
    });
  },
};
