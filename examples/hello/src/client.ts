// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// The client: three greetings, one of which is refused, and a call to where nobody is.

import { createClient, GetConnectionError } from '@cloudwego/kitex';
import { Hello, UnknownLanguage } from './kitex_gen/hello/index.js';

const client = createClient(Hello, {
  destService: 'hello',
  hostPorts: [process.env['ADDRESS'] ?? '127.0.0.1:8888'],
  connectTimeoutMs: 1000,
  rpcTimeoutMs: 5000,
});

const greeting = await client.greet({ name: 'Ada' });
// i64 is bigint, so that no digit is lost.
console.log(greeting.text, greeting.count);

console.log((await client.greet({ name: 'Grace', language: 'fr' })).text);

try {
  await client.greet({ name: 'Alan', language: 'tlh' });
} catch (e) {
  if (!(e instanceof UnknownLanguage)) throw e;
  console.log(`no greeting in "${e.language}", only in ${e.known.join(', ')}`);
}

// Nobody listens on port 9: the error names the address and the option that decides how long is tried.
try {
  await client.greet({ name: 'Edsger' }, { hostPort: '127.0.0.1:9' });
} catch (e) {
  if (!(e instanceof GetConnectionError)) throw e;
  console.log(`${e.code}: ${e.message}`);
}

await client.close();
