// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// The few helpers that a page without a framework needs. Text is always set as text: nothing that a buyer writes becomes markup.

export const $ = (id) => document.getElementById(id);

/** An element with attributes and children. `class`, `text` and `on…` handlers are understood. */
export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
}

function fill(e, attributes, children) {
  for (const [k, v] of Object.entries(attributes)) {
    if (v === undefined || v === false) continue;
    if (k === 'text') e.textContent = v;
    else if (k.startsWith('on')) e.addEventListener(k.slice(2), v);
    else e.setAttribute(k, v === true ? '' : String(v));
  }
  e.append(...children.filter((c) => c !== undefined));
  return e;
}

export function setText(e, text) {
  if (e.textContent !== text) e.textContent = text;
}

export const count = (n) => Math.round(n).toLocaleString('en-US');
export const rate = (n) => (n >= 10 ? count(n) : n.toFixed(n >= 1 || n === 0 ? (n === 0 ? 0 : 1) : 1));
export const ms = (v) => (v === 0 ? '–' : v >= 1000 ? `${(v / 1000).toFixed(v >= 10_000 ? 0 : 1)} s` : `${v >= 10 ? Math.round(v) : v.toFixed(1)} ms`);
export const clock = (at) => new Date(at).toLocaleTimeString('en-GB');

let timer;

/** A word about what was just done. */
export function toast(text) {
  const t = $('toast');
  t.textContent = text;
  t.classList.add('on');
  clearTimeout(timer);
  timer = setTimeout(() => t.classList.remove('on'), 3500);
}

/** Asks the gateway. Errors: the problem document's words. */
export async function post(path, body, headers = {}) {
  const r = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-shop-ops': '1', ...headers },
    body: JSON.stringify(body ?? {}),
  });
  const answer = await r.json().catch(() => ({}));
  if (!r.ok) throw Object.assign(new Error(answer.detail ?? `status ${r.status}`), { status: r.status, answer });
  return { status: r.status, answer };
}
