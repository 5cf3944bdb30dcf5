// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export type { OptionSpec, OptionTable } from './option-table.js';
export { any, bool, func, instance, int, list, nested, num, oneOf, optionTable, record, text } from './option-table.js';
