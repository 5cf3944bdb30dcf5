// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// The service of the drill, written by hand: text in, text out.

const text = (id) => ({
  encode(w, v) {
    w.u8(11);
    w.i16(id);
    w.string32(v);
    w.u8(0);
  },
  decode(r) {
    if (r.u8() !== 11 || r.i16() !== id) throw new TypeError('not what the drill sends');
    const v = r.string32();
    r.u8();
    return v;
  },
});

export const Work = {
  codegen: 1,
  name: 'Work',
  package: 'drill',
  payload: 'thrift',
  descriptor: () => undefined,
  methods: [
    {
      name: 'Do', key: 'do', kind: 'unary', arity: 1, args: text(1), result: text(0), request: text(1), response: text(0),
      encodeError: () => false, isDeclared: () => false, annotations: {},
    },
  ],
};
