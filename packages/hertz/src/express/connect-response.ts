// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { EventEmitter } from 'node:events';
import { stringify } from '@cloudwego/sonic';
import { EngineStateError } from '../errors.js';
import type { ConnectRequest } from './connect-request.js';

type FieldValue = string | number | readonly string[];

/**
 * A response as Connect's middlewares write it. Everything is kept until `end`: middlewares that put themselves before `writeHead`, `write` and `end` (compression,
 * on-headers) do so as they would on node's ServerResponse.
 */
export class ConnectResponse extends EventEmitter {
  statusCode: number = 200;
  statusMessage: string = '';
  headersSent: boolean = false;
  finished: boolean = false;
  writableEnded: boolean = false;
  writableFinished: boolean = false;
  readonly sendDate: boolean = true;
  readonly locals: Record<string, unknown> = {};
  readonly req: ConnectRequest;
  readonly pieces: Uint8Array[] = [];
  private readonly fields: Map<string, { readonly name: string; readonly value: FieldValue }> = new Map();

  constructor(req: ConnectRequest) {
    super();
    this.req = req;
  }

  get socket(): ConnectRequest['socket'] {
    return this.req.socket;
  }

  get connection(): ConnectRequest['socket'] {
    return this.req.socket;
  }

  setHeader(name: string, value: FieldValue): this {
    if (this.headersSent) throw new EngineStateError(`setHeader: ${name} behind the head of the response`);
    this.fields.set(name.toLowerCase(), { name, value });
    return this;
  }

  appendHeader(name: string, value: string | readonly string[]): this {
    const before = this.getHeader(name);
    return this.setHeader(name, before === undefined ? value : [before, value].flat().map(String));
  }

  getHeader(name: string): FieldValue | undefined {
    return this.fields.get(name.toLowerCase())?.value;
  }

  getHeaders(): Record<string, FieldValue> {
    return Object.fromEntries([...this.fields].map(([k, f]) => [k, f.value]));
  }

  getHeaderNames(): string[] {
    return [...this.fields.keys()];
  }

  hasHeader(name: string): boolean {
    return this.fields.has(name.toLowerCase());
  }

  removeHeader(name: string): void {
    this.fields.delete(name.toLowerCase());
  }

  // Express's names of the same
  set(name: string, value: FieldValue): this {
    return this.setHeader(name, value);
  }

  get(name: string): FieldValue | undefined {
    return this.getHeader(name);
  }

  status(code: number): this {
    this.statusCode = code;
    return this;
  }

  send(body: string | Uint8Array): this {
    return this.end(body);
  }

  json(value: unknown): this {
    this.setHeader('Content-Type', 'application/json; charset=utf-8');
    return this.end(stringify(value));
  }

  writeHead(status: number, reason?: string | Record<string, FieldValue>, headers?: Record<string, FieldValue>): this {
    this.statusCode = status;
    if (typeof reason === 'string') this.statusMessage = reason;
    const more = typeof reason === 'object' ? reason : headers;
    for (const [k, v] of Object.entries(more ?? {})) this.setHeader(k, v);
    this.headersSent = true;
    return this;
  }

  flushHeaders(): void {
    if (!this.headersSent) this.writeHead(this.statusCode);
  }

  write(chunk: string | Uint8Array, encoding?: BufferEncoding | (() => void), done?: () => void): boolean {
    this.flushHeaders();
    this.pieces.push(typeof chunk === 'string' ? Buffer.from(chunk, typeof encoding === 'string' ? encoding : 'utf8') : chunk);
    const f = typeof encoding === 'function' ? encoding : done;
    if (f !== undefined) process.nextTick(f);
    return true;
  }

  end(chunk?: string | Uint8Array | (() => void), encoding?: BufferEncoding | (() => void), done?: () => void): this {
    if (this.writableEnded) return this;
    if (chunk !== undefined && typeof chunk !== 'function') this.write(chunk, typeof encoding === 'string' ? encoding : 'utf8');
    this.flushHeaders();
    this.finished = true;
    this.writableEnded = true;
    const f = [chunk, encoding, done].find((x) => typeof x === 'function') as (() => void) | undefined;
    if (f !== undefined) this.once('finish', f);
    this.emit('ended');
    return this;
  }

  /** The response left. */
  sent(): void {
    this.writableFinished = true;
    this.emit('finish');
    this.emit('close');
  }
}
