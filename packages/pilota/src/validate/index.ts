// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Rules of IDLs about values: vt.* of thrift-gen-validator, and the expressions of api.vd.
export { RuleError, ValidationError } from './errors.js';
export type { Fault } from './errors.js';
export { compileRules, validator } from './validator.js';
export type { Validator, ValidatorOptions } from './validator.js';

// The expression language by itself, for binders of other frameworks
export { compileVd } from './vd.js';
export type { FieldLookup, RuleFunction, RuleFunctions, VdRule, VdScope } from './vd.js';
