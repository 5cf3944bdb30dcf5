// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';

/**
 * What validation libraries agreed on: zod, valibot, arktype and others give it as it is.
 * Source: standardschema.dev, StandardSchemaV1 and StandardJSONSchemaV1; written so that their types fit.
 */
export interface StandardSchema<In = unknown, Out = In> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Awaitable<StandardResult<Out>>;
    readonly types?: { readonly input: In; readonly output: Out } | undefined;
    /** JSON Schema of what comes in; libraries that have it let texts of queries become numbers and lists. */
    readonly jsonSchema?: { readonly input: (o: { readonly target: 'draft-2020-12' }) => Record<string, unknown> } | undefined;
  };
}

type StandardResult<Out> =
  | { readonly value: Out; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined }[] };

/** What a schema gives. */
export type SchemaOutput<S> = S extends { readonly '~standard': { readonly types?: { readonly output: infer Out } | undefined } } ? Out : never;
