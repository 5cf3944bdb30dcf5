// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { parseAddress } from '@cloudwego/gopkg/io';
import type { Instance, Registration, Registry, Resolver } from '../spi.js';
import type { ContractCase, ContractTest } from '@cloudwego/gopkg/testing';
import { eventually, never, quiet, rejection, texts } from './support.js';

/** A registry under test with a resolver that reads the same store. */
export interface RegistryFixture {
  readonly registry: Registry;
  readonly resolver: Resolver;
  /** Makes the store lose what `r` wrote, as an expired session does. Absent: the rule about healing is skipped. */
  lose?(r: Registration): Promise<void>;
}

/** What the suite needs to run on an implementation. */
export interface RegistrySubject {
  /** A fresh store. `t.after` ends what is made. */
  create(t: ContractTest): RegistryFixture | Promise<RegistryFixture>;
  /** Fixtures have `lose`. @defaultValue false */
  readonly loses?: boolean | undefined;
  /** Addresses that the store can hold beside IPv4. @defaultValue ['unix', 'ipv6'] */
  readonly addresses?: readonly ('unix' | 'ipv6')[] | undefined;
  /** Of two registrations of one address the younger counts, and the older one may go without harm. @defaultValue false */
  readonly takeover?: boolean | undefined;
}

type Info = Instance & { readonly service: string };

/**
 * The rules of {@link Registry} and {@link Registration}, as a resolver of the same store sees them.
 * Errors: cases throw AssertionError.
 */
export function registryContract(subject: RegistrySubject): readonly ContractCase[] {
  const cases: ContractCase[] = [];
  const kinds = subject.addresses ?? ['unix', 'ipv6'];
  const add = (name: string, skip: string | undefined, run: (w: Work) => Promise<void>): void => {
    cases.push({ name, skip, run: async (t) => run(new Work(await subject.create(t), t)) });
  };

  add('what is registered is found, with weight and tags', undefined, async (w) => {
    const r = await w.register(info(1, { weight: 7, tags: { zone: 'a', 'odd key=': 'ü "quoted"\n' } }));
    assert.equal(r.status, 'active');
    await w.sees('s', [info(1, { weight: 7, tags: { zone: 'a', 'odd key=': 'ü "quoted"\n' } })]);
  });

  add('services are kept apart, whatever they are called', undefined, async (w) => {
    const names = ['s', 's.a', 's/a', '../s', 'S s', 'ü'];
    for (const [i, service] of names.entries()) await w.register({ ...info(i + 1), service });
    for (const [i, service] of names.entries()) await w.sees(service, [info(i + 1)]);
  });

  add('several instances of a service are found, and one goes alone', undefined, async (w) => {
    const a = await w.register(info(1));
    await w.register(info(2));
    await w.register(info(3));
    await w.sees('s', [info(1), info(2), info(3)]);
    await a[Symbol.asyncDispose]();
    await w.sees('s', [info(2), info(3)]);
  });

  add('unix addresses', kinds.includes('unix') ? undefined : 'the store holds no unix addresses', async (w) => {
    const i = { ...info(1), address: parseAddress('unix:/tmp/with space.sock', 'contract') };
    await w.register(i);
    await w.sees('s', [i]);
  });

  add('IPv6 addresses', kinds.includes('ipv6') ? undefined : 'the store holds no IPv6 addresses', async (w) => {
    const i = { ...info(1), address: parseAddress('[::1]:80', 'contract') };
    await w.register(i);
    await w.sees('s', [i]);
  });

  add('update changes what is found', undefined, async (w) => {
    const r = await w.register(info(1));
    await r.update({ weight: 3 });
    await w.sees('s', [info(1, { weight: 3 })]);
    await r.update({ tags: { v: '2' } });
    await w.sees('s', [info(1, { weight: 3, tags: { v: '2' } })]);
    assert.equal(r.status, 'active');
  });

  add('updates that overlap end as the last one says', undefined, async (w) => {
    const r = await w.register(info(1));
    await Promise.all(Array.from({ length: 10 }, (_, i) => r.update({ weight: i + 1 })));
    await w.sees('s', [info(1, { weight: 10 })]);
  });

  add('a registration that is disposed is gone, and says so once', undefined, async (w) => {
    const r = await w.register(info(1));
    await w.sees('s', [info(1)]);
    const told: string[] = [];
    r.onChange(() => told.push(r.status));
    await Promise.all([r[Symbol.asyncDispose](), r[Symbol.asyncDispose]()]);
    await r[Symbol.asyncDispose]();
    assert.equal(r.status, 'closed');
    assert.deepEqual(told, ['closed']);
    await w.sees('s', []);
    await rejection(() => r.update({ weight: 1 }), 'update of a closed registration');
    await w.sees('s', []);
  });

  add('an update under way does not outlive its registration', undefined, async (w) => {
    for (let i = 0; i < 10; i++) {
      const r = await w.register(info(1));
      const update = r.update({ weight: 2 }).catch(() => undefined);
      await r[Symbol.asyncDispose]();
      await update;
    }
    await w.sees('s', []);
    await quiet();
    await w.sees('s', []);
  });

  add('onChange ends with its Disposable', undefined, async (w) => {
    const r = await w.register(info(1));
    let told = 0;
    r.onChange(() => told++)[Symbol.dispose]();
    await r[Symbol.asyncDispose]();
    assert.equal(told, 0);
  });

  add('a signal that has aborted registers nothing', undefined, async (w) => {
    const reason = new Error('the server stops');
    const e = await rejection(() => w.f.registry.register(info(1), AbortSignal.abort(reason)), 'register');
    assert.ok(e === reason || e.cause === reason, `it should fail with the reason, got: ${e.message}`);
    await w.sees('s', []);
  });

  add('a signal that aborts while registering leaves nothing, or a registration that can be disposed', undefined, async (w) => {
    for (let i = 0; i < 10; i++) {
      const stop = new AbortController();
      const p = w.f.registry.register(info(1), stop.signal);
      stop.abort(new Error('the server stops'));
      await p.then(
        (r) => r[Symbol.asyncDispose](),
        () => undefined,
      );
    }
    await w.sees('s', []);
    await quiet();
    await w.sees('s', []);
  });

  add('a registration is not bound to its signal afterwards', undefined, async (w) => {
    const starting = new AbortController();
    const r = await w.f.registry.register(info(1), starting.signal);
    w.t.after(async () => r[Symbol.asyncDispose]());
    starting.abort(new Error('the start is over'));
    await quiet();
    assert.equal(r.status, 'active');
    await w.sees('s', [info(1)]);
  });

  add('what the store lost comes back by itself: lost, then active', subject.loses === true ? undefined : 'the store cannot be made to lose it', async (w) => {
    const r = await w.register(info(1, { weight: 4 }));
    await w.sees('s', [info(1, { weight: 4 })]);
    const told: string[] = [];
    r.onChange(() => told.push(r.status));
    await w.f.lose!(r);
    await eventually(() => told, ['lost', 'active'], 'it heals');
    await w.sees('s', [info(1, { weight: 4 })]);
  });

  add('one address registered twice is one instance, the younger; the older goes without harm', subject.takeover === true ? undefined : 'the store has one place per address', async (w) => {
    const old = await w.register(info(1, { tags: { v: '1' } }));
    const young = await w.register(info(1, { tags: { v: '2' } }));
    await w.sees('s', [info(1, { tags: { v: '2' } })]);
    await old[Symbol.asyncDispose]();
    await w.sees('s', [info(1, { tags: { v: '2' } })]);
    await quiet();
    await w.sees('s', [info(1, { tags: { v: '2' } })]);
    assert.equal(young.status, 'active');
  });

  return cases;
}

function info(port: number, more: Partial<Instance> = {}): Info {
  return { service: 's', address: parseAddress(`127.0.0.1:${port}`, 'contract'), weight: 10, tags: {}, ...more };
}

/** The workplace of one case. */
class Work {
  readonly f: RegistryFixture;
  readonly t: ContractTest;

  constructor(f: RegistryFixture, t: ContractTest) {
    this.f = f;
    this.t = t;
  }

  async register(i: Info): Promise<Registration> {
    const r = await this.f.registry.register(i, never);
    this.t.after(async () => r[Symbol.asyncDispose]());
    return r;
  }

  sees(service: string, wanted: readonly Instance[]): Promise<void> {
    const key = this.f.resolver.key({ service, method: 'M', tags: {} });
    return eventually(async () => texts(await this.f.resolver.resolve(key, never)), texts(wanted), `instances of "${service}"`);
  }
}
