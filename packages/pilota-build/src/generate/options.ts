// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { any, bool, list, oneOf, optionTable, record, text } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';
import type { GeneratorPlugin } from './plugin.js';

/** How an i64 looks in TypeScript. */
export type I64Mode = 'bigint' | 'number' | 'string';

/** Options of {@link generateThrift}. */
export interface GenerateOptions {
  /** The annotation `ts.i64 = "number"` on a field or type wins. @defaultValue 'bigint' */
  readonly i64?: I64Mode | undefined;
  /** Fields that the IDL does not know are kept and sent on. @defaultValue false */
  readonly keepUnknownFields?: boolean | undefined;
  /** Only the root file is generated; what it includes is expected beside it. @defaultValue false */
  readonly noRecurse?: boolean | undefined;
  /** Namespace path or file path of an IDL, to the module that has its types: nothing is generated for it. */
  readonly use?: Readonly<Record<string, string>> | undefined;
  /** End of relative imports. @defaultValue '.js' */
  readonly importExtension?: '.js' | '.ts' | '' | undefined;
  /** Names of functions that the application gives its validators: rules may call them. @defaultValue none */
  readonly validatorFunctions?: readonly string[] | undefined;
  /** Take part in what is generated, in this order. @defaultValue none */
  readonly plugins?: readonly GeneratorPlugin[] | undefined;
  /** Services have the descriptor of their IDL: `Service.descriptor()`. @defaultValue false */
  readonly descriptors?: boolean | undefined;
  /** Name and version of the tool, for the first line. @defaultValue 'kitex' */
  readonly generator?: string | undefined;
}

/** Options with their defaults. */
export interface ResolvedGenerateOptions {
  readonly i64: I64Mode;
  readonly keepUnknownFields: boolean;
  readonly noRecurse: boolean;
  readonly use: Readonly<Record<string, string>>;
  readonly importExtension: string;
  readonly validatorFunctions: readonly string[];
  readonly plugins: readonly GeneratorPlugin[];
  readonly descriptors: boolean;
  readonly generator: string;
}

const table: OptionTable<GenerateOptions> = optionTable<GenerateOptions>({
  i64: oneOf<I64Mode>(['bigint', 'number', 'string'], { default: 'bigint' }),
  keepUnknownFields: bool({ default: false }),
  noRecurse: bool({ default: false }),
  use: record(text()),
  importExtension: any<'.js' | '.ts' | ''>({ default: '.js', what: '".js", ".ts" or ""', test: (v) => v === '.js' || v === '.ts' || v === '' }),
  validatorFunctions: list(text()),
  plugins: list(any<GeneratorPlugin>({ what: 'an object with a name and hooks', test: (v) => typeof v === 'object' && v !== null && typeof (v as { name?: unknown }).name === 'string' })),
  descriptors: bool({ default: false }),
  generator: text({ default: 'kitex' }),
});

/** Checks options and fills defaults. Errors: OptionError. */
export function resolveGenerateOptions(o: GenerateOptions): ResolvedGenerateOptions {
  const r = table.resolve(o, 'generate');
  return {
    i64: r.i64!,
    keepUnknownFields: r.keepUnknownFields!,
    noRecurse: r.noRecurse!,
    use: r.use ?? {},
    importExtension: r.importExtension!,
    validatorFunctions: r.validatorFunctions ?? [],
    plugins: r.plugins ?? [],
    descriptors: r.descriptors!,
    generator: r.generator!,
  };
}
