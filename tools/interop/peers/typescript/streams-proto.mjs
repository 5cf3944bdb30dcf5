// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// The service of idl/streams.proto with a codec by hand: what goes over the wire is what every Protobuf writes.

const codec = {
  encode(w, v) {
    if (v.text !== '') {
      w.u8(0x0a);
      w.varint(Buffer.byteLength(v.text));
      w.string(v.text);
    }
    if (v.number !== 0n) {
      w.u8(0x10);
      w.varint64(BigInt.asUintN(64, v.number));
    }
    if (v.raw.length > 0) {
      w.u8(0x1a);
      w.varint(v.raw.length);
      w.bytes(v.raw);
    }
  },
  decode(r) {
    const v = { text: '', number: 0n, raw: new Uint8Array(0) };
    while (r.left > 0) {
      switch (r.u8()) {
        case 0x0a:
          v.text = r.string(r.varint());
          break;
        case 0x10:
          v.number = BigInt.asIntN(64, r.varint64());
          break;
        case 0x1a:
          v.raw = r.bytes(r.varint());
          break;
        default:
          throw new Error('a field that Item does not have');
      }
    }
    return v;
  },
};

const method = (name, kind) => ({ name, key: name, kind, arity: 1, args: codec, result: codec, request: codec, response: codec, encodeError: () => false, isDeclared: () => false, annotations: {} });

export const PStreams = {
  codegen: 1,
  name: 'PStreams',
  package: 'interop',
  payload: 'protobuf',
  methods: [method('echo', 'unary'), method('list', 'server'), method('sum', 'client'), method('chat', 'bidi')],
  descriptor: () => undefined,
};
