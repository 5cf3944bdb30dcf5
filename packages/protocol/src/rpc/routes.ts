// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import type { NameTable } from '../engine.js';

/** Finds names in bytes by an FNV-1a hash and one comparison; no string is made. */
export class ByteNameTable implements NameTable {
  private readonly slots: Int32Array;
  private readonly mask: number;
  private readonly names: Buffer[];
  private readonly values: number[];

  /** `names[i]` is found as `values[i]`, or as i. */
  constructor(names: readonly string[], values?: readonly number[]) {
    let size = 8;
    while (size < names.length * 2) size *= 2;
    this.slots = new Int32Array(size).fill(-1);
    this.mask = size - 1;
    this.names = names.map((n) => Buffer.from(n, 'utf8'));
    this.values = names.map((_, i) => values?.[i] ?? i);
    for (let i = 0; i < this.names.length; i++) {
      const b = this.names[i]!;
      let s = hash(b, 0, b.length) & this.mask;
      while (this.slots[s]! >= 0) s = (s + 1) & this.mask;
      this.slots[s] = i;
    }
  }

  find(buf: Buffer, start: number, end: number): number {
    const n = end - start;
    for (let s = hash(buf, start, end) & this.mask; ; s = (s + 1) & this.mask) {
      const i = this.slots[s]!;
      if (i < 0) return -1;
      const name = this.names[i]!;
      if (name.length !== n) continue;
      let k = 0;
      while (k < n && name[k] === buf[start + k]) k++;
      if (k === n) return this.values[i]!;
    }
  }
}

function hash(b: Uint8Array, start: number, end: number): number {
  let h = 0x811c9dc5;
  for (let i = start; i < end; i++) h = Math.imul(h ^ b[i]!, 0x01000193);
  return h ^ (h >>> 15);
}

/** A service as routing sees it. */
export interface RouteService {
  readonly name: string;
  readonly methods: readonly string[];
  /** Takes requests that name no service, before the others. @defaultValue false */
  readonly fallback?: boolean | undefined;
}

/** What routing found; -1 = unknown. `method` is local to `service`. */
export interface Route {
  service: number;
  method: number;
}

/**
 * Which service and method a request means, from bytes.
 * Shape: a known name is that service; no name is the fallback service's method, then the first service that has the method; an unknown name is a method
 *        that exactly one service has. With `strict` only a known name counts.
 * Source: cloudwego/kitex server/service.go (services.SearchService).
 */
export class RouteTable {
  readonly services: readonly RouteService[];
  readonly strict: boolean;
  private readonly serviceNames: ByteNameTable;
  private readonly methodNames: readonly ByteNameTable[];
  /** Method name → service: for requests without a service name, and for those with an unknown one. */
  private readonly unnamed: ByteNameTable;
  private readonly unique: ByteNameTable;

  /** Errors: {@link OptionError} for two services of one name, two fallbacks, or a method of two services of which none is the fallback. */
  constructor(services: readonly RouteService[], o: { readonly strict?: boolean | undefined } = {}) {
    this.services = services;
    this.strict = o.strict === true;
    const first = new Map<string, number>();
    const owners = new Map<string, number>();
    const seen = new Set<string>();
    const fallback = services.findIndex((s) => s.fallback === true);
    const preferred = new Set(services[fallback]?.methods);
    services.forEach((s, i) => {
      if (seen.has(s.name)) throw new OptionError('register', `register: the service "${s.name}" is registered already`);
      seen.add(s.name);
      if (s.fallback === true && i !== fallback) {
        throw new OptionError('register', `register: both "${services[fallback]!.name}" and "${s.name}" are fallback services, wanted at most one`);
      }
      for (const m of new Set(s.methods)) {
        const other = first.get(m);
        if (other !== undefined && !preferred.has(m) && !this.strict) {
          throw new OptionError(
            'register',
            `register: the method "${m}" is in the services "${services[other]!.name}" and "${s.name}", wanted { fallback: true } on one of them or refuseTrafficWithoutServiceName`,
          );
        }
        if (other === undefined) first.set(m, i);
        owners.set(m, (owners.get(m) ?? 0) + 1);
      }
    });
    for (const m of preferred) first.set(m, fallback);
    this.serviceNames = new ByteNameTable(services.map((s) => s.name));
    this.methodNames = services.map((s) => new ByteNameTable(s.methods));
    this.unnamed = new ByteNameTable([...first.keys()], [...first.values()]);
    const single = [...first].filter(([m]) => owners.get(m) === 1);
    this.unique = new ByteNameTable(
      single.map(([m]) => m),
      single.map(([, s]) => s),
    );
  }

  /** Looks a request up. `serviceStart < 0` = it names no service. The answer is left in `out`. */
  find(buf: Buffer, serviceStart: number, serviceEnd: number, methodStart: number, methodEnd: number, out: Route): void {
    let service = -1;
    if (serviceStart >= 0 && serviceEnd > serviceStart) {
      service = this.serviceNames.find(buf, serviceStart, serviceEnd);
      if (service < 0 && !this.strict) service = this.unique.find(buf, methodStart, methodEnd);
    } else if (!this.strict) {
      service = this.unnamed.find(buf, methodStart, methodEnd);
    }
    out.service = service;
    out.method = service < 0 ? -1 : this.methodNames[service]!.find(buf, methodStart, methodEnd);
  }
}

/** Makes a {@link RouteTable}. */
export function createRouteTable(services: readonly RouteService[], o?: { readonly strict?: boolean | undefined }): RouteTable {
  return new RouteTable(services, o);
}
