// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';
import type { StructCodec } from '../codegen/v1/definition.js';
import { MAX_DEPTH } from '../codegen/v1/skip.js';
import { binary } from './binary.js';
import { shapeOf } from './codec.js';
import { compact } from './compact.js';
import { REJECTED } from './mask-node.js';
import type { Masked, MaskNode } from './mask-node.js';
import type { Shape, StructShape } from './shape.js';
import { readerOf } from './struct-reader.js';
import { writerOf } from './struct-writer.js';
import type { Shaped } from './values.js';

/** A path of a field mask is no path, or leads nowhere in its type. */
export class FieldMaskError extends CloudWeGoError {
  static override readonly type: string = 'pilota/FieldMaskError';
  readonly code = 'PILOTA_MASK_INVALID';
}

/** How a {@link FieldMask} is read. */
export interface FieldMaskOptions {
  /** `white`: what is named passes; `black`: what is named is left out. @defaultValue 'white' */
  readonly list?: 'white' | 'black' | undefined;
  /** Required fields are always there: those that do not pass with their zero value instead of their own. @defaultValue false */
  readonly zeroRequired?: boolean | undefined;
}

/** Paths and the characters of each: a mask is configuration, and yet a peer may send it. */
const MAX_PATHS = 10_000;
const MAX_PATH = 4096;

class Node implements MaskNode {
  readonly black: boolean;
  readonly zeroRequired: boolean;
  /** Nothing below is named: a white list lets all of it pass, a black one nothing. */
  leaf: boolean;
  all: Node | undefined;
  readonly parts: Map<unknown, Node>;

  constructor(black: boolean, zeroRequired: boolean) {
    this.black = black;
    this.zeroRequired = zeroRequired;
    this.leaf = false;
    this.all = undefined;
    this.parts = new Map();
  }

  private child(k: unknown): Masked {
    const c = this.parts.get(k) ?? this.all;
    if (c === undefined) return this.black ? undefined : REJECTED;
    if (!c.leaf) return c;
    return this.black ? REJECTED : undefined;
  }

  field(id: number): Masked {
    return this.child(id);
  }

  index(i: number): Masked {
    return this.child(i);
  }

  key(k: unknown): Masked {
    return this.child(typeof k === 'bigint' ? Number(k) : k);
  }

  next(k: unknown): Node {
    let c = this.parts.get(k);
    if (c === undefined) this.parts.set(k, (c = new Node(this.black, this.zeroRequired)));
    return c;
  }

  every(): Node {
    return (this.all ??= new Node(this.black, this.zeroRequired));
  }
}

/**
 * Which parts of a struct are sent: thriftgo's field masks. Paths are `$.field`, `.sub`, `[1,2]` and `[*]` of lists and sets, `{"a","b"}`, `{1,2}` and `{*}` of
 * maps; `$.*` is every field. A mask without paths lets everything pass.
 * Errors: {@link FieldMaskError} for paths that do not fit the type.
 * Source: cloudwego/thriftgo fieldmask/README.md. Differs: an index and a `*` of one list do not exclude each other; the more exact one counts.
 */
export class FieldMask {
  private readonly shape: StructShape;
  private readonly root: Node | undefined;

  constructor(codec: { readonly shape?: StructShape | undefined }, paths: readonly string[], o: FieldMaskOptions = {}) {
    this.shape = shapeOf(codec);
    if (paths.length > MAX_PATHS) throw new FieldMaskError(`mask of ${this.shape.name}: got ${paths.length} paths, wanted at most ${MAX_PATHS}`);
    const root = new Node(o.list === 'black', o.zeroRequired === true);
    for (const p of paths) new PathParser(p, this.shape).into(root);
    // `$` alone names everything.
    this.root = paths.length === 0 || root.leaf ? undefined : root;
    if (root.leaf && root.black) throw new FieldMaskError(`mask of ${this.shape.name}: "$" in a black list would leave nothing`);
  }

  /** A codec that writes what passes, and reads everything. */
  codec<In, Out>(c: Shaped<In, Out>, protocol: 'binary' | 'compact' = 'binary'): StructCodec<In, Out> {
    if (c.shape !== this.shape) throw new FieldMaskError(`mask of ${this.shape.name}: got a codec of ${c.shape?.name ?? 'no shape'}`);
    const wire = protocol === 'binary' ? binary : compact;
    return {
      encode: (w, v) => {
        writerOf(this.shape, wire)(w, v, MAX_DEPTH, this.root);
      },
      decode: protocol === 'binary' ? c.decode : (r) => readerOf(this.shape, wire)(r, MAX_DEPTH, false) as Out,
      shape: this.shape,
    };
  }
}

class PathParser {
  private readonly path: string;
  private readonly shape: StructShape;
  private pos: number;

  constructor(path: string, shape: StructShape) {
    this.path = path;
    this.shape = shape;
    this.pos = 1;
    if (path.length > MAX_PATH) throw new FieldMaskError(`path: got ${path.length} characters, wanted at most ${MAX_PATH}`);
    if (!path.startsWith('$')) throw this.error('"$" at its start');
  }

  private error(wanted: string): FieldMaskError {
    return new FieldMaskError(`path ${this.path} of ${this.shape.name}, at ${this.pos}: wanted ${wanted}`);
  }

  into(root: Node): void {
    this.step([root], this.shape);
  }

  private step(nodes: readonly Node[], t: Shape): void {
    if (this.pos === this.path.length) {
      for (const n of nodes) {
        n.leaf = true;
        n.parts.clear();
        n.all = undefined;
      }
      return;
    }
    // What is named whole already stays whole.
    const open = nodes.filter((n) => !n.leaf);
    const c = this.path[this.pos++];
    if (c === '.' && t.kind === 'struct') this.field(open, t);
    else if (c === '[' && (t.kind === 'list' || t.kind === 'set')) this.step(this.parts(open, ']', 'int'), t.element);
    else if (c === '{' && t.kind === 'map') this.step(this.parts(open, '}', keysOf(t.key)), t.value);
    else throw this.error(`what a ${t.kind} has: ${t.kind === 'struct' ? '".field"' : t.kind === 'map' ? '"{…}"' : t.kind === 'list' || t.kind === 'set' ? '"[…]"' : 'nothing'}`);
  }

  private field(nodes: readonly Node[], s: StructShape): void {
    const name = /^(?:\*|[A-Za-z0-9_]+)/.exec(this.path.slice(this.pos))?.[0];
    if (name === undefined) throw this.error('the name of a field');
    if (name === '*') {
      this.pos++;
      if (this.pos !== this.path.length) throw this.error('nothing behind ".*": fields are of many types');
      this.step(nodes.map((n) => n.every()), s);
      return;
    }
    const f = s.fields.find((x) => x.name === name);
    if (f === undefined) throw this.error(`a field of ${s.name}, got "${name}"`);
    this.pos += name.length;
    this.step(nodes.map((n) => n.next(f.id)), f.type);
  }

  private parts(nodes: readonly Node[], end: string, keys: 'int' | 'text' | 'any'): readonly Node[] {
    const out: Node[] = [];
    for (;;) {
      const rest = this.path.slice(this.pos);
      const token = /^(?:\*|-?\d{1,15}|"(?:[^"\\]|\\.)*")/.exec(rest)?.[0];
      if (token === undefined || (token !== '*' && (keys === 'any' || token.startsWith('"') !== (keys === 'text')))) {
        throw this.error(keys === 'any' ? '"*": keys of this type have no text' : keys === 'int' ? 'integers or "*"' : 'quoted keys or "*"');
      }
      this.pos += token.length;
      const key = token.startsWith('"') ? token.slice(1, -1).replaceAll(/\\(.)/g, '$1') : Number(token);
      for (const n of nodes) out.push(token === '*' ? n.every() : n.next(key));
      const c = this.path[this.pos++];
      if (c === end) return out;
      if (c !== ',') throw this.error(`"," or "${end}"`);
    }
  }
}

function keysOf(t: Shape): 'int' | 'text' | 'any' {
  switch (t.kind) {
    case 'string':
      return 'text';
    case 'i8':
    case 'i16':
    case 'i32':
    case 'i64':
    case 'enum':
      return 'int';
    default:
      return 'any';
  }
}
