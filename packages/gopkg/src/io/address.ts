// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** Where a peer is. Plain data, cloneable; `formatAddress` gives its map key. */
export type Address =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** A leading NUL in `path` names an abstract socket. */
  | { readonly kind: 'unix'; readonly path: string }
  /** `control`: the control socket, `unix:/x` or `host:port`. */
  | { readonly kind: 'shmipc'; readonly control: string }
  /** Tests and calls inside one process. */
  | { readonly kind: 'memory'; readonly name: string };

/** `'127.0.0.1:80'`, `':80'`, `'[::1]:80'`, `'unix:/x'`, `'unix:@abstract'`, `'shmipc:unix:/x'`, `'memory:name'`, or an {@link Address}. */
export type AddressLike = Address | string;

export { formatAddress, parseAddress } from './address-text.js';
