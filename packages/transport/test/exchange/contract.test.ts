// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createNetwork } from '@cloudwego/netpoll';
import { createLogger } from '@cloudwego/gopkg/logger';
import { createNetpollCarrier, createNodeCarrier } from '@cloudwego/transport';
import { httpCarrierContract, runWithVitest } from '@cloudwego/transport/testing';
import { describe, it, onTestFinished } from 'vitest';

const vitest = { describe, it, onTestFinished };
const logger = createLogger({ write: () => undefined });
const address = '127.0.0.1:0';

runWithVitest(vitest, 'the netpoll carrier on node:net', httpCarrierContract({ create: () => createNetpollCarrier({ port: { address, logger, network: createNetwork({ engine: 'stream' }) } }) }));
runWithVitest(vitest, 'the netpoll carrier on its default engine', httpCarrierContract({ create: () => createNetpollCarrier({ port: { address, logger } }) }));
runWithVitest(vitest, 'the node carrier', httpCarrierContract({ create: () => createNodeCarrier({ address }) }));
