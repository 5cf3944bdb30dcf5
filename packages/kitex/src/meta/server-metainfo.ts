// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { MetaInfoNode } from '@cloudwego/gopkg/metainfo';
import type { ServerMetaInfo } from '../types.js';

/** Takes the values that a handler sends back. */
export interface BackwardSink {
  sendBackward(k: string, v: string): void;
}

/** Metainfo of a call: on a server with a way back to the caller, on a client without. */
export class ServerCallMetaInfo extends MetaInfoNode implements ServerMetaInfo {
  private readonly sink: BackwardSink | undefined;

  constructor(
    transient: ReadonlyMap<string, string>,
    persistent: ReadonlyMap<string, string>,
    stale: ReadonlyMap<string, string>,
    sink: BackwardSink | undefined,
  ) {
    super(transient, persistent, stale);
    this.sink = sink;
  }

  sendBackward(k: string, v: string): void {
    this.sink?.sendBackward(k, v);
  }

  protected override copy(transient: ReadonlyMap<string, string>, persistent: ReadonlyMap<string, string>, stale: ReadonlyMap<string, string>): this {
    return new ServerCallMetaInfo(transient, persistent, stale, this.sink) as this;
  }
}
