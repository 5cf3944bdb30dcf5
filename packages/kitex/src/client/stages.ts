// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Stage } from '../stages.js';
import { acl } from './stages/acl.js';
import { breaker, instanceBreaker } from './stages/breaker.js';
import { connect } from './stages/connect.js';
import { dispatch } from './stages/dispatch.js';
import { errorHandlerStage } from './stages/error-handler.js';
import { fallback } from './stages/fallback.js';
import { finishStage } from './stages/finish.js';
import { instanceMiddlewares } from './stages/instance-middlewares.js';
import { middlewares } from './stages/middlewares.js';
import { openStream } from './stages/open-stream.js';
import { prepare } from './stages/prepare.js';
import { readMetaStage } from './stages/read-meta.js';
import { read } from './stages/read.js';
import { recv } from './stages/recv.js';
import { retry } from './stages/retry.js';
import { send } from './stages/send.js';
import { timeout } from './stages/timeout.js';
import { trace } from './stages/trace.js';
import { writeMetaStage } from './stages/write-meta.js';
import { write } from './stages/write.js';

/** The order in which a client runs a call. */
export const clientStages: readonly Stage[] = [
  prepare,
  trace,
  retry,
  breaker,
  timeout,
  middlewares,
  acl,
  dispatch,
  instanceBreaker,
  instanceMiddlewares,
  connect,
  writeMetaStage,
  write,
  readMetaStage,
  read,
  errorHandlerStage,
  fallback,
  finishStage,
];

/** The order in which a client runs a stream; `send` and `recv` come again with every message. */
export const clientStreamStages: readonly Stage[] = [
  prepare,
  trace,
  breaker,
  timeout,
  middlewares,
  acl,
  dispatch,
  instanceBreaker,
  instanceMiddlewares,
  connect,
  writeMetaStage,
  openStream,
  send,
  recv,
  errorHandlerStage,
  finishStage,
];
