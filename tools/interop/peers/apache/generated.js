// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { createRequire } from 'node:module';

// thrift --gen js:node makes CommonJS only.
const require = createRequire(import.meta.url);

export const thrift = require('thrift');
export const Int64 = require('node-int64');
export const Interop = require('./gen-nodejs/interop/Interop.js');
export const types = require('./gen-nodejs/interop/interop_types.js');
export const baseTypes = require('./gen-nodejs/interop/base_types.js');
export const Evolved = require('./gen-nodejs/evolved/Evolved.js');
export const evolvedTypes = require('./gen-nodejs/evolved/evolved_types.js');
export const NewerInterop = require('./gen-nodejs/newer/Interop.js');
export const Bench = require('./gen-nodejs/bench/Bench.js');
