// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** What one JSON value on standard input may have. */
const MAX_CHARACTERS = 64 << 20;

/**
 * Takes a text apart into the JSON values it has one behind another, as they come. Values are not checked: who sends them does that.
 * Errors: RangeError for a value of more than 64 Mi characters.
 */
export async function* jsonValues(chunks: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  const state = { text: '', at: 0, start: -1, depth: 0, quoted: false };
  for await (const chunk of chunks) {
    state.text += chunk;
    yield* whole(state);
    // What is done is let go.
    if (state.start < 0) {
      state.text = '';
      state.at = 0;
    } else {
      state.text = state.text.slice(state.start);
      state.at -= state.start;
      state.start = 0;
    }
    if (state.text.length > MAX_CHARACTERS) throw new RangeError(`a JSON value on standard input has more than ${MAX_CHARACTERS} characters`);
  }
  if (state.start >= 0) yield state.text.slice(state.start);
}

interface Scan {
  text: string;
  at: number;
  /** Where the value begins; -1 = between values. */
  start: number;
  depth: number;
  quoted: boolean;
}

function* whole(s: Scan): Generator<string> {
  for (; s.at < s.text.length; s.at++) {
    const c = s.text[s.at]!;
    if (s.quoted) {
      if (c === '\\') {
        // The escaped character may be in the next chunk.
        if (s.at + 1 >= s.text.length) return;
        s.at++;
      } else if (c === '"') {
        s.quoted = false;
        if (s.depth === 0) yield cut(s, s.at + 1);
      }
      continue;
    }
    if (s.start < 0) {
      if (/\s/.test(c)) continue;
      s.start = s.at;
    } else if (s.depth === 0 && /[\s"{[]/.test(c)) {
      // A number or a word ends where something else begins.
      yield cut(s, s.at);
      if (/\s/.test(c)) continue;
      s.start = s.at;
    }
    if (c === '"') s.quoted = true;
    else if (c === '{' || c === '[') s.depth++;
    else if ((c === '}' || c === ']') && --s.depth <= 0) {
      s.depth = 0;
      yield cut(s, s.at + 1);
    }
  }
}

function cut(s: Scan, end: number): string {
  const value = s.text.slice(s.start, end);
  s.start = -1;
  return value;
}

/** A JSON text with one entry on a line, four spaces deep, as Go's MarshalIndent writes it. Digits and escapes stay as they are. */
export function indented(json: string): string {
  const out: string[] = [];
  let depth = 0;
  const line = (): void => {
    out.push('\n', '    '.repeat(depth));
  };
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{[]\s*[}\]]|[{}[\],:]|[^\s{}[\],:"]+/gs)) {
    if (/^[{[]\s*[}\]]$/.test(token)) out.push(token[0]!, token.at(-1)!);
    else if (token === '{' || token === '[') {
      depth++;
      out.push(token);
      line();
    } else if (token === '}' || token === ']') {
      depth--;
      line();
      out.push(token);
    } else if (token === ',') {
      out.push(token);
      line();
    } else out.push(token === ':' ? ': ' : token);
  }
  return out.join('');
}
