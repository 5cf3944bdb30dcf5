// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Sonic } from '@cloudwego/sonic';

export type Json = string | number | bigint | boolean | null | undefined | readonly Json[] | ReadonlyMap<string, Json> | { readonly [key: string]: Json };

/** JSON as the shop speaks it. Amounts and counts are strings of digits, so that a browser loses none of them, and maps are objects. */
export const json: Sonic = new Sonic({ bigint: 'string', nonFinite: 'error' });
