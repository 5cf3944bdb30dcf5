// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { Diagnosis } from './diagnosis.js';
export type { Probe } from './diagnosis.js';
export { diagnosisApp } from './endpoint.js';
export type { DiagnosisAppOptions } from './endpoint.js';
