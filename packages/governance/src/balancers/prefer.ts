// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Context } from '@cloudwego/gopkg/context';
import { formatAddress } from '@cloudwego/gopkg/io';
import { instance, int, optionTable, text } from '@cloudwego/gopkg/options';
import { hash } from '@cloudwego/gopkg/xxhash3';
import type { Instance, LoadBalancer, Picker, Snapshot, Target } from '../spi.js';
import { live } from './live.js';

/** Picks among some instances, and among the others when none of those may be picked. */
class PreferPicker implements Picker {
  private readonly chosen: ReadonlySet<Instance>;
  private readonly first: Picker;
  private readonly rest: Picker | undefined;

  constructor(s: Snapshot, chosen: readonly Instance[], next: LoadBalancer, previous: Picker | undefined) {
    const before = previous instanceof PreferPicker ? previous : undefined;
    this.chosen = new Set(chosen);
    const part = (name: string, instances: readonly Instance[]): Snapshot => ({ key: `${s.key}#${name}`, version: s.version, instances });
    const others = s.instances.filter((i) => !this.chosen.has(i));
    this.first = next.picker(part('preferred', chosen), before?.first);
    this.rest = others.length === 0 ? undefined : next.picker(part('others', others), before?.rest);
  }

  pick(ctx: Context, t: Target, tried: readonly Instance[]): Instance | undefined {
    return this.first.pick(ctx, t, tried) ?? this.rest?.pick(ctx, t, tried);
  }

  done(i: Instance, outcome: 'ok' | 'fail' | 'timeout' | 'refused', latencyMs: number, load: number): void {
    (this.chosen.has(i) ? this.first : this.rest)?.done?.(i, outcome, latencyMs, load);
  }
}

/** Options of {@link locality}. */
export interface LocalityOptions {
  /** Where this process is; an empty text = nowhere: all instances are alike. */
  readonly zone: string;
  /** Tag in which an instance says where it is. @defaultValue 'zone' */
  readonly tag?: string | undefined;
  /** The zone is left while it has fewer instances than so many percent of all; 0 = never. Integer from 0 to 100. @defaultValue 0 */
  readonly minPercent?: number | undefined;
  /** Chooses within a zone. */
  readonly next: LoadBalancer;
}

const localityTable = optionTable<LocalityOptions>({
  zone: text({ required: true, empty: true }),
  tag: text({ default: 'zone' }),
  minPercent: int({ min: 0, max: 100, default: 0 }),
  next: instance<LoadBalancer>('a LoadBalancer', ['picker'], { required: true }),
});

/**
 * Prefers instances of the own zone; the others serve when the zone has none, too few, or none that the call has not tried.
 * Beyond the original.
 */
export function locality(options: LocalityOptions): LoadBalancer {
  const o = localityTable.resolve(options, 'locality');
  return {
    name: `locality_${o.next.name}`,
    usesLoad: o.next.usesLoad,
    picker(s, previous) {
      const all = live(s);
      const own = o.zone === '' ? all : all.filter((i) => i.tags[o.tag!] === o.zone);
      const enough = own.length > 0 && own.length * 100 >= all.length * o.minPercent!;
      return new PreferPicker(s, enough ? own : all, o.next, previous);
    },
  };
}

/** Options of {@link subset}. */
export interface SubsetOptions {
  /** Instances that this client keeps connections to. Integer >= 1. */
  readonly size: number;
  /** Tells clients apart, and stays the same over restarts: host name and port, pod name. */
  readonly clientId: string;
  /** Chooses within the subset. */
  readonly next: LoadBalancer;
}

const subsetTable = optionTable<SubsetOptions>({
  size: int({ min: 1, required: true }),
  clientId: text({ required: true }),
  next: instance<LoadBalancer>('a LoadBalancer', ['picker'], { required: true }),
});

/**
 * Keeps to a few instances of a large service, so that not everyone is connected to everyone. Which ones: those with the highest
 * `XXH3-64(clientId, NUL, address)`; a change of the list therefore moves one member at a time. Others serve when the call has tried all of them.
 * Beyond the original. Source: Thaler and Ravishankar, rendezvous hashing (1998).
 */
export function subset(options: SubsetOptions): LoadBalancer {
  const o = subsetTable.resolve(options, 'subset');
  return {
    name: `subset_${o.next.name}`,
    usesLoad: o.next.usesLoad,
    picker(s, previous) {
      const all = live(s);
      if (all.length <= o.size) return new PreferPicker(s, all, o.next, previous);
      const scored = all.map((i) => ({ i, score: hash(`${o.clientId}\0${formatAddress(i.address)}`) }));
      scored.sort((a, b) => (a.score < b.score ? 1 : a.score > b.score ? -1 : 0));
      return new PreferPicker(s, scored.slice(0, o.size).map((x) => x.i), o.next, previous);
    },
  };
}
