// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { loopClock } from '@cloudwego/gopkg/clock';
import type { Clock } from '@cloudwego/gopkg/clock';
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Address, Connection, DialOptions, Listener, ListenOptions, Network } from '@cloudwego/gopkg/io';
import { listenSettings } from '../accept/options.js';
import { DialLimits } from '../dial/limits.js';
import { canceled } from '../dial/telling.js';
import { ArrivalBound } from './arrival-bound.js';
import type { StreamShared } from './connection.js';
import { StreamDial } from './dial.js';
import { ConnectionIds } from './ids.js';
import { StreamListener } from './listener.js';
import { OutputSlab } from './output.js';

/** The pure engine: node:net below, the push contract above. */
export class StreamNetwork implements Network {
  readonly engine: string = 'stream';
  readonly clock: Clock;
  private readonly shared: StreamShared;
  private readonly limits: DialLimits;
  private readonly arrival: ArrivalBound;

  constructor(limits: { readonly maxUnreadBytes: number; readonly highWaterBytes: number }) {
    this.clock = loopClock();
    this.shared = { clock: this.clock, ids: new ConnectionIds(), output: new OutputSlab(true), ...limits };
    this.limits = new DialLimits(this.clock);
    this.arrival = new ArrivalBound(this.clock);
  }

  async listen(a: Address, accept: (c: Connection) => void, o?: ListenOptions): Promise<Listener> {
    const settings = listenSettings(o);
    if (settings.reusePort && !reusePortWorks()) {
      throw new OptionError('listen.reusePort', `listen.reusePort: got true, wanted Node 22.12 or 23.1 and later (this is ${process.version})`);
    }
    const listener = new StreamListener(this.shared, a, accept, settings);
    await listener.start();
    return listener;
  }

  /** No byte that is read in this turn arrived before this. Clock.now() scale. */
  get arrivedAfter(): number {
    return this.arrival.arrivedAfter;
  }

  dial(a: Address, o: DialOptions = {}): Promise<Connection> {
    return new Promise((resolve, reject) => {
      if (o.signal?.aborted === true) reject(canceled(a, o.signal));
      else new StreamDial(this.shared, this.limits, a, o, resolve, reject).begin();
    });
  }
}

function reusePortWorks(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
}
