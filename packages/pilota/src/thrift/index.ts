// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Everything that is done with Thrift values beside sending them: it goes by the shapes that generated code has.
export { binaryCodec, compactCodec } from './codec.js';
export { clone, cut, equals } from './values.js';
export { fromJson, toJson, toView } from './json.js';
export type { JsonOptions } from './json.js';
export { inspect } from './inspect.js';
export type { InspectOptions } from './inspect.js';
export { FieldMask, FieldMaskError } from './mask.js';
export type { FieldMaskOptions } from './mask.js';
export { StructShape } from './shape.js';
export type { Annotations, EnumShape, FieldShape, I64Shape, ListShape, MapShape, Requiredness, ScalarShape, Shape } from './shape.js';
