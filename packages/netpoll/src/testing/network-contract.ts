// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ContractCase } from '@cloudwego/gopkg/testing';
import { Bench } from './contract/bench.js';
import { dialing } from './contract/dialing.js';
import { duplexRules } from './contract/duplex.js';
import { life } from './contract/life.js';
import { listening } from './contract/listening.js';
import { proxiedRules } from './contract/proxied.js';
import { receiving } from './contract/receiving.js';
import type { Need, Rule } from './contract/rule.js';
import { secureRules } from './contract/secure.js';
import type { Capability, NetworkSubject } from './contract/types.js';
import { writing } from './contract/writing.js';

const rules: readonly Rule[] = [...receiving, ...writing, ...life, ...listening, ...dialing, ...proxiedRules, ...secureRules, ...duplexRules];

function missing(subject: NetworkSubject, needs: readonly Need[]): string | undefined {
  for (const n of needs) {
    if (n === 'silent') {
      if (subject.silent === undefined) return 'there is no address that stays silent';
    } else if (n.startsWith('!')) {
      if (subject.has.includes(n.slice(1) as Capability)) return `not for a network with ${n.slice(1)}`;
    } else if (!subject.has.includes(n as Capability)) {
      return `this network is without ${n}`;
    }
  }
  return undefined;
}

/**
 * The contract of `Network`, `Listener`, `Connection` and `ByteConsumer` as data: one case per rule, over node:assert. A case runs on a network of its own,
 * closes what it opened, and fails by throwing. What the network lacks by `subject.has` is skipped by name.
 */
export function networkContract(subject: NetworkSubject): readonly ContractCase[] {
  return rules.map(({ name, needs, run }) => ({
    name,
    skip: missing(subject, needs),
    run: async (t) => {
      const b = new Bench(subject, t);
      await run(b);
      b.check();
    },
  }));
}
