// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// The server. ADDRESS says where it listens; with ":0" or "127.0.0.1:0" the system chooses a port.

import { createServer } from '@cloudwego/kitex';
import { Hello, UnknownLanguage } from './kitex_gen/hello/index.js';

const words: ReadonlyMap<string, string> = new Map([
  ['en', 'Hello'],
  ['fr', 'Bonjour'],
  ['zh', '你好'],
]);
let count = 0n;

const server = createServer({ serviceName: 'hello', address: process.env['ADDRESS'] ?? '127.0.0.1:8888' }).register(Hello, {
  async greet(request, ctx) {
    const language = request.language ?? 'en';
    const word = words.get(language);
    // Declared in the IDL: the client receives this very class.
    if (word === undefined) throw new UnknownLanguage({ language, known: [...words.keys()] });
    // Where the call came from and how, if you ever need it.
    console.log(`${request.name} by ${ctx.rpcInfo.config.transport}`);
    return { text: `${word}, ${request.name}!`, count: ++count };
  },
});

const { address } = await server.start();
console.log(`hello listens on ${address}`);

// Waits for SIGINT or SIGTERM, finishes the calls under way, stops.
await server.run();
console.log(`hello stopped after ${count} greetings`);
