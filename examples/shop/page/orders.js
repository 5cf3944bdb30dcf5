// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { $, clock, h, ms, setText } from './dom.js';

const SHOWN = 14;

/** The newest orders, each with its trace. While somebody reads one, new ones wait. */
export class Orders {
  constructor(place, button) {
    this.place = place;
    this.button = button;
    this.held = [];
    button.addEventListener('click', () => this.release());
  }

  clear() {
    this.place.replaceChildren();
    this.held = [];
    this.show();
  }

  add(orders) {
    this.held.push(...orders);
    this.held = this.held.slice(-SHOWN);
    const reading = this.place.querySelector('details[open]') !== null || this.place.matches(':hover');
    if (!reading) this.release();
    else this.show();
  }

  release() {
    for (const o of this.held.splice(0)) this.place.prepend(card(o));
    while (this.place.children.length > SHOWN) this.place.lastElementChild.remove();
    this.show();
  }

  show() {
    $('orders-empty').hidden = this.place.children.length > 0;
    this.button.hidden = this.held.length === 0;
    setText(this.button, `show ${this.held.length} new`);
  }
}

function card(o) {
  const details = h(
    'details',
    {},
    h(
      'summary',
      {},
      h('time', { text: clock(o.at) }),
      h('span', { class: 'state', 'data-state': o.state, text: o.state.toLowerCase() }),
      h('span', { class: 'text', text: `${o.what} · ${o.user}` }),
      h('span', { class: 'total', text: o.total }),
      h('span', { class: 'ms', text: ms(o.ms) }),
    ),
  );
  // The trace is drawn when it is asked for.
  details.addEventListener('toggle', () => {
    if (details.open && details.children.length === 1) details.append(trace(o));
  });
  return details;
}

/** The spans as a waterfall, each below the one that caused it. */
function trace(o) {
  const box = h('div', { class: 'trace' });
  const below = new Map();
  for (const s of o.spans) below.set(s.parent, [...(below.get(s.parent) ?? []), s]);
  const start = Math.min(...o.spans.map((s) => s.at));
  // Clocks of processes are read in whole milliseconds.
  const total = Math.max(o.ms, ...o.spans.map((s) => s.at - start + s.ms), 1);
  const walk = (id, depth) => {
    for (const s of (below.get(id) ?? []).sort((a, b) => a.at - b.at)) {
      box.append(row(s, depth, start, total));
      walk(s.id, depth + 1);
      // A server's span has the client's id for its parent; deeper than that nothing goes in circles.
      if (depth > 12) return;
    }
  };
  walk('', 0);
  if (o.spans.length === 0) box.append(h('p', { class: 'empty', text: 'This trace was not kept.' }));
  box.append(h('p', { class: 'id', text: `order ${o.id || '–'}, HTTP ${o.status}, trace ${o.trace}` }));
  return box;
}

function row(s, depth, start, total) {
  const bar = h('i');
  bar.style.left = `${Math.min(99, ((s.at - start) / total) * 100)}%`;
  bar.style.width = `${Math.min(100, (s.ms / total) * 100)}%`;
  const who = h('span', { class: 'who', title: `${s.instance} ${s.name}` }, `${s.kind === 'client' ? '→ ' : ''}${s.name} `, h('small', { text: s.instance }));
  who.style.paddingLeft = `${depth * 10}px`;
  return h('div', { class: `span${s.error === '' ? '' : ' bad'}`, 'data-kind': s.kind }, who, h('span', { class: 'lane' }, bar), h('span', { class: 'ms', text: ms(s.ms) }), s.error === '' || s.kind === 'client' ? undefined : h('span', { class: 'err', text: s.error }));
}
