// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Agent, request } from 'node:http';
import { json } from '../shared/json.js';

/** What came back. `body` is undefined when it was no JSON. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** HTTP as a buyer's program speaks it: JSON over kept connections. */
export class HttpClient {
  private readonly url: string;
  private readonly agent: Agent;

  constructor(url: string, maxSockets: number = 128) {
    this.url = url;
    this.agent = new Agent({ keepAlive: true, maxSockets });
  }

  /** Errors: whatever node:http says of the connection; `timeout` after `timeoutMs`. */
  send(method: string, path: string, headers: Readonly<Record<string, string>>, body?: unknown, timeoutMs: number = 6000): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : json.stringify(body);
      const r = request(
        this.url + path,
        {
          method,
          agent: this.agent,
          headers: text === undefined ? headers : { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
          timeout: timeoutMs,
        },
        (res) => {
          const chunks: Buffer[] = [];
          res.on('data', (c: Buffer) => chunks.push(c));
          res.on('error', reject);
          res.on('end', () => {
            resolve({ status: res.statusCode ?? 0, body: parse(Buffer.concat(chunks).toString('utf8')) });
          });
        },
      );
      r.on('timeout', () => r.destroy(new Error('timeout')));
      r.on('error', reject);
      r.end(text);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const v: unknown = json.parse(text);
    return typeof v === 'object' && v !== null ? (v as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
