// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Address, Network } from '@cloudwego/gopkg/io';

/** Limits that the suite asks a network to have, so that its cases need not move megabytes. Unit bytes. */
export interface SuiteLimits {
  readonly maxUnreadBytes: number;
  readonly highWaterBytes: number;
}

/**
 * What a network may have or lack.
 * `tcp`: its own addresses are TCP ones; `tls`: `startTls` and `DialOptions.tls`; `reset`: a connection that is destroyed with unread bytes resets its peer; `detach`: `detach()` gives a descriptor;
 * `reusePort`: two listeners share a port; `files`: unix addresses are files; `abstract`: abstract unix names; `ipv6`: `::1` can be listened on.
 */
export type Capability = 'tcp' | 'tls' | 'reset' | 'detach' | 'reusePort' | 'files' | 'abstract' | 'ipv6';

/** An address that lets dials hang: nobody refuses and nobody answers. */
export interface SilentAddress extends AsyncDisposable {
  readonly address: Address;
}

/** The network under test. */
export interface NetworkSubject {
  /** A fresh network with these limits. */
  create(limits: SuiteLimits): Network;
  /** Where to listen; another place on every call, or a port 0. */
  address(): Address;
  readonly has: readonly Capability[];
  /** More bytes than the network takes from a writer that nobody reads from. @defaultValue 24 MiB, more than Linux takes on one machine */
  readonly bulkBytes?: number;
  /** A unix socket file that does not exist yet; wanted with `files`. */
  path?(): string;
  /** See {@link SilentAddress}. Absent: the case of the dial that times out is skipped. */
  silent?(network: Network): Promise<SilentAddress>;
}
