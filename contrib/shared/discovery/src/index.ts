// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { advertise, type AdvertiseOptions } from './advertise.js';
export { parseWrittenAddress, readInstance, writeInstance } from './document.js';
export { StoredRegistration } from './registration.js';
export { selfHealing } from './self-healing.js';
export type { SelfHealingOptions, StoreSession } from './self-healing.js';
export { registrationSpecs, storeRegistry } from './store-registry.js';
export type { RegistrationOptions } from './store-registry.js';
export { AdvertiseError, RegistrationClosedError } from './errors.js';
