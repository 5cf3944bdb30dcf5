// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Context } from '@cloudwego/gopkg/context';
import { func, instance, optionTable, text } from '@cloudwego/gopkg/options';
import type { Instance, LoadBalancer, Picker, Snapshot, Target } from '@cloudwego/governance';

/** Options of {@link tagging}. */
export interface TaggingOptions {
  /** Tag by which instances are grouped; one without it is in the group of the empty text. */
  readonly tag: string;
  /** The group of a call. No instance is picked where nobody has that value. */
  readonly value: (ctx: Context, t: Target) => string;
  /** Chooses within a group. It may be another `tagging`. */
  readonly next: LoadBalancer;
}

const table = optionTable<TaggingOptions>({
  tag: text({ required: true }),
  value: func<(ctx: Context, t: Target) => string>({ required: true }),
  next: instance<LoadBalancer>('a LoadBalancer', ['picker'], { required: true }),
});

/**
 * Balances among the instances whose tag has the value that the call asks for.
 * Errors: OptionError (GOPKG_OPTION_INVALID) at construction.
 * Source: kitex-contrib/loadbalance-tagging tagging.go New.
 */
export function tagging(options: TaggingOptions): LoadBalancer {
  const o = table.resolve(options, 'tagging');
  return { name: `tagging_${o.next.name}`, usesLoad: o.next.usesLoad, picker: (s, previous) => new TaggingPicker(s, previous instanceof TaggingPicker ? previous : undefined, o) };
}

class TaggingPicker implements Picker {
  private readonly groups = new Map<string, Picker>();
  private readonly groupOf = new Map<Instance, Picker>();
  private readonly value: TaggingOptions['value'];

  constructor(s: Snapshot, previous: TaggingPicker | undefined, o: TaggingOptions) {
    this.value = o.value;
    const lists = new Map<string, Instance[]>();
    for (const i of s.instances) {
      const v = i.tags[o.tag] ?? '';
      const list = lists.get(v);
      if (list === undefined) lists.set(v, [i]);
      else list.push(i);
    }
    for (const [v, instances] of lists) {
      const picker = o.next.picker({ key: `${s.key}#${o.tag}=${v}`, version: s.version, instances: Object.freeze(instances) }, previous?.groups.get(v));
      this.groups.set(v, picker);
      for (const i of instances) this.groupOf.set(i, picker);
    }
  }

  pick(ctx: Context, t: Target, tried: readonly Instance[]): Instance | undefined {
    return this.groups.get(this.value(ctx, t))?.pick(ctx, t, tried);
  }

  done(i: Instance, outcome: 'ok' | 'fail' | 'timeout' | 'refused', latencyMs: number, load: number): void {
    this.groupOf.get(i)?.done?.(i, outcome, latencyMs, load);
  }
}
