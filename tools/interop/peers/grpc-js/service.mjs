// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { fileURLToPath } from 'node:url';
import { loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const file = fileURLToPath(new URL('../../idl/streams.proto', import.meta.url));

/** The client class of PStreams, with its `service`. */
export const { PStreams } = loadPackageDefinition(loadSync(file, { keepCase: true, longs: Number, defaults: true })).interop;
export const item = (v) => ({ text: '', number: 0, raw: Buffer.alloc(0), ...v });
/** 16 MiB messages are among the cases. */
export const limits = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 };
