// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import { isThenable } from '@cloudwego/gopkg/async';
import { loopClock } from '@cloudwego/gopkg/clock';
import type { Context, ContextKey } from '@cloudwego/gopkg/context';
import { toError } from '@cloudwego/gopkg/errors';
import type { Address, Connection } from '@cloudwego/gopkg/io';
import { ByteWriter } from '@cloudwego/gopkg/io';
import type { StructShape } from '@cloudwego/pilota/thrift';
import type { CookieOptions, MultipartOptions } from '@cloudwego/protocol';
import { readCookies, writeCookie } from '@cloudwego/protocol';
import { parse, Sonic, SonicSyntaxError, stringify } from '@cloudwego/sonic';
import type { Exchange } from '@cloudwego/transport';
import { Args } from './args.js';
import type { Binder, BindOptions, BoundSources, SourceSchemas, ThriftTarget } from './binding/binder.js';
import type { SchemaOutput, StandardSchema } from './binding/standard-schema.js';
import type { ClientIP } from './client-ip.js';
import { BadRequestError, EngineStateError, ErrorChain, ErrorType } from './errors.js';
import type { HandlerError } from './errors.js';
import type { FormFile } from './form/form-file.js';
import type { FormOptions } from './form/form-options.js';
import type { FormPart } from './form/form-part.js';
import type { MultipartForm } from './form/multipart-form.js';
import { RequestForms } from './form/request-forms.js';
import type { Handler } from './handler.js';
import { NextWait } from './next-wait.js';
import { preferred } from './render/accept.js';
import { responseOf } from './render/idl.js';
import type { Problem } from './render/problem-of.js';
import { problemOf } from './render/problem-of.js';
import type { HtmlTemplates, Renderer } from './render/renderer.js';
import { toXML } from './render/xml.js';
import { BUDGET_FIELD, deadlineOf, requestScope } from './request-scope.js';
import { ResponseFields } from './response-fields.js';
import { normalizePath } from './route/clean-path.js';
import { attachment, sendFile } from './static/send-file.js';
import type { SseWriterOptions } from './sse/sse-writer.js';
import { SseWriter } from './sse/sse-writer.js';
import { ResponseStream } from './streaming/response-stream.js';

/** What a context needs of its engine. */
export interface ContextOwner {
  /** Fields that every response has: name and date. */
  commonFields(): string[];
  readonly normalizeNames: boolean;
  /** Run when the server begins to stop. */
  readonly stopHooks: Set<() => void>;
  readonly clientIP: ClientIP;
  readonly binder: Binder;
  readonly templates: HtmlTemplates | undefined;
}

const ABORTED = 63;
const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({});
const NO_BYTES = new Uint8Array(0);
const JSON_TYPE = 'application/json; charset=utf-8';
const TEXT_TYPE = 'text/plain; charset=utf-8';
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * One request and the response that is being made for it: what handlers get.
 * The response is sent when the chain is over; until then status, fields and body can be changed. What is streamed, or answered by `upgrade`, is sent at once.
 * Source: cloudwego/hertz pkg/app/context.go. Differs: a context is not used again, so that `Copy` and `Exile` are not needed.
 */
export class RequestContext<P = Readonly<Record<string, string>>> {
  /** The exchange below, for what this class does not show. */
  readonly exchange: Exchange;
  readonly method: string;
  /** The pattern of the route; '' where none matched. */
  fullPath: string = '';
  status: number = 200;
  readonly errors: ErrorChain = new ErrorChain();
  private readonly owner: ContextOwner;
  private readonly mark: number;
  private handlers: readonly Handler[] = [];
  private index: number = -1;
  /** What next() gave, by the index of the handler that called it. */
  private waits: (NextWait | undefined)[] | undefined = undefined;
  private names: readonly string[] | undefined = undefined;
  private values: readonly string[] = [];
  private paramsMade: P | undefined = undefined;
  private pathMade: string | undefined = undefined;
  private queryMade: Args | undefined = undefined;
  private formMade: Args | undefined = undefined;
  private store: Map<string | symbol, unknown> | undefined = undefined;
  private received: Uint8Array | undefined = undefined;
  private fieldsMade: ResponseFields | undefined = undefined;
  private type: string = '';
  private body: string | Uint8Array | undefined = undefined;
  private formsMade: RequestForms | undefined = undefined;
  private streamed: ResponseStream | undefined = undefined;
  private trailers: Map<string, string> | undefined = undefined;
  private finishers: (() => void | Promise<void>)[] | undefined = undefined;
  private sent: boolean = false;
  private closing: boolean = false;
  private readonly arrivedAt: number = loopClock().now();
  private scope: Context | undefined = undefined;

  constructor(owner: ContextOwner, exchange: Exchange) {
    this.owner = owner;
    this.exchange = exchange;
    this.method = exchange.method;
    this.mark = targetQuery(exchange.target);
  }

  // ── flow ─────────────────────────────────────────────────────────────────────────────────────

  /** @internal Before the chain runs. */
  begin(handlers: readonly Handler[], fullPath: string, names: readonly string[], values: readonly string[]): void {
    this.handlers = handlers;
    this.fullPath = fullPath;
    this.names = names;
    this.values = values;
    this.paramsMade = undefined;
    this.index = -1;
  }

  /** @internal The whole body, where the route does not stream. */
  setBody(b: Uint8Array): void {
    this.received = b;
  }

  /**
   * Runs the handlers behind this one; a handler that does not call it lets the chain go on behind itself. Only `abort()` stops the chain. At the end of the
   * chain it does nothing.
   */
  next(): Awaitable<void> {
    const at = this.index++;
    const r = this.goOn();
    if (r === undefined || at < 0) return r;
    // A handler may leave it running, and is not over before it. A failure belongs to whoever waits here, and to the chain where nobody does.
    return ((this.waits ??= [])[at] = new NextWait(r));
  }

  private goOn(): PromiseLike<void> | undefined {
    while (this.index < this.handlers.length) {
      const at = this.index;
      const r = this.handlers[at]!(this as unknown as RequestContext) as unknown;
      const wait = isThenable(r) ? r : this.waits?.[at]?.settled;
      if (wait !== undefined) return this.later(at, wait);
      this.index++;
    }
    return undefined;
  }

  private async later(at: number, wait: PromiseLike<unknown>): Promise<void> {
    await wait;
    await this.waits?.[at]?.settled;
    this.index++;
    await this.goOn();
  }

  /** Stops the chain behind the present handler. */
  abort(): void {
    this.index = ABORTED;
  }

  get isAborted(): boolean {
    return this.index >= ABORTED;
  }

  abortWithStatus(status: number): void {
    this.status = status;
    this.abort();
  }

  /** Drops what was answered so far, and answers a text. */
  abortWithMessage(status: number, message: string): void {
    this.resetResponse();
    this.string(status, message);
    this.abort();
  }

  abortWithJSON(status: number, value: unknown): void {
    this.json(status, value);
    this.abort();
  }

  abortWithError(status: number, e: unknown): HandlerError {
    this.abortWithStatus(status);
    return this.error(e);
  }

  /** Keeps an error with the request, for whoever logs or answers it. */
  error(e: unknown, type: number = ErrorType.Private, meta?: unknown): HandlerError {
    return this.errors.add(e, type, meta);
  }

  /** Aborts when the client leaves, when the time is up that it gave (`X-Request-Budget-Ms`), and when the server stops for good. */
  get signal(): AbortSignal {
    return this.deadline === Infinity ? this.exchange.signal : this.context.signal;
  }

  /** Deadline and cancellation of this request, for calls that it makes: `client.get(url, { ctx: c.context })`, `stock.reserve(req, { ctx: c.context })`. */
  get context(): Context {
    if (this.scope === undefined) {
      const scope = requestScope(this.exchange.signal, this.deadline);
      this.scope = scope.ctx;
      this.onFinish(() => {
        scope[Symbol.dispose]();
      });
    }
    return this.scope;
  }

  private get deadline(): number {
    return deadlineOf(this.exchange.header(BUDGET_FIELD), this.arrivedAt);
  }

  // ── values ───────────────────────────────────────────────────────────────────────────────────

  set<T>(key: string | ContextKey<T>, value: T): void {
    (this.store ??= new Map()).set(typeof key === 'string' ? key : key.id, value);
  }

  get<T = unknown>(key: string | ContextKey<T>): T | undefined {
    return this.store?.get(typeof key === 'string' ? key : key.id) as T | undefined;
  }

  // ── the request ──────────────────────────────────────────────────────────────────────────────

  /** Decoded and cleaned: what was routed on. */
  get path(): string {
    return (this.pathMade ??= normalizePath(this.rawPath));
  }

  /** As it was sent, without the query. */
  get rawPath(): string {
    const { target } = this.exchange;
    const path = this.mark < 0 ? target : target.slice(0, this.mark);
    if (path.charCodeAt(0) === 0x2f) return path;
    return path === '*' ? '/*' : /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(.*)$/i.exec(path)?.[1] || '/';
  }

  /** Behind the ?, as it was sent. */
  get queryString(): string {
    return this.mark < 0 ? '' : this.exchange.target.slice(this.mark + 1);
  }

  /** Of an absolute target, else of the field Host; without a port where none was sent. */
  get host(): string {
    const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(this.exchange.target);
    return (absolute?.[1] ?? this.exchange.header('host') ?? '').toLowerCase();
  }

  get remote(): Address {
    return this.exchange.remote;
  }

  /** What the route's pattern named. */
  get params(): P {
    if (this.paramsMade !== undefined) return this.paramsMade;
    const { names, values } = this;
    if (names === undefined || names.length === 0) return (this.paramsMade = NO_PARAMS as P);
    const p: Record<string, string> = {};
    for (let i = 0; i < names.length; i++) p[names[i]!] = values[i] ?? '';
    return (this.paramsMade = p as P);
  }

  /** One of them, those of the host included; undefined where the pattern has none of that name. */
  param(name: string): string | undefined {
    const { params } = this as RequestContext;
    return Object.hasOwn(params, name) ? params[name] : undefined;
  }

  /** The client's address, told by the proxies that `trustedProxies` names, else the peer's. */
  clientIP(): string {
    return this.owner.clientIP(this.exchange.remote, (name) => this.header(name));
  }

  /** Of the last handler of the route: what it is called in logs and metrics. */
  get handlerName(): string {
    return this.handlers.at(-1)?.name ?? '';
  }

  get queryArgs(): Args {
    return (this.queryMade ??= new Args(this.queryString));
  }

  /** The first value of a query argument; undefined where there is none. */
  query(name: string): string | undefined {
    return this.mark < 0 ? undefined : this.queryArgs.get(name);
  }

  /** The first field of that name, whatever its case. */
  header(name: string): string | undefined {
    return this.exchange.header(name.toLowerCase());
  }

  get contentType(): string {
    return this.exchange.header('content-type') ?? '';
  }

  /** As the client sent it: nothing is unescaped. */
  cookie(name: string): string | undefined {
    return readCookies(this.exchange.rawHeaders).find(([n]) => n === name)?.[1];
  }

  /** The whole body. Errors: {@link EngineStateError} on a route with `streamBody()`. */
  get bodyBytes(): Uint8Array {
    if (this.received === undefined) throw new EngineStateError('bodyBytes: the route streams its body, wanted bodyStream()');
    return this.received;
  }

  /** Whether a body came that is not empty. */
  get hasBody(): boolean {
    return this.received !== undefined && this.received.length > 0;
  }

  /**
   * The request as a value of a type: a generated one, bound and validated by the annotations of its IDL (`api.path`, `api.query`, …, `api.vd`); any Standard
   * Schema (zod, valibot, arktype), given path, form, query and JSON together; or a schema for each of several sources.
   * Errors: BindingError with everything that is wrong, answered 400 unless it is caught.
   */
  bind<Out>(type: ThriftTarget<Out>, o?: BindOptions): Awaitable<Out>;
  bind<S extends StandardSchema>(schema: S, o?: BindOptions): Awaitable<SchemaOutput<S>>;
  bind<M extends SourceSchemas>(schemas: M, o?: BindOptions): Awaitable<BoundSources<M>>;
  bind(target: ThriftTarget<unknown> | StandardSchema | SourceSchemas, o: BindOptions = {}): Awaitable<unknown> {
    return this.owner.binder.bind(this as unknown as RequestContext, target, o);
  }

  /** The whole body as UTF-8. */
  get bodyText(): string {
    return Buffer.from(this.bodyBytes.buffer, this.bodyBytes.byteOffset, this.bodyBytes.length).toString();
  }

  /** The body, parsed. Errors: {@link BadRequestError}, answered 400 unless it is caught. */
  bodyJSON(): unknown {
    try {
      return parse(this.bodyBytes);
    } catch (e) {
      if (!(e instanceof SonicSyntaxError)) throw e;
      throw new BadRequestError(`the body is no JSON: ${e.message}`, { cause: e });
    }
  }

  /** The body piece by piece, on a route with `streamBody()`. */
  bodyStream(): AsyncIterable<Uint8Array> {
    return this.exchange.stream();
  }

  /** Arguments of a form that was sent urlencoded; empty for other bodies. */
  get postArgs(): Args {
    return (this.formMade ??= new Args(/^application\/x-www-form-urlencoded\b/i.test(this.contentType) ? this.bodyText : ''));
  }

  /** The first value of a field of a form, urlencoded or multipart; on a route with `streamBody()` a multipart one is read before, by `multipartForm()`. */
  postForm(name: string): string | undefined {
    return this.isMultipart ? this.forms.now?.value(name) : this.postArgs.get(name);
  }

  /** All values of a field, as {@link postForm}. */
  postFormArray(name: string): readonly string[] {
    return this.isMultipart ? (this.forms.now?.values.get(name) ?? []) : this.postArgs.getAll(name);
  }

  /**
   * The multipart form, its files in memory, or in temporary files that are removed when the request is over.
   * Errors: {@link FormError} (400) where the request has none, MultipartError (400, 413).
   */
  multipartForm(o?: FormOptions): Promise<MultipartForm> {
    return this.forms.read(o);
  }

  /** The first file of a field of the multipart form. Errors: as there, {@link FormError} where there is none. */
  formFile(name: string): Promise<FormFile> {
    return this.forms.file(name);
  }

  /** The parts of the multipart form as they come, on a route with `streamBody()`: nothing is kept. Errors: as of {@link multipartForm}. */
  parts(o?: MultipartOptions): AsyncIterable<FormPart> {
    return this.forms.parts(o);
  }

  /** Writes an uploaded file to `path`, which the handler chooses; its folder must be there. */
  saveUploadedFile(file: FormFile, path: string): Promise<void> {
    return file.saveTo(path);
  }

  private get isMultipart(): boolean {
    return /^[ \t]*multipart\/form-data\b/i.test(this.contentType);
  }

  private get forms(): RequestForms {
    return (this.formsMade ??= new RequestForms(this));
  }

  /** @internal The multipart form where it is there at once. */
  get formNow(): MultipartForm | undefined {
    return this.isMultipart ? this.forms.now : undefined;
  }

  /** @internal The body that was read whole; undefined where the route streams. */
  get wholeBody(): Uint8Array | undefined {
    return this.received;
  }

  /** Of the query, else of the form. Source: Hertz's default FormValue order. */
  formValue(name: string): string | undefined {
    return this.query(name) ?? this.postForm(name);
  }

  // ── the response ─────────────────────────────────────────────────────────────────────────────

  private get fields(): ResponseFields {
    return (this.fieldsMade ??= new ResponseFields(this.owner.normalizeNames));
  }

  /** Sets a field in place of those of its name; '' removes it. Content-Type, too. */
  setHeader(name: string, value: string): void {
    if (name.length === 12 && name.toLowerCase() === 'content-type') this.type = value;
    else this.fields.set(name, value);
  }

  /** Adds a field beside those of its name. */
  addHeader(name: string, value: string): void {
    this.fields.add(name, value);
  }

  /** What was set so far. */
  responseHeader(name: string): string | undefined {
    return name.toLowerCase() === 'content-type' ? this.type || undefined : this.fieldsMade?.get(name);
  }

  setContentType(type: string): void {
    this.type = type;
  }

  /** Sets a cookie in place of one of its name. */
  setCookie(name: string, value: string, o?: CookieOptions): void {
    this.fields.cookie(name, writeCookie(name, value, o));
  }

  /** The connection ends behind this response. */
  setConnectionClose(): void {
    this.closing = true;
  }

  /** Appends to the body. */
  write(b: string | Uint8Array): void {
    if (this.body === undefined) this.body = b;
    else if (typeof this.body === 'string' && typeof b === 'string') this.body += b;
    else this.body = Buffer.concat([Buffer.from(this.body as string), Buffer.from(b as string)]);
  }

  private put(status: number, type: string, b: string | Uint8Array): void {
    this.status = status;
    this.type = type;
    this.write(b);
  }

  /** A body that makes itself. */
  render(status: number, r: Renderer): void {
    this.put(status, r.contentType, r.render());
  }

  /** Renders by sonic: bigint, Map, Set and bytes are taken; <, > and & are escaped, as in Hertz. */
  json(status: number, value: unknown): void {
    this.put(status, JSON_TYPE, (escaping ??= new Sonic({ escapeHTML: true })).stringify(value));
  }

  /** Without the escapes; a line of its own, as in Hertz. */
  pureJSON(status: number, value: unknown): void {
    this.put(status, JSON_TYPE, `${stringify(value)}\n`);
  }

  /** Indented by four blanks. */
  indentedJSON(status: number, value: unknown): void {
    this.put(status, JSON_TYPE, (indenting ??= new Sonic({ escapeHTML: true, indent: '    ' })).stringify(value));
  }

  /** Problem details of RFC 9457: `type`, `title` and `status` have defaults, other members are extensions. */
  problem(status: number, p: Problem = {}): void {
    this.put(status, 'application/problem+json', stringify(problemOf(status, p)));
  }

  /** A plain value as XML: properties are elements, `@name` an attribute, `#text` text. Errors: RenderError for names that XML does not allow. */
  xml(status: number, value: unknown, root: string = 'response'): void {
    this.put(status, 'application/xml; charset=utf-8', toXML(value, root));
  }

  /** A message, encoded. */
  protobuf<In>(status: number, type: { encode(w: ByteWriter, v: In): void }, message: In): void {
    const w = new ByteWriter();
    type.encode(w, message);
    this.put(status, 'application/x-protobuf', w.toBytes());
  }

  /**
   * A value of a generated type, as its IDL says: `api.header` and `api.http_code` leave the body, the rest is JSON under the names of `api.body`. Without a
   * status in the value it is `status`.
   */
  respond<In>(type: { readonly shape?: StructShape | undefined; encode(w: ByteWriter, v: In): void }, value: In, status: number = 200): void {
    if (type.shape === undefined) throw new EngineStateError('respond: this code was generated without shapes; generate it anew');
    const r = responseOf(type.shape, value);
    const code = r.status ?? status;
    if (r.raw === undefined) this.json(code, r.body);
    else this.put(code, typeof r.raw === 'string' ? TEXT_TYPE : 'application/octet-stream', r.raw);
    for (let i = 0; i < r.headers.length; i += 2) {
      if (r.headers[i]!.toLowerCase() === 'content-type') this.type = r.headers[i + 1]!;
      else this.addHeader(r.headers[i]!, r.headers[i + 1]!);
    }
  }

  /** The first of `types` that the client likes most by `Accept`; undefined where it takes none. */
  accepts<const T extends string>(...types: readonly T[]): T | undefined {
    return preferred(this.exchange.header('accept'), types) as T | undefined;
  }

  /** Answers in the form that the client likes most, of those by their media type, and 406 where it takes none; tells caches by `Vary`. */
  negotiate(forms: Readonly<Record<string, () => Awaitable<void>>>): Awaitable<void> {
    this.addHeader('Vary', 'Accept');
    const type = this.accepts(...Object.keys(forms));
    if (type === undefined) {
      this.string(406, 'Not Acceptable');
      return;
    }
    return forms[type]!();
  }

  string(status: number, text: string): void {
    this.put(status, TEXT_TYPE, text);
  }

  html(status: number, text: string): void {
    this.put(status, 'text/html; charset=utf-8', text);
  }

  /** A page of the engine's `templates`. Errors: {@link EngineStateError} where it has none; those of the templates. */
  async view(status: number, name: string, data: object = {}): Promise<void> {
    const { templates } = this.owner;
    if (templates === undefined) throw new EngineStateError(`view: got "${name}", but the engine has no templates (option templates)`);
    this.html(status, await templates.render(name, data));
  }

  data(status: number, type: string, bytes: Uint8Array): void {
    this.put(status, type, bytes);
  }

  /** Other statuses than those of redirects become 302. Does not abort. */
  redirect(status: number, location: string): void {
    this.status = REDIRECTS.has(status) ? status : 302;
    this.setHeader('Location', location);
  }

  notFound(): void {
    this.resetResponse();
    this.string(404, 'Not Found');
  }

  /** Drops status, fields and body. */
  resetResponse(): void {
    this.status = 200;
    this.type = '';
    this.body = undefined;
    this.fieldsMade = undefined;
  }

  /** Drops the body alone. */
  resetBody(): void {
    this.body = undefined;
  }

  /** The body that was rendered so far, as bytes; undefined where there is none. */
  get responseBody(): Uint8Array | undefined {
    return typeof this.body === 'string' ? (this.body = Buffer.from(this.body)) : this.body;
  }

  /** The fields that were set so far, name and value in turn; Content-Type first. */
  responseFields(): readonly string[] {
    const out: string[] = this.type === '' ? (this.body === undefined ? [] : ['Content-Type', TEXT_TYPE]) : ['Content-Type', this.type];
    this.fieldsMade?.writeTo(out);
    return out;
  }

  get isSent(): boolean {
    return this.sent;
  }

  /** Nobody has answered yet: what the framework says to unknown paths may be put in. */
  get isUntouched(): boolean {
    return !this.sent && this.body === undefined;
  }

  /** Sends status and fields now, and the body as it is made; waits for a client that does not keep up. Without `length` it is chunked. */
  async stream(source: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>, length?: number): Promise<void> {
    const out = this.startStream(length);
    try {
      for await (const piece of source) await out.write(piece);
    } catch (e) {
      out.destroy(toError(e));
      throw e;
    }
    out.end();
  }

  /** Sends status and fields now; the body is what is written, until the handler is over. Without `length` it is chunked. */
  startStream(length?: number): ResponseStream {
    if (this.sent) throw new EngineStateError('startStream: the response was sent already');
    this.sent = true;
    const fields = this.headFields(true);
    const out = new ResponseStream(this.exchange.startStream(this.status, fields, length), () => this.trailerFields());
    this.streamed = out;
    this.onFinish(() => {
      out.end();
    });
    return out;
  }

  /** Answers a file of the file system, ranges and conditions included; 404 where there is none. Differs: folders are 403, and no compressed copies are written. */
  async file(path: string): Promise<void> {
    const outcome = await sendFile(this as unknown as RequestContext, path);
    if (outcome === 'absent') this.abortWithMessage(404, 'Cannot open requested path');
    else if (outcome === 'folder') this.abortWithMessage(403, 'Directory index is forbidden');
  }

  /** Answers a file as a download of that name. */
  fileAttachment(path: string, name: string): Promise<void> {
    this.setHeader('Content-Disposition', attachment(name));
    return this.file(path);
  }

  /** Starts a stream of server-sent events. Fields that were set before, by middlewares too, go with it. */
  sse(o: SseWriterOptions = {}): SseWriter {
    if (this.responseHeader('cache-control') === undefined) this.setHeader('Cache-Control', 'no-cache');
    this.setContentType('text/event-stream; charset=utf-8');
    const writer = new SseWriter(this.startStream(), this.signal, o);
    this.onFinish(() => {
      writer.close();
    });
    return writer;
  }

  /** The id of the event that a client of server-sent events saw last; '' where it comes for the first time. */
  get lastEventId(): string {
    return this.exchange.header('last-event-id') ?? '';
  }

  /** Sends an interim answer now: 103 with `Link` fields, say. Name and value in turn. HTTP/1.0 clients, which know of none, get none. */
  inform(status: number, headers: readonly string[]): void {
    this.exchange.inform?.(status, headers);
  }

  /** Sets a field behind the body, which is then chunked. Set before the body starts, it is announced; its value may change until the end. */
  setTrailer(name: string, value: string): void {
    (this.trailers ??= new Map()).set(name, value);
  }

  /** Fields that came behind the request's body, name and value in turn: all of them once it was read. */
  get requestTrailers(): readonly string[] {
    return this.exchange.trailers();
  }

  /**
   * Answers 101, or 200 to CONNECT, with the fields that were set and these, and gives the connection: whoever is attached to it has it from now on.
   * Errors: ExchangeStateError where it cannot be had: streams of HTTP/2, a request that is not whole. Source: cloudwego/hertz RequestContext.Hijack.
   */
  upgrade(headers: readonly string[], status: number = this.method === 'CONNECT' ? 200 : 101): Connection {
    if (this.sent) throw new EngineStateError('upgrade: the response was sent already');
    const { exchange } = this;
    if (exchange.upgrade === undefined) throw new EngineStateError('upgrade: what carries the request cannot give its connection away');
    const c = exchange.upgrade([...this.headFields(false), ...headers], status);
    this.sent = true;
    return c;
  }

  /** Runs `f` when the server begins to stop: for what goes on behind its response. Gives what takes it back. */
  onStop(f: () => void): () => void {
    const { stopHooks } = this.owner;
    stopHooks.add(f);
    return () => {
      stopHooks.delete(f);
    };
  }

  /** @internal Sends the response, once. */
  send(): void {
    if (this.sent) return;
    if (this.trailers !== undefined) {
      const out = this.startStream();
      const wait = this.body === undefined ? undefined : out.write(this.body);
      // What the client does not take is lost with it.
      if (isThenable(wait)) wait.then(undefined, () => undefined);
      out.end();
      return;
    }
    this.sent = true;
    this.exchange.respond(this.status, this.headFields(this.body !== undefined && this.body.length > 0), this.body ?? NO_BYTES);
  }

  /** @internal A response that is being streamed cannot be completed. */
  breakOff(e: unknown): void {
    this.streamed?.destroy(toError(e));
  }

  private trailerFields(): readonly string[] {
    const out: string[] = [];
    for (const [name, value] of this.trailers ?? []) out.push(name, value);
    return out;
  }

  /** Runs `f` when the request is over, however it ends. */
  onFinish(f: () => void | Promise<void>): void {
    (this.finishers ??= []).push(f);
  }

  /** @internal The request is over. What finishers throw is told to `failed`. */
  finish(failed: (e: unknown) => void): void {
    const { finishers } = this;
    if (finishers === undefined) return;
    this.finishers = undefined;
    for (const f of finishers) {
      try {
        const r = f();
        if (isThenable(r)) r.then(undefined, failed);
      } catch (e) {
        failed(e);
      }
    }
  }

  private headFields(hasBody: boolean): readonly string[] {
    const out = this.owner.commonFields();
    if (this.type !== '') out.push('Content-Type', this.type);
    else if (hasBody) out.push('Content-Type', TEXT_TYPE);
    this.fieldsMade?.writeTo(out);
    if (this.trailers !== undefined) out.push('Trailer', [...this.trailers.keys()].join(', '));
    if (this.closing) out.push('Connection', 'close');
    return out;
  }
}

let escaping: Sonic | undefined;
let indenting: Sonic | undefined;

function targetQuery(target: string): number {
  return target.indexOf('?');
}
