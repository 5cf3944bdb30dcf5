// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { httpValueFromLatin1 } from '@cloudwego/gopkg/metainfo';
import type { HttpHead, RpcHead, Wire } from '../engine.js';
import type { Route, RouteTable } from '../rpc/routes.js';

const none: ReadonlyMap<string, string> = new Map();

/** Where a path leads, found once per path. */
export interface PathRoute extends Readonly<Route> {
  readonly service: number;
  readonly method: number;
  readonly serviceName: string;
  readonly methodName: string;
}

const MAX_PATHS = 4096;

/** Routes by path: `/[package.]Service/Method`; the package is ignored. Source: nphttp2/server_handler.go. */
export class PathRoutes {
  private readonly routes: RouteTable | undefined;
  private readonly known: Map<string, PathRoute> = new Map();
  private readonly out: Route = { service: -1, method: -1 };

  constructor(routes: RouteTable | undefined) {
    this.routes = routes;
  }

  find(path: string): PathRoute {
    const hit = this.known.get(path);
    if (hit !== undefined) return hit;
    const slash = path.lastIndexOf('/');
    const full = path.slice(path.startsWith('/') ? 1 : 0, Math.max(slash, 0));
    const serviceName = full.slice(full.lastIndexOf('.') + 1);
    const methodName = path.slice(slash + 1);
    this.out.service = -1;
    this.out.method = -1;
    if (this.routes !== undefined && serviceName !== '') {
      const s = Buffer.from(serviceName + methodName, 'utf8');
      const at = Buffer.byteLength(serviceName);
      this.routes.find(s, 0, at, at, s.length, this.out);
      // Strict by name: a service that is not there is not guessed from its method.
      if (this.out.service >= 0 && this.routes.services[this.out.service]!.name !== serviceName) this.out.service = this.out.method = -1;
    }
    const r: PathRoute = { service: this.out.service, method: this.out.method, serviceName, methodName };
    // Only what is served is kept: what peers invent is without end.
    if (r.method >= 0 && this.known.size < MAX_PATHS) this.known.set(path, r);
    return r;
  }
}

/** Metadata and route of a call, over the head of its stream. */
export class GrpcHeadView implements RpcHead {
  readonly wire: Wire = 'grpc';
  payload: 'thrift' | 'protobuf' = 'protobuf';
  serviceIndex: number = -1;
  methodIndex: number = -1;
  service: string = '';
  methodName: string = '';
  type: 1 | 2 | 3 | 4 = 1;
  seqId: number = 0;
  deadline: number = Infinity;
  readonly priority: number = 0;
  http: HttpHead | undefined = undefined;
  private parsed: ReadonlyMap<string, string> | undefined = undefined;

  set(http: HttpHead, type: 1 | 2, seqId: number): this {
    this.http = http;
    this.type = type;
    this.seqId = seqId;
    this.deadline = Infinity;
    this.serviceIndex = -1;
    this.methodIndex = -1;
    this.service = '';
    this.methodName = '';
    this.parsed = undefined;
    return this;
  }

  /** gRPC has no int keys. */
  int(): undefined {
    return undefined;
  }

  /** The first field of that name, in lower case. */
  str(key: string): string | undefined {
    const v = this.http?.header(key);
    return v === undefined ? undefined : httpValueFromLatin1(v);
  }

  /** Metadata; of a name that comes several times the first. Every one is in {@link GrpcHeadView.all}. */
  strings(): ReadonlyMap<string, string> {
    return (this.parsed ??= this.parse());
  }

  private parse(): ReadonlyMap<string, string> {
    const raw = this.http?.rawHeaders;
    if (raw === undefined || raw.length === 0) return none;
    const out = new Map<string, string>();
    for (let i = 0; i < raw.length; i += 2) if (!out.has(raw[i]!)) out.set(raw[i]!, httpValueFromLatin1(raw[i + 1]!));
    return out;
  }

  /** Name and value in turn, as they came: a character for each byte. */
  get all(): readonly string[] {
    return this.http?.rawHeaders ?? [];
  }

  retain(): GrpcHeadView {
    const h = new GrpcHeadView();
    h.payload = this.payload;
    h.serviceIndex = this.serviceIndex;
    h.methodIndex = this.methodIndex;
    h.service = this.service;
    h.methodName = this.methodName;
    h.type = this.type;
    h.seqId = this.seqId;
    h.deadline = this.deadline;
    h.http = this.http?.retain();
    return h;
  }
}
