// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { defineProject, mergeConfig } from 'vitest/config';
import { shared } from '../../../vitest.shared.ts';

export default mergeConfig(shared, defineProject({ test: { name: 'kitex-kitexcall' } }));
