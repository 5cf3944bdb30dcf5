// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// npm run demo: starts the shop, sends buyers, kills processes meanwhile, checks that everything adds up, serves the page.

import { demo } from '../dist/demo/demo.js';

process.exitCode = await demo(process.argv.slice(2));
