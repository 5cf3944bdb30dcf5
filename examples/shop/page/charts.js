// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { clock, ms, rate, svg, h } from './dom.js';

const POINTS = 120;
const PAD = { left: 40, right: 8, top: 10, bottom: 18 };

/** A minute of half-second points, drawn into a figure at its own size. */
class Chart {
  constructor(figure, label) {
    this.figure = figure;
    this.label = label;
    this.points = [];
    this.marks = [];
    this.hover = undefined;
    this.tip = h('div', { class: 'tip', hidden: true });
    figure.append(this.tip);
    figure.addEventListener('pointermove', (e) => {
      const box = figure.getBoundingClientRect();
      this.hover = e.clientX - box.left;
      this.draw();
    });
    figure.addEventListener('pointerleave', () => {
      this.hover = undefined;
      this.draw();
    });
    new ResizeObserver(() => this.draw()).observe(figure);
  }

  set(points, marks) {
    this.points = points.slice(-POINTS);
    this.marks = marks;
    this.draw();
  }

  draw() {
    const width = this.figure.clientWidth;
    const height = this.figure.clientHeight;
    if (width === 0 || height === 0) return;
    const w = width - PAD.left - PAD.right;
    const x = (i) => PAD.left + w - ((this.points.length - 1 - i) / (POINTS - 1)) * w;
    const root = svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': this.label });
    const bottom = height - PAD.bottom;
    for (const s of [60, 45, 30, 15, 0]) {
      const at = PAD.left + w - (s / 60) * w;
      root.append(svg('text', { class: 'axis', x: at, y: height - 3, 'text-anchor': s === 60 ? 'start' : s === 0 ? 'end' : 'middle', text: s === 0 ? 'now' : `-${s} s` }));
    }
    this.body(root, x, { top: PAD.top, bottom, left: PAD.left, right: width - PAD.right, step: w / (POINTS - 1) });
    const first = this.points[0]?.at ?? Infinity;
    const last = this.points.at(-1)?.at ?? 0;
    const shown = this.marks.filter((m) => m.at > first && m.at <= last);
    shown.forEach((m, n) => {
      const i = this.points.findIndex((p) => p.at >= m.at);
      root.append(svg('line', { class: 'mark', x1: x(i), x2: x(i), y1: PAD.top, y2: bottom }));
      const near = x(i) > width - 90;
      root.append(svg('text', { class: 'mark-text', x: x(i) + (near ? -3 : 3), y: PAD.top + 8 + (n % 2) * 12, 'text-anchor': near ? 'end' : 'start', text: m.text }));
    });
    this.cross(root, x, bottom, width);
    this.figure.querySelector('svg')?.remove();
    this.figure.prepend(root);
  }

  cross(root, x, bottom, width) {
    const i = this.hover === undefined ? -1 : this.points.findIndex((_, n) => Math.abs(x(n) - this.hover) <= (x(1) - x(0)) / 2 + 0.5);
    this.tip.hidden = i < 0;
    if (i < 0) return;
    root.append(svg('line', { class: 'cross', x1: x(i), x2: x(i), y1: PAD.top, y2: bottom }));
    this.tip.textContent = this.words(this.points[i]);
    this.tip.style.left = x(i) > width / 2 ? 'auto' : `${x(i) + 8}px`;
    this.tip.style.right = x(i) > width / 2 ? `${width - x(i) + 8}px` : 'auto';
  }
}

/** Steps of 1, 2, 5 that give about three lines. */
function ticks(max) {
  const rough = max / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((s) => s * power).find((s) => s >= rough);
  return Array.from({ length: Math.ceil(max / step) + 1 }, (_, i) => i * step);
}

/** Answers per second, stacked by what they were. */
export class RateChart extends Chart {
  body(root, x, r) {
    const list = ticks(Math.max(10, ...this.points.map((p) => p.ok + p.refused + p.failed)));
    const max = list.at(-1);
    const y = (v) => r.bottom - (v / max) * (r.bottom - r.top);
    for (const v of list) {
      root.append(svg('line', { class: 'grid', x1: r.left, x2: r.right, y1: y(v), y2: y(v) }));
      root.append(svg('text', { class: 'axis', x: r.left - 6, y: y(v) + 4, 'text-anchor': 'end', text: rate(v) }));
    }
    const width = Math.max(1, r.step - 1);
    this.points.forEach((p, i) => {
      let base = 0;
      for (const kind of ['ok', 'refused', 'failed']) {
        const v = p[kind];
        if (v > 0) root.append(svg('rect', { class: `a-${kind}`, x: x(i) - width, width, y: y(base + v), height: Math.max(0.5, y(base) - y(base + v)) }));
        base += v;
      }
    });
  }

  words(p) {
    return `${clock(p.at)}: ${rate(p.ok)} confirmed, ${rate(p.refused)} refused${p.failed > 0 ? `, ${rate(p.failed)} failed` : ''}`;
  }
}

/** Quantiles, on a logarithmic scale: a slow one does not press all others flat. */
export class LatencyChart extends Chart {
  body(root, x, r) {
    const seen = this.points.flatMap((p) => (p.p99 > 0 ? [p.p50, p.p99] : []));
    const low = Math.floor(Math.log10(Math.max(0.1, Math.min(10, ...seen))));
    const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(100, ...seen))));
    const y = (v) => r.bottom - ((Math.log10(Math.max(v, 10 ** low)) - low) / (high - low)) * (r.bottom - r.top);
    for (let e = low; e <= high; e++) {
      root.append(svg('line', { class: 'grid', x1: r.left, x2: r.right, y1: y(10 ** e), y2: y(10 ** e) }));
      root.append(svg('text', { class: 'axis', x: r.left - 6, y: y(10 ** e) + 4, 'text-anchor': 'end', text: ms(10 ** e).replace('.0 s', ' s').replace('.0 ms', ' ms') }));
    }
    for (const kind of ['p99', 'p50']) {
      let path = '';
      let open = false;
      this.points.forEach((p, i) => {
        if (p[kind] === 0) {
          open = false;
          return;
        }
        path += `${open ? 'L' : 'M'}${x(i).toFixed(1)} ${y(p[kind]).toFixed(1)}`;
        // One point alone is seen too.
        if (!open) path += `l0.01 0`;
        open = true;
      });
      root.append(svg('path', { class: `l-${kind}`, d: path, 'stroke-linecap': 'round' }));
    }
  }

  words(p) {
    return `${clock(p.at)}: p50 ${ms(p.p50)}, p99 ${ms(p.p99)}`;
  }
}
