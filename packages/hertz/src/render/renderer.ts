// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';

/** Makes a body of its own kind. Source: cloudwego/hertz render.Render. */
export interface Renderer {
  readonly contentType: string;
  render(): string | Uint8Array;
}

/** Templates: what nunjucks and eta have as it is. Source: cloudwego/hertz render.HTMLRender. */
export interface HtmlTemplates {
  render(name: string, data: object): Awaitable<string>;
}
