// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { gunzipSync, gzipSync } from 'node:zlib';
import { OptionError } from '@cloudwego/gopkg/errors';
import { bool, instance, int, list, optionTable, text } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';
import type { GrpcCompressor } from '@cloudwego/protocol';

/** gzip, by the name that every gRPC knows. Give it to both sides: `grpc: { compressors: [gzip] }`. Source: cloudwego/kitex pkg/remote/codec/protobuf/encoding/gzip. */
export const gzip: GrpcCompressor = Object.freeze<GrpcCompressor>({
  name: 'gzip',
  compress: (message) => gzipSync(message),
  decompress: (message, maxOutputLength) => gunzipSync(message, { maxOutputLength }),
});

/** What both sides of gRPC may be told. Source: cloudwego/kitex client/option_advanced.go, server/option_advanced.go. */
export interface GrpcCommonOptions {
  /** Known compressions. A server answers with the first that its client accepts. @defaultValue [] */
  readonly compressors?: readonly GrpcCompressor[] | undefined;
  /** Without bytes from the peer for so long a PING asks whether it is there. Unit ms, 0 = never. @defaultValue 0 on clients, 7200000 on servers. Source: keepalive Time. */
  readonly keepAliveMs?: number | undefined;
  /** How long the answer to that may take. Unit ms. @defaultValue 20000. Source: keepalive Timeout. */
  readonly keepAliveTimeoutMs?: number | undefined;
  /** Unit bytes; the start of a stream's window, which grows with the link. @defaultValue 65535. Source: WithGRPCInitialWindowSize. */
  readonly initialWindowBytes?: number | undefined;
  /** Unit bytes; the same for a connection. @defaultValue 1048576. Source: WithGRPCInitialConnWindowSize. */
  readonly connectionWindowBytes?: number | undefined;
  /** Windows grow with what the link is seen to hold, up to 16 MiB. @defaultValue true */
  readonly autoTune?: boolean | undefined;
}

/** gRPC on a client. */
export interface GrpcClientOptions extends GrpcCommonOptions {
  /** The compressor that requests are sent with, by name. @defaultValue none. Source: callopt.WithGRPCCompressor. */
  readonly compression?: string | undefined;
  /** PING without open streams too. @defaultValue false. Source: keepalive PermitWithoutStream. */
  readonly keepAliveWithoutStreams?: boolean | undefined;
  /** What `:authority` says. @defaultValue destService */
  readonly authority?: string | undefined;
  /** @defaultValue 'kitex-typescript' */
  readonly userAgent?: string | undefined;
}

/** gRPC on a server. */
export interface GrpcServerOptions extends GrpcCommonOptions {
  /** Streams of one connection at once. @defaultValue 1000. `Differs:` unlimited in Go. Source: WithGRPCMaxConcurrentStreams. */
  readonly maxConcurrentStreams?: number | undefined;
  /** PINGs of a client closer together than this are strikes, of which the third ends the connection. Unit ms, 0 = any. @defaultValue 300000. Source: EnforcementPolicy MinTime. */
  readonly minPingIntervalMs?: number | undefined;
  /** PINGs without open streams are held to `minPingIntervalMs` instead of two hours. @defaultValue false. Source: EnforcementPolicy PermitWithoutStream. */
  readonly permitPingWithoutStreams?: boolean | undefined;
  /** A connection without streams for so long is told goodbye. Unit ms, 0 = never. @defaultValue 0. Source: keepalive MaxConnectionIdle. */
  readonly maxConnectionIdleMs?: number | undefined;
  /** A connection of that age, give or take a tenth, is told goodbye. Unit ms, 0 = never. @defaultValue 0. Source: keepalive MaxConnectionAge. */
  readonly maxConnectionAgeMs?: number | undefined;
  /** How long its streams may go on after that. Unit ms, 0 = any. @defaultValue 0. Source: keepalive MaxConnectionAgeGrace. */
  readonly maxConnectionAgeGraceMs?: number | undefined;
}

const windows = {
  compressors: list(instance<GrpcCompressor>('a GrpcCompressor', ['compress', 'decompress']), { default: [] }),
  keepAliveTimeoutMs: int({ unit: 'ms', min: 1, default: 20_000 }),
  initialWindowBytes: int({ unit: 'bytes', min: 1, max: 0x7fffffff, default: 65_535 }),
  connectionWindowBytes: int({ unit: 'bytes', min: 65_535, max: 0x7fffffff, default: 1 << 20 }),
  autoTune: bool({ default: true }),
};

export const grpcClientTable: OptionTable<GrpcClientOptions> = optionTable<GrpcClientOptions>({
  ...windows,
  keepAliveMs: int({ unit: 'ms, 0 = never', min: 0, default: 0 }),
  compression: text(),
  keepAliveWithoutStreams: bool({ default: false }),
  authority: text(),
  userAgent: text({ default: 'kitex-typescript' }),
});

export const grpcServerTable: OptionTable<GrpcServerOptions> = optionTable<GrpcServerOptions>({
  ...windows,
  keepAliveMs: int({ unit: 'ms, 0 = never', min: 0, default: 7_200_000 }),
  maxConcurrentStreams: int({ min: 1, max: 0x7fffffff, default: 1000 }),
  minPingIntervalMs: int({ unit: 'ms, 0 = any', min: 0, default: 300_000 }),
  permitPingWithoutStreams: bool({ default: false }),
  maxConnectionIdleMs: int({ unit: 'ms, 0 = never', min: 0, default: 0 }),
  maxConnectionAgeMs: int({ unit: 'ms, 0 = never', min: 0, default: 0 }),
  maxConnectionAgeGraceMs: int({ unit: 'ms, 0 = any', min: 0, default: 0 }),
});

/** Errors: {@link OptionError} for a compressor that is named and not given. */
export function checkCompression(o: GrpcClientOptions): void {
  if (o.compression === undefined || o.compression === 'identity') return;
  const known = o.compressors!.map((c) => c.name);
  if (!known.includes(o.compression)) {
    throw new OptionError('client.grpc.compression', `client.grpc.compression: got "${o.compression}", wanted "identity" or the name of one of grpc.compressors (${known.join(', ') || 'none is given'})`);
  }
}
