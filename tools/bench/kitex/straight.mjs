// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The same work as the engine's for an echo over TTHeader, as one function: the limit that the engine is measured against. It checks what the engine checks
 * (lengths, info blocks, magic numbers, message type), routes by the bytes of the service's and the method's name, and writes the same reply. The payload codec
 * and the byte reader and writer are the engine's, so that only the shape differs.
 * Returns the position after the last whole message.
 */
export function straightEcho({ reader, writer, method, serviceName, info }) {
  const name = Buffer.from(method.name);
  const service = Buffer.from(serviceName);
  return (buf, start, end) => {
    let p = start;
    while (end - p >= 14) {
      const total = p + 4 + u32(buf, p);
      if (total > end) break;
      if (u16(buf, p + 4) !== 0x1000) throw new Error('not TTHeader');
      const seq = u32(buf, p + 8);
      const infoEnd = p + 14 + u16(buf, p + 12) * 4;
      if (infoEnd + 8 > total || buf[p + 14] !== 0) throw new Error('info');
      let q = p + 16 + buf[p + 15];
      let served = false;
      while (q < infoEnd) {
        const id = buf[q++];
        if (id === 0) continue;
        if (id !== 0x01 && id !== 0x10) throw new Error('block');
        let n = u16(buf, q);
        q += 2;
        for (; n > 0; n--) {
          const key = q;
          q += id === 0x01 ? 2 + u16(buf, q) : 2;
          const keyEnd = q;
          q += 2 + u16(buf, q);
          if (q > infoEnd) throw new Error('pair');
          if (id === 0x01 && keyEnd - key === 5 && buf[key + 2] === 0x69 && buf[key + 3] === 0x73 && buf[key + 4] === 0x6e) served = same(buf, keyEnd + 2, q, service);
        }
      }
      if (u16(buf, infoEnd) !== 0x8001 || buf[infoEnd + 3] !== 1) throw new Error('message');
      const nameEnd = infoEnd + 8 + u32(buf, infoEnd + 4);
      if (nameEnd + 4 > total || !served || !same(buf, infoEnd + 8, nameEnd, name)) throw new Error('method');
      const seqId = u32(buf, nameEnd);
      reader.set(buf, nameEnd + 4, total);
      const value = method.args.decode(reader);
      const w = writer;
      const mark = w.mark();
      w.u32(0);
      w.u32(0x10000000);
      w.u32(seq);
      w.u32(0);
      w.u8(0x10);
      w.u16(info.intCount);
      w.bytes(info.ints);
      let size = w.mark() - mark - 14;
      for (; (size & 3) !== 0; size++) w.u8(0);
      w.patchU16(mark + 12, size >>> 2);
      w.u32(0x80010002);
      w.string32(method.name);
      w.u32(seqId);
      method.result.encode(w, value);
      w.patchU32(mark, w.mark() - mark - 4);
      p = total;
    }
    return p;
  };
}

function same(buf, start, end, wanted) {
  if (end - start !== wanted.length) return false;
  for (let i = 0; i < wanted.length; i++) if (buf[start + i] !== wanted[i]) return false;
  return true;
}

function u16(b, p) {
  return (b[p] << 8) | b[p + 1];
}

function u32(b, p) {
  return ((b[p] << 24) | (b[p + 1] << 16) | (b[p + 2] << 8) | b[p + 3]) >>> 0;
}
