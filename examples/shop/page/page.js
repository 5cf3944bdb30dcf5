// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { RateChart, LatencyChart } from './charts.js';
import { $, clock, count, h, ms, post, rate, setText, toast } from './dom.js';
import { Orders } from './orders.js';
import { Topology } from './topology.js';

// Everything comes over one stream of events: first all that is known, then what is new, in the same shape.

const KEEP = { points: 120, events: 60 };
const STATES = ['NEW', 'RESERVED', 'PAYING', 'PAID', 'CONFIRMED', 'REJECTED', 'CANCELLED', 'EXPIRED'];

let board = {};
const topology = new Topology($('topology'));
const rates = new RateChart($('chart-rate'), 'Orders answered per second in the last minute');
const latencies = new LatencyChart($('chart-latency'), 'Time to answer in the last minute, median and 99th percentile');
const orders = new Orders($('orders'), $('held'));

function connect() {
  const source = new EventSource('/api/events');
  source.addEventListener('open', () => pill('link', 'good', 'live'));
  source.addEventListener('error', () => pill('link', 'bad', 'the gateway is away, trying again'));
  source.addEventListener('all', (e) => {
    board = JSON.parse(e.data);
    orders.clear();
    orders.add(board.orders ?? []);
    draw(board);
  });
  source.addEventListener('news', (e) => {
    const news = JSON.parse(e.data);
    const more = (name, keep) => [...(board[name] ?? []), ...(news[name] ?? [])].slice(-keep);
    board = { ...board, ...news, points: more('points', KEEP.points), events: more('events', KEEP.events) };
    orders.add(news.orders ?? []);
    draw(news);
  });
}

function pill(id, tone, text) {
  $(id).dataset.tone = tone;
  setText($(id), text);
}

/** Draws what changed. */
function draw(news) {
  const points = board.points ?? [];
  if (news.points !== undefined) {
    const marks = (board.events ?? []).filter((e) => e.tone === 'bad' && / is killed/.test(e.text)).map((e) => ({ at: e.at, text: e.text.split(' ')[0] }));
    rates.set(points, marks);
    latencies.set(points, marks);
  }
  if (news.processes !== undefined) {
    topology.set(board.processes, board.edges ?? [], mean(points.slice(-4)));
    processes(board.processes);
  }
  if (news.stock !== undefined) stock(board.stock);
  if (news.states !== undefined) states(board.states, board.open ?? 0);
  if (news.events !== undefined) events(board.events ?? []);
  if (news.checks !== undefined) checks(board.checks);
  if (news.load !== undefined) load(board.load);
  tiles(points);
}

function mean(points) {
  if (points.length === 0) return undefined;
  const sum = (k) => points.reduce((n, p) => n + p[k], 0) / points.length;
  return { ok: sum('ok'), refused: sum('refused'), failed: sum('failed'), p50: sum('p50'), p99: Math.max(...points.map((p) => p.p99)) };
}

function tiles(points) {
  const now = mean(points.slice(-4));
  const s = board.states ?? {};
  const value = (id, text, unit) => {
    const e = $(id);
    const key = text + (unit ?? '');
    if (e.dataset.key === key) return;
    e.dataset.key = key;
    e.replaceChildren(text, ...(unit === undefined ? [] : [h('small', { text: unit })]));
  };
  const time = (v) => ms(v).split(' ');
  const latest = points.findLast((p) => p.p99 > 0);
  value('k-rate', now === undefined ? '–' : rate(now.ok + now.refused + now.failed));
  setText($('k-rate-sub'), points.length === 0 ? '' : `at most ${rate(Math.max(...points.map((p) => p.ok + p.refused + p.failed)))}`);
  value('k-p50', ...(latest === undefined ? ['–'] : time(latest.p50)));
  value('k-p99', ...(latest === undefined ? ['–'] : time(latest.p99)));
  value('k-confirmed', count(s.CONFIRMED ?? 0));
  value('k-refused', count((s.REJECTED ?? 0) + (s.CANCELLED ?? 0) + (s.EXPIRED ?? 0)));
  const rows = board.stock ?? [];
  setText($('k-pieces'), rows.length === 0 ? '' : `${count(rows.reduce((n, r) => n + r.sold, 0))} pieces sold`);
  const over = rows.reduce((n, r) => n + Math.max(0, r.sold + r.reserved - r.adjusted) + Math.abs(r.adjusted - r.available - r.reserved - r.sold), 0);
  value('k-oversold', rows.length === 0 ? '–' : count(over));
  if (rows.length > 0) $('t-oversold').dataset.tone = over === 0 ? 'good' : 'bad';
}

function stock(rows) {
  const place = $('stock');
  for (const r of rows) {
    let e = place.querySelector(`[data-sku="${CSS.escape(r.sku)}"]`);
    if (e === null) {
      e = h(
        'div',
        { class: 'item', 'data-sku': r.sku },
        h('div', { class: 'what' }, h('b', { text: r.name }), h('span')),
        h('button', { type: 'button', class: 'small', text: 'Buy', 'aria-label': `Buy one ${r.name}`, onclick: () => buy(r) }),
        h('div', { class: 'bar' }, h('span', { class: 'sold' }), h('span', { class: 'reserved' })),
      );
      place.append(e);
    }
    const [sold, reserved] = e.querySelectorAll('.bar span');
    const share = (n) => `${(n / Math.max(1, r.adjusted)) * 100}%`;
    sold.style.width = share(r.sold);
    reserved.style.width = share(r.reserved);
    const words = e.querySelector('.what span');
    setText(words, r.available === 0 ? `sold out, ${count(r.adjusted)} pieces` : `${count(r.available)} of ${count(r.adjusted)} left · ${r.price}`);
    words.classList.toggle('out', r.available === 0);
  }
}

async function buy(r) {
  const began = performance.now();
  try {
    const { answer } = await post('/api/orders', { lines: [{ sku: r.sku, quantity: 1 }], payToken: 'card-page' }, { 'x-shop-user': 'you', 'idempotency-key': crypto.randomUUID(), 'x-shop-trace': '1' });
    toast(`${r.name}: ${answer.state.toLowerCase()} after ${ms(performance.now() - began)}. Its trace will be below in a moment.`);
  } catch (e) {
    toast(`${r.name}: ${e.message}`);
  }
}

function states(s, open) {
  const all = STATES.reduce((n, k) => n + (s[k] ?? 0), 0);
  const cls = (k) => `s-${k.toLowerCase()}`;
  $('states').replaceChildren(...STATES.map((k) => h('li', { class: (s[k] ?? 0) === 0 ? 'none' : undefined }, h('i', { class: cls(k) }), k.toLowerCase(), h('b', { text: count(s[k] ?? 0) }))));
  $('states-bar').replaceChildren(
    ...STATES.filter((k) => (s[k] ?? 0) > 0).map((k) => {
      const e = h('span', { class: cls(k), title: `${s[k]} ${k.toLowerCase()}` });
      e.style.width = `${(s[k] / all) * 100}%`;
      return e;
    }),
  );
  setText($('open-hint'), open === 0 ? 'nothing under way' : `${count(open)} under way`);
}

function events(list) {
  $('events').replaceChildren(...[...list].reverse().map((e) => h('li', { 'data-tone': e.tone }, h('time', { text: clock(e.at) }), h('span', { text: e.text }))));
}

function checks(list) {
  const bad = list.filter((c) => !c.ok).length;
  pill('verdict', bad === 0 ? 'good' : 'bad', bad === 0 ? `audit: ${list.length} of ${list.length} well` : `audit: ${bad} of ${list.length} NOT well`);
  $('checks-empty').hidden = true;
  $('checks').replaceChildren(...list.map((c) => h('li', { class: c.ok ? undefined : 'bad' }, h('span', {}, c.name, h('small', { text: c.seen })))));
}

function load(l) {
  const share = Math.min(1, l.done / Math.max(1, l.rate * l.seconds));
  $('load-bar').firstElementChild.style.width = `${share * 100}%`;
  $('load-bar').setAttribute('aria-valuenow', String(Math.round(share * 100)));
  setText($('load-hint'), l.running ? `${count(l.done)} of ${count(l.rate * l.seconds)} answered, ${l.inFlight} in flight` : `${count(l.done)} answered`);
  $('run').disabled = l.running;
}

function processes(list) {
  const place = $('processes');
  for (const p of list) {
    let row = place.querySelector(`[data-instance="${CSS.escape(p.instance)}"]`);
    if (row === null) {
      row = h(
        'tr',
        { 'data-instance': p.instance },
        h('td', {}, h('b', { text: p.instance })),
        h('td', {}, h('i', { class: 'led' }), h('span')),
        ...['n', 'n opt2', 'n opt2', 'n opt', 'n opt', 'n opt', 'n opt'].map((c) => h('td', { class: c })),
        h(
          'td',
          { class: 'act' },
          h('button', { type: 'button', class: 'small danger', text: 'Kill', 'aria-label': `Kill ${p.instance}`, onclick: () => act('kill', p.instance) }),
          h('button', { type: 'button', class: 'small', text: 'Restart', 'aria-label': `Restart ${p.instance} in order`, onclick: () => act('restart', p.instance) }),
        ),
      );
      place.append(row);
    }
    const cells = row.children;
    row.querySelector('.led').dataset.state = p.state;
    setText(cells[1].lastElementChild, p.state === 'waiting' ? 'down' : p.state);
    const up = p.state === 'ready';
    const serves = p.service !== 'load' && p.service !== 'gateway';
    const texts = [serves && up ? rate(p.perSecond) : '–', serves && up ? ms(p.p99) : '–', up ? `${Math.round(p.cpu * 100)} %` : '–', up ? `${Math.round(p.rssMb)} MB` : '–', up ? ms(p.loopMs) : '–', p.pid === 0 ? '–' : String(p.pid), String(p.restarts)];
    texts.forEach((t, i) => setText(cells[i + 2], t));
    const [kill, restart] = row.querySelectorAll('button');
    kill.disabled = !up;
    restart.disabled = !up && p.state !== 'stopped';
  }
}

async function act(what, instance) {
  try {
    await post(`/api/ops/${what}/${instance}`);
    toast(what === 'kill' ? `${instance} is killed` : `${instance} is restarted in order`);
  } catch (e) {
    toast(e.message);
  }
}

$('run').addEventListener('click', async () => {
  try {
    await post('/api/ops/load', { rate: Number($('rate').value), seconds: Number($('seconds').value) });
  } catch (e) {
    toast(e.message);
  }
});

$('restock').addEventListener('click', async () => {
  try {
    await post('/api/ops/restock');
    toast('The shelves are filled again');
  } catch (e) {
    toast(e.message);
  }
});

$('theme').addEventListener('click', () => {
  const dark = getComputedStyle(document.documentElement).colorScheme === 'dark';
  document.documentElement.dataset.theme = dark ? 'light' : 'dark';
});

connect();
