// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { MultipartOptions, PartInit } from '@cloudwego/protocol';
import { boundaryOf, createBoundary, MultipartDecoder, MultipartError, writeMultipartEnd, writePartHead } from '@cloudwego/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

interface Part { name: string; filename: string | undefined; type: string; body: string; over: boolean }

/** What a decoder makes of `body`, given in pieces that end at `cuts`; an error's code at its end. */
function read(body: string | Buffer, cuts: readonly number[] = [], o: MultipartOptions = {}, boundary: string = 'b'): (Part | string)[] {
  const bytes = Buffer.from(body as string);
  const out: (Part | string)[] = [];
  const last = (): Part => out.at(-1) as Part;
  const d = new MultipartDecoder(boundary, {
    onPart: (h) => out.push({ name: h.name, filename: h.filename, type: h.contentType, body: '', over: false }),
    onData: (b) => { last().body += b.toString('latin1'); },
    onPartEnd: () => { last().over = true; },
  }, o);
  try {
    let from = 0;
    for (const to of [...cuts.map((c) => c % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
      // Lent bytes: they are gone behind the call.
      const lent = Buffer.from(bytes.subarray(from, to));
      d.receive(lent);
      lent.fill(0xdd);
      from = to;
    }
    d.end();
  } catch (e) {
    if (!(e instanceof MultipartError)) throw e;
    out.push(`${e.code} ${e.status}`);
  }
  return out;
}

const part = (name: string, body: string, filename?: string, type: string = 'text/plain'): Part => ({ name, filename, type, body, over: true });
const field = (name: string, body: string): string => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${body}\r\n`;

describe('multipart bodies', () => {
  it.each<[string, string, Part[]]>([
    ['one field', `${field('a', '1')}--b--\r\n`, [part('a', '1')]],
    ['two fields, one empty', `${field('a', '')}${field('b', 'x')}--b--`, [part('a', ''), part('b', 'x')]],
    ['preamble and epilogue', `none of\r\nthis --b\r\n${field('a', '1')}--b--\r\nnor\r\n--b\r\nthis`, [part('a', '1')]],
    ['no part', '--b--', []],
    ['blanks behind a boundary', '--b \t\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--', [part('a', '1')]],
    ['what looks like a boundary', `${field('a', '\r\n--bc\r\n--b-x\r\n-- b\r\n\r\r\n--')}--b--`, [part('a', '\r\n--bc\r\n--b-x\r\n-- b\r\n\r\r\n--')]],
    ['line ends of bodies are kept', `${field('a', '\r\n')}--b--`, [part('a', '\r\n')]],
    ['a part without a header', '--b\r\n\r\nx\r\n--b--', [part('', 'x')]],
    ['a part of another disposition', '--b\r\nContent-Disposition: attachment; name="a"\r\n\r\nx\r\n--b--', [part('', 'x')]],
    ['a file with a type', '--b\r\ncontent-type: image/png\r\nCONTENT-DISPOSITION: form-data; name="f"; filename="x.png"\r\n\r\n\x89PNG\r\n--b--', [part('f', '\xc2\x89PNG', 'x.png', 'image/png')]],
  ])('%s, in whatever pieces', (_, body, parts) => {
    expect(read(body)).toEqual(parts);
    const n = Buffer.byteLength(body);
    expect(read(body, Array.from({ length: n }, (_x, i) => i))).toEqual(parts);
    for (let i = 0; i < n; i++) expect(read(body, [i])).toEqual(parts);
  });

  it.each<[string, string | undefined]>([
    ['filename="a.txt"', 'a.txt'],
    ['filename=""', ''],
    ['filename=bare name.txt', 'bare name.txt'],
    ['filename="a;b=\\"c\\".txt"', 'a;b="c".txt'],
    ['filename="C:\\dir\\x.txt"', 'x.txt'],
    ['filename="/etc/../etc/passwd"', 'passwd'],
    ['filename=".."', ''],
    ['filename="..\\..\\x"', 'x'],
    ['filename="\u4f60.txt"', '\u4f60.txt'],
    ["filename=\"x\"; filename*=UTF-8''%e4%bd%a0%20.txt", '\u4f60 .txt'],
    ["filename*=iso-8859-1'en'%A3.txt", '\u00a3.txt'],
    ["filename=\"x\"; filename*=UTF-8''%ff", 'x'],
    ["filename*=UTF-8''..%2f..%2fpasswd", 'passwd'],
    ["filename*=UTF-8''a%00.txt", ''],
    ['x=y', undefined],
  ])('%s is the file %j', (disposition, filename) => {
    expect(read(`--b\r\nContent-Disposition: form-data; name="f"; ${disposition}\r\n\r\n\r\n--b--`)).toEqual([part('f', '', filename)]);
  });

  it('a name that is no UTF-8 is Latin-1', () => {
    const body = Buffer.from('--b\r\nContent-Disposition: form-data; name="\xe9"\r\n\r\n\r\n--b--', 'latin1');
    expect(read(body)).toEqual([part('\u00e9', '')]);
  });

  it.each<[string, string, string]>([
    ['nothing', '', 'MULTIPART_BODY_CUT 400'],
    ['no closing boundary', field('a', '1'), 'MULTIPART_BODY_CUT 400'],
    ['cut in a boundary', `${field('a', '1')}--b-`, 'MULTIPART_BODY_CUT 400'],
    ['cut in a header', '--b\r\nContent-Disp', 'MULTIPART_BODY_CUT 400'],
    ['something behind a boundary', '--b x\r\n\r\n--b--', 'MULTIPART_BODY_INVALID 400'],
    ['CR alone behind a boundary', '--b\rx', 'MULTIPART_BODY_INVALID 400'],
    ['many blanks behind a boundary', `--b${' '.repeat(300)}\r\n`, 'MULTIPART_BODY_INVALID 400'],
    ['a line that is no field', '--b\r\nno field\r\n\r\n--b--', 'MULTIPART_BODY_INVALID 400'],
    ['a folded field', '--b\r\nContent-Disposition: form-data;\r\n name=a\r\n\r\n\r\n--b--', 'MULTIPART_BODY_INVALID 400'],
    ['LF in a header', '--b\r\nA: b\nC: d\r\n\r\n\r\n--b--', 'MULTIPART_BODY_INVALID 400'],
    ['CR alone as a header', '--b\r\n\rx', 'MULTIPART_BODY_INVALID 400'],
    ['NUL in a header', '--b\r\nContent-Disposition: form-data; name="a\0"\r\n\r\n\r\n--b--', 'MULTIPART_BODY_INVALID 400'],
    ['two names', '--b\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\n\r\n--b--', 'MULTIPART_BODY_INVALID 400'],
    ['two dispositions', '--b\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n\r\n\r\n--b--', 'MULTIPART_BODY_INVALID 400'],
    ['an open quote', '--b\r\nContent-Disposition: form-data; name="a\r\n\r\n\r\n--b--', 'MULTIPART_BODY_INVALID 400'],
    ['no = in a parameter', '--b\r\nContent-Disposition: form-data; name\r\n\r\n\r\n--b--', 'MULTIPART_BODY_INVALID 400'],
  ])('%s is refused, in whatever pieces', (_, body, code) => {
    const n = Buffer.byteLength(body);
    expect(read(body).at(-1)).toBe(code);
    expect(read(body, Array.from({ length: n }, (_x, i) => i)).at(-1)).toBe(code);
  });

  it.each<[string, MultipartOptions, string, boolean]>([
    ['parts', { maxParts: 1 }, `${field('a', '1')}--b--`, true],
    ['parts', { maxParts: 1 }, `${field('a', '1')}${field('a', '1')}--b--`, false],
    ['fields', { maxFieldBytes: 3 }, `${field('a', '123')}--b--`, true],
    ['fields', { maxFieldBytes: 3 }, `${field('a', '1234')}--b--`, false],
    ['files', { maxFileBytes: 3, maxFieldBytes: 9 }, '--b\r\nContent-Disposition: form-data; name=a; filename=f\r\n\r\n1234\r\n--b--', false],
    ['headers', { maxPartHeaderBytes: 64 }, `--b\r\nX: ${'x'.repeat(64)}\r\n\r\n\r\n--b--`, false],
    ['headers that never end', { maxPartHeaderBytes: 64 }, `--b\r\nX: ${'x'.repeat(70)}`, false],
    ['everything', { maxTotalBytes: 5 }, 'preamb', false],
  ])('%s are limited: %j', (_, o, body, fits) => {
    for (const cuts of [[], Array.from({ length: body.length }, (_x, i) => i)]) {
      if (fits) expect(read(body, cuts, o).at(-1)).toMatchObject({ over: true });
      else expect(read(body, cuts, o).at(-1)).toBe('MULTIPART_LIMIT_EXCEEDED 413');
    }
  });

  it('an error is the last that is heard', () => {
    const d = new MultipartDecoder('b', { onPart: () => undefined, onData: () => undefined, onPartEnd: () => undefined });
    expect(() => { d.receive(Buffer.from('--b x')); }).toThrow(MultipartError);
    expect(() => { d.receive(Buffer.from('--b--')); }).toThrow('refused already');
  });

  it.each<[string, string | undefined]>([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data ;charset=utf-8; boundary="a b"', 'a b'],
    ['multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW', '----WebKitFormBoundary7MA4YWxkTrZu0gW'],
    ['multipart/mixed; boundary=abc', undefined],
    ['multipart/form-datax; boundary=abc', undefined],
    ['text/plain', undefined],
  ])('the boundary of %s is %j', (type, boundary) => {
    expect(boundaryOf(type)).toBe(boundary);
  });

  it.each(['multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary="a "', 'multipart/form-data; boundary=a; boundary=b', `multipart/form-data; boundary=${'x'.repeat(71)}`, 'multipart/form-data; boundary="a\r\nb"'])('%j has none', (type) => {
    expect(() => boundaryOf(type)).toThrow(MultipartError);
  });

  it('what is written is read', () => {
    const name = fc.string({ unit: 'grapheme' }).filter((s) => !/[\u0000-\u001f\u007f]/.test(s));
    const parts = fc.array(fc.record({ name, filename: fc.option(name.filter((s) => !/[/\\]|^\.\.?$/.test(s)), { nil: undefined }), body: fc.uint8Array({ maxLength: 200 }) }));
    fc.assert(
      fc.property(parts, fc.array(fc.nat()), (given, cuts) => {
        const boundary = createBoundary();
        const chunks = given.flatMap((p: PartInit & { body: Uint8Array }, i) => [Buffer.from(writePartHead(boundary, p, i === 0)), p.body]);
        const body = Buffer.concat([...chunks, Buffer.from(writeMultipartEnd(boundary))]);
        const expected = given.map((p) => part(p.name, Buffer.from(p.body).toString('latin1'), p.filename, p.filename === undefined ? 'text/plain' : 'application/octet-stream'));
        expect(read(body, cuts, {}, boundary)).toEqual(expected);
      }),
    );
  });

  it('a type that would add a field is not written', () => {
    expect(() => writePartHead('b', { name: 'a', contentType: 'a\r\nb: c' }, true)).toThrow(MultipartError);
  });

  it('is read as the FormData of this process writes it', async () => {
    const form = new FormData();
    form.append('a', 'x\r\n--');
    form.append('f', new Blob(['\u0001\u0002']), 'na"me.bin');
    const r = new Response(form);
    const boundary = boundaryOf(r.headers.get('content-type')!)!;
    expect(read(Buffer.from(await r.arrayBuffer()), [], {}, boundary)).toEqual([part('a', 'x\r\n--'), part('f', '\u0001\u0002', 'na%22me.bin', 'application/octet-stream')]);
  });
});
