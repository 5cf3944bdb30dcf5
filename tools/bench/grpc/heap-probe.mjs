// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Loaded before a server (`node --import`): tells at each SIGUSR2 what is on the heap. With a young generation too large to be collected, the difference of two is
// what was allocated between them.

process.on('SIGUSR2', () => process.stderr.write(`HEAP ${process.memoryUsage().heapUsed}\n`));
