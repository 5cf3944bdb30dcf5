// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { ms, rate, svg } from './dom.js';

// Where everything stands. A wide page reads from left to right, a narrow one from top to bottom.
const WIDE = {
  box: [0, 0, 1000, 372],
  nodes: {
    load: [8, 146, 104, 80],
    gateway: [216, 136, 132, 100],
    order: [452, 122, 186, 130],
    product: [756, 8, 236, 92],
    inventory: [756, 120, 236, 134],
    payment: [756, 274, 236, 92],
  },
};
const NARROW = {
  box: [0, 0, 380, 830],
  nodes: {
    load: [120, 6, 140, 62],
    gateway: [100, 132, 180, 84],
    order: [70, 286, 240, 122],
    product: [10, 496, 175, 84],
    payment: [195, 496, 175, 84],
    inventory: [70, 690, 240, 122],
  },
};

const WIRES = [
  ['load', 'gateway'],
  ['gateway', 'order'],
  ['order', 'product'],
  ['order', 'inventory'],
  ['order', 'payment'],
];
const NAMES = { load: 'buyers', gateway: 'gateway', order: 'order', product: 'product', inventory: 'inventory', payment: 'payment' };
const KEEPS = { order: 'order.db', inventory: 'inventory.db', payment: 'payment.db' };
const SPEAKS = { load: 'HTTP, JSON', gateway: 'node:http, SSE' };

/** The drawing of who calls whom; drawn anew when something appears or goes, else only its numbers change. */
export class Topology {
  constructor(place) {
    this.place = place;
    this.narrow = matchMedia('(max-width: 720px)');
    this.narrow.addEventListener('change', () => this.set(this.processes ?? [], this.edges ?? [], this.point));
  }

  set(processes, edges, point) {
    Object.assign(this, { processes, edges, point });
    const { box, nodes } = this.narrow.matches ? NARROW : WIDE;
    const vertical = this.narrow.matches;
    const root = svg('svg', { viewBox: box.join(' '), role: 'img', 'aria-label': 'Buyers call the gateway, the gateway calls order, order calls product, inventory and payment' });
    const tags = [];
    for (const [from, to] of WIRES) this.wire(root, tags, nodes[from], nodes[to], this.traffic(from, to), vertical, to === 'inventory' && vertical);
    for (const [name, at] of Object.entries(nodes)) root.append(this.node(name, at));
    // Numbers lie over everything else.
    root.append(...tags);
    this.keepFlow(root);
    this.place.replaceChildren(root);
  }

  /** The moving dots go on where they were: a drawing that starts them again twice a second stutters. */
  keepFlow(root) {
    const offset = (performance.now() / 1000) % 1;
    for (const f of root.querySelectorAll('.flow')) f.style.animationDelay = `-${offset}s`;
  }

  traffic(from, to) {
    if (from === 'load') {
      const p = this.point;
      return { perSecond: p === undefined ? 0 : p.ok + p.refused + p.failed, errors: p?.failed ?? 0, p99: p?.p99 ?? 0 };
    }
    const e = this.edges.find((x) => x.from === from && x.to === to);
    return { perSecond: e?.perSecond ?? 0, errors: e?.errorsPerSecond ?? 0, p99: e?.p99 ?? 0 };
  }

  wire(root, tags, a, b, t, vertical, past) {
    let d;
    let mx;
    let my;
    if (vertical) {
      const [x1, y1] = [a[0] + a[2] / 2, a[1] + a[3]];
      const [x2, y2] = [b[0] + b[2] / 2, b[1]];
      d = `M${x1} ${y1} C${x1} ${(y1 + y2) / 2} ${x2} ${(y1 + y2) / 2} ${x2} ${y2}`;
      mx = (x1 + x2) / 2;
      my = past ? 636 : (y1 + y2) / 2;
    } else {
      const [x1, y1] = [a[0] + a[2], a[1] + a[3] / 2];
      const [x2, y2] = [b[0], b[1] + b[3] / 2];
      const m = (x1 + x2) / 2;
      d = `M${x1} ${y1} C${m} ${y1} ${m} ${y2} ${x2} ${y2}`;
      mx = m;
      my = (y1 + y2) / 2;
    }
    const width = 2 + Math.min(5, Math.log10(1 + t.perSecond) * 1.8);
    root.append(svg('path', { class: 'wire', d, 'stroke-width': width + 2 }));
    const flow = svg('path', { class: `flow${t.perSecond > 0 ? ' on' : ''}${t.errors > 0 ? ' bad' : ''}`, d, 'stroke-width': width });
    root.append(flow);
    if (t.perSecond === 0) return;
    const text = `${rate(t.perSecond)}/s`;
    const below = t.errors > 0 ? `${rate(t.errors)} errors/s` : `p99 ${ms(t.p99)}`;
    tags.push(
      svg('g', {},
        svg('rect', { class: `tag${t.errors > 0 ? ' bad' : ''}`, x: mx - 41, y: my - 17, width: 82, height: 34, rx: 8 }),
        svg('text', { x: mx, y: my - 3, 'text-anchor': 'middle', text }),
        svg('text', { class: 'dim', x: mx, y: my + 11, 'text-anchor': 'middle', text: below }),
      ),
    );
  }

  node(name, [x, y, w, height]) {
    const g = svg('g', {}, svg('rect', { class: 'box', x, y, width: w, height, rx: 12 }));
    g.append(svg('text', { class: 'name', x: x + 12, y: y + 22, text: NAMES[name] }));
    const db = KEEPS[name];
    if (db !== undefined) {
      const cx = x + w - 20;
      g.append(svg('path', { class: 'cyl', d: `M${cx - 9} ${y + 13}v13a9 3.5 0 0 0 18 0v-13` }), svg('ellipse', { class: 'cyl', cx, cy: y + 13, rx: 9, ry: 3.5 }));
      if (w > 180) g.append(svg('text', { class: 'dim', x: cx - 14, y: y + 23, 'text-anchor': 'end', text: db }));
    } else if (SPEAKS[name] !== undefined) {
      g.append(svg('text', { class: 'dim', x: x + 12, y: y + 38, text: SPEAKS[name] }));
    }
    const list = this.processes.filter((p) => p.service === name);
    const top = name === 'load' || name === 'gateway' ? y + height - 38 : y + 34;
    const each = Math.min(46, (y + height - 8 - top) / Math.max(1, list.length));
    list.forEach((p, i) => g.append(this.chip(p, x + 8, top + i * each, w - 16, each - 6)));
    return g;
  }

  chip(p, x, y, w, height) {
    const up = p.state === 'ready';
    const down = p.state === 'stopped' || p.state === 'waiting';
    const middle = y + height / 2;
    const g = svg('g', {}, svg('rect', { class: `chip${down ? ' down' : ''}`, x, y, width: w, height, rx: 8 }));
    g.append(svg('circle', { class: `dot ${up ? 'ready' : down ? 'down' : 'between'}`, cx: x + 13, cy: middle, r: 4.5 }));
    const serves = p.service !== 'load' && p.service !== 'gateway';
    g.append(svg('text', { x: x + 24, y: middle + 4.5, text: serves ? p.instance : up ? `CPU ${Math.round(p.cpu * 100)} %` : p.state }));
    if (serves) g.append(svg('text', { class: 'dim', x: x + w - 9, y: middle + 4, 'text-anchor': 'end', text: up ? (p.leased ? `${rate(p.perSecond)}/s` : 'not found yet') : p.state === 'waiting' ? 'down' : p.state }));
    return g;
  }
}
