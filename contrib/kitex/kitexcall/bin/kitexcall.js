#!/usr/bin/env node
// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { main } from '../dist/index.js';

process.exitCode = await main(process.argv.slice(2));
