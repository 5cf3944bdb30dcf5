// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isThenable } from '@cloudwego/gopkg/async';
import type { Awaitable } from '@cloudwego/gopkg/async';
import { formatAddress } from '@cloudwego/gopkg/io';
import { GetConnectionError, textOf } from '../../errors.js';
import type { Stage } from '../../stages.js';
import type { ClientCall } from '../call.js';
import type { ClientConn } from '../conn.js';

export const connect: Stage = {
  name: 'connect',
  file: 'client/stages/connect.ts',
  side: 'client',
  when: 'always, once per attempt: an idle connection of the pool, else a new one within connectTimeoutMs',
};

/** Gets a connection to the call's instance. Fails with {@link GetConnectionError}, which names the address and the option. */
export function getConnection(call: ClientCall): Awaitable<ClientConn> {
  call.mark(connect);
  call.event('ClientConnStart');
  const address = call.instance!.address;
  let c: Awaitable<ClientConn>;
  try {
    c = call.pool.get(address, { connectTimeoutMs: call.connectTimeoutMs, signal: call.signal });
  } catch (e) {
    throw refused(call, e);
  }
  if (!isThenable(c)) {
    call.event('ClientConnFinish');
    return c;
  }
  return c.then(
    (conn) => {
      call.event('ClientConnFinish');
      return conn as ClientConn;
    },
    (e: unknown) => {
      throw refused(call, e);
    },
  );
}

function refused(call: ClientCall, e: unknown): GetConnectionError {
  call.eventEnd('ClientConnFinish', e);
  const address = formatAddress(call.instance!.address);
  const text = textOf(e);
  return new GetConnectionError(text.includes(address) ? text : `${address}: ${text} (connectTimeoutMs ${call.connectTimeoutMs})`, { cause: e });
}
