// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Address, Connection, DialOptions, Listener, ListenOptions, Network } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { listenSettings } from '../accept/options.js';
import { DialLimits } from '../dial/limits.js';
import { canceled } from '../dial/telling.js';
import { DialError } from '../errors.js';
import { PollConnection } from './connection.js';
import type { PollShared } from './connection.js';
import { Dial } from './dial.js';
import { TlsConnections } from './hand-over.js';
import { PollListener } from './listener.js';
import { addressFrom, checkDescriptor, generationOf, pollLoop, slotOf, systemError } from './loop.js';
import type { LoopStats } from './loop.js';
import type { NativeModule } from './native.js';

/** The native engine: sockets, reads and writes below in C++, the push contract above. */
export class PollNetwork implements Network {
  readonly engine: string = 'poll';
  readonly clock: Clock;
  private readonly shared: PollShared;
  private readonly limits: DialLimits;

  constructor(native: NativeModule, limits: { readonly maxUnreadBytes: number; readonly highWaterBytes: number }) {
    const loop = pollLoop(native);
    this.clock = loop.clock;
    this.shared = { loop, output: loop.output, tls: new TlsConnections(loop, limits), ...limits };
    this.limits = new DialLimits(loop.clock);
  }

  async listen(a: Address, accept: (c: Connection) => void, o?: ListenOptions): Promise<Listener> {
    check(a);
    const listener = new PollListener(this.shared, a, accept, listenSettings(o));
    await listener.start();
    return listener;
  }

  dial(a: Address, o: DialOptions = {}): Promise<Connection> {
    return new Promise((resolve, reject) => {
      check(a);
      if (o.signal?.aborted === true) reject(canceled(a, o.signal));
      else new Dial(this.shared, this.limits, a, o, resolve, reject).begin();
    });
  }

  /**
   * Takes over a connected stream socket: one that was detached, inherited or received from another process. The loop closes it from now on.
   * Errors: {@link OptionError} (GOPKG_OPTION_INVALID) for what is no number of a descriptor; {@link DialError} when the descriptor is no connected stream socket; it stays the caller's then.
   */
  adopt(fd: number): PollConnection {
    checkDescriptor(fd, 'adopt');
    const { loop } = this.shared;
    const id = loop.native.adopt(fd);
    if (id < 0) throw new DialError(`adopt ${fd}: ${systemError(-id, 'adopt').message}`, { cause: systemError(-id, 'adopt') });
    const nobody: Address = { kind: 'unix', path: '' };
    const [slot, generation] = [slotOf(id), generationOf(id)];
    const local = addressFrom(loop.native.address(slot, generation, false)) ?? nobody;
    return new PollConnection(this.shared, id, addressFrom(loop.native.address(slot, generation, true)) ?? local, local);
  }

  /** No byte of the batch that is served now arrived before this: what waited longer was seen in an earlier one. Clock.now() scale. */
  get arrivedAfter(): number {
    return this.shared.loop.arrivedAfter;
  }

  /** What the loop of this thread did so far, all networks together. */
  stats(): LoopStats {
    return this.shared.loop.stats();
  }
}

function check(a: Address): void {
  if (a.kind !== 'tcp' && a.kind !== 'unix') throw new OptionError('address', `address: got ${formatAddress(a)}, wanted a TCP or unix address for the engine "poll"`);
}
