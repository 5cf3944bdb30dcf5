// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

const names: Map<string, string> = new Map();
const MAX_NAMES = 500;

/** `x-request-id` as `X-Request-Id`. Source: cloudwego/hertz internal/bytesconv, utils.NormalizeHeaderKey. */
function normalizeName(name: string): string {
  let n = names.get(name);
  if (n === undefined) {
    n = name.toLowerCase().replaceAll(/(^|-)[a-z]/g, (c) => c.toUpperCase());
    if (names.size < MAX_NAMES) names.set(name, n);
  }
  return n;
}

/** Fields that handlers set, in their order; cookies come last. */
export class ResponseFields {
  private readonly normalize: boolean;
  private readonly list: string[] = [];
  private cookies: Map<string, string> | undefined = undefined;

  constructor(normalize: boolean) {
    this.normalize = normalize;
  }

  add(name: string, value: string): void {
    this.list.push(this.normalize ? normalizeName(name) : name, value);
  }

  set(name: string, value: string): void {
    const lower = name.toLowerCase();
    let kept = 0;
    let placed = value === '';
    for (let i = 0; i < this.list.length; i += 2) {
      if (this.list[i]!.toLowerCase() === lower) {
        if (placed) continue;
        placed = true;
        this.list[kept++] = this.list[i]!;
        this.list[kept++] = value;
      } else {
        this.list[kept++] = this.list[i]!;
        this.list[kept++] = this.list[i + 1]!;
      }
    }
    this.list.length = kept;
    if (!placed) this.add(name, value);
  }

  get(name: string): string | undefined {
    const lower = name.toLowerCase();
    for (let i = 0; i < this.list.length; i += 2) if (this.list[i]!.toLowerCase() === lower) return this.list[i + 1];
    return undefined;
  }

  cookie(name: string, field: string): void {
    (this.cookies ??= new Map()).set(name, field);
  }

  writeTo(out: string[]): void {
    for (const s of this.list) out.push(s);
    if (this.cookies !== undefined) for (const field of this.cookies.values()) out.push('Set-Cookie', field);
  }
}
