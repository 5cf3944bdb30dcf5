// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ConfigInvalidError } from '@cloudwego/gopkg/configmanager';
import { toError } from '@cloudwego/gopkg/errors';
import { any, func, int, list, optionTable, text } from '@cloudwego/gopkg/options';
import type { ConfigSink, ConfigSource } from '@cloudwego/governance';
import { createEtcdClient } from '@cloudwego/shared-etcd';
import type { EtcdClient, EtcdOptions } from '@cloudwego/shared-etcd';
import { parse } from '@cloudwego/sonic';

/** Options of {@link etcdConfigSource}. */
export interface EtcdConfigSourceOptions extends Pick<EtcdOptions, 'auth' | 'tls' | 'dialTimeoutMs'> {
  /** `host:port`, or URLs. @defaultValue ['127.0.0.1:2379'] */
  readonly endpoints?: readonly string[] | undefined;
  /** How long one answer may take. Unit ms. @defaultValue 5000 */
  readonly requestTimeoutMs?: number | undefined;
  /** Reads the text of a document, say as YAML; what it throws is reported. @defaultValue JSON */
  readonly parse?: ((text: string) => unknown) | undefined;
}

/** Source of the defaults: kitex-contrib/config-etcd etcd/global.go. */
const table = optionTable<EtcdConfigSourceOptions>({
  endpoints: list(text(), { default: ['127.0.0.1:2379'] }),
  auth: any<NonNullable<EtcdOptions['auth']>>({ what: '{ username, password }' }),
  tls: any<NonNullable<EtcdOptions['tls']>>({ what: 'an object of certificates' }),
  dialTimeoutMs: int({ min: 1, unit: 'ms', default: 5000 }),
  requestTimeoutMs: int({ min: 1, unit: 'ms', default: 5000 }),
  parse: func<(text: string) => unknown>(),
});

/**
 * Documents of governance in etcd, one a key: `pathLayout()` of governance makes the keys that Go's config-etcd reads, `/KitexConfig/client/server/rpc_timeout` and
 * `/KitexConfig/server/limit`. Each key is watched; a document that is deleted is gone, one that cannot be read is told to the sink and changes nothing. While the
 * store is away what was told stays, and what happened meanwhile is told when it is back. Nothing it does keeps a process alive.
 * Errors: OptionError at construction; those of the store reach the sinks as EtcdError, those of a document as ConfigInvalidError (GOPKG_CONFIG_INVALID).
 * Differs: Go misses what changes between its first look and its watch, and reads a store that is away at the start no more until the next change.
 * Source: kitex-contrib/config-etcd v0.1.0 etcd/etcd.go.
 */
export function etcdConfigSource(options: EtcdConfigSourceOptions = {}): ConfigSource {
  const o = table.resolve(options, 'etcdConfigSource');
  const etcd = createEtcdClient({ endpoints: o.endpoints!, auth: o.auth, tls: o.tls, dialTimeoutMs: o.dialTimeoutMs, requestTimeoutMs: o.requestTimeoutMs });
  const name = `etcd ${o.endpoints!.join(',')}`;
  const read = o.parse ?? parse;
  let closed = false;
  return {
    name,
    watch(key, sink, signal) {
      if (closed || signal.aborted) return;
      follow(etcd, key, sink, read, signal);
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      await etcd.close();
    },
  };
}

function follow(etcd: EtcdClient, key: string, sink: ConfigSink, read: (text: string) => unknown, signal: AbortSignal): void {
  /** What was told last as it stands in the store; null = there is none; undefined = nothing was told, or a complaint since. */
  let told: string | null | undefined;
  const tell = (now: string | null): void => {
    if (now === told) return;
    let document: unknown;
    if (now !== null) {
      try {
        document = read(now);
      } catch (e) {
        told = undefined;
        sink.stale(new ConfigInvalidError(`${key}: ${toError(e).message}`, { cause: e }));
        return;
      }
    }
    told = now;
    sink.update(document);
  };
  etcd.watch(
    key,
    {
      snapshot(kvs) {
        tell(textOf(kvs[0]?.value));
      },
      events(events) {
        for (const e of events) tell(e.type === 'put' ? textOf(e.value) : null);
      },
      failed(e) {
        sink.stale(e);
      },
    },
    signal,
    { exact: true },
  );
}

function textOf(value: Uint8Array | undefined): string | null {
  return value === undefined ? null : Buffer.from(value.buffer, value.byteOffset, value.length).toString();
}
