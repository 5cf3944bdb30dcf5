// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Stage } from '../stages.js';
import { route } from './stages/route.js';
import { refuse } from './stages/refuse.js';
import { trace } from './stages/trace.js';
import { readMetaStage } from './stages/read-meta.js';
import { read } from './stages/read.js';
import { middlewares } from './stages/middlewares.js';
import { acl } from './stages/acl.js';
import { unaryMiddlewares } from './stages/unary-middlewares.js';
import { handlerStage } from './stages/handler.js';
import { errorHandlerStage } from './stages/error-handler.js';
import { writeMetaStage } from './stages/write-meta.js';
import { recv } from './stages/recv.js';
import { send } from './stages/send.js';
import { streamEnd } from './stages/stream-end.js';
import { streamHandler } from './stages/stream-handler.js';
import { streamMiddlewares } from './stages/stream-middlewares.js';
import { write } from './stages/write.js';
import { finishStage } from './stages/finish.js';

/** The order in which a server runs a call. */
export const serverStages: readonly Stage[] = [
  route,
  refuse,
  trace,
  readMetaStage,
  read,
  middlewares,
  acl,
  unaryMiddlewares,
  handlerStage,
  errorHandlerStage,
  writeMetaStage,
  write,
  finishStage,
];

/** The order in which a server runs a stream; `recv` and `send` come again with every message. */
export const serverStreamStages: readonly Stage[] = [
  route,
  refuse,
  trace,
  readMetaStage,
  middlewares,
  acl,
  streamMiddlewares,
  streamHandler,
  recv,
  writeMetaStage,
  send,
  errorHandlerStage,
  streamEnd,
  finishStage,
];
