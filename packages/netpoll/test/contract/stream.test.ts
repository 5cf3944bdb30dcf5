// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, it, onTestFinished } from 'vitest';
import { networkContract, runWithVitest } from '@cloudwego/netpoll/testing';
import { tcpSubject, unixSubject } from '../fixtures/subjects.js';

const vitest = { describe, it, onTestFinished };

runWithVitest(vitest, 'stream engine over TCP', networkContract(tcpSubject('stream')));
runWithVitest(vitest, 'stream engine over unix sockets', networkContract(unixSubject('stream')));
