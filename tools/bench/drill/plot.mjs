// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

const WIDTH = 860;
const PANEL = 190;
const LEFT = 60;
const RIGHT = 20;

const style = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 15px } .note { fill: #59636e; font-size: 11px }
  .ok { fill: #0969da } .bad { fill: #cf222e } .refused { fill: #8c959f } .axis { stroke: #8c959f } .strike { stroke: #cf222e; stroke-dasharray: 4 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .note { fill: #9198a1 } .ok { fill: #4493f8 } .bad { fill: #f85149 } .refused { fill: #656c76 }
  }`;

/** Every call as a dot, by when it was sent and how long it took: blue was answered, red failed, grey was refused. One panel with governance, one without. */
export function plot(runs, seconds) {
  const most = 260;
  const parts = [];
  let top = 40;
  for (const r of runs) {
    const x = (at) => LEFT + (at / (seconds * 1000)) * (WIDTH - LEFT - RIGHT);
    const y = (ms) => top + PANEL - (Math.min(ms, most) / most) * PANEL;
    parts.push(`<text x="${LEFT}" y="${top - 8}">${r.governed ? 'with governance' : 'without'}</text>`);
    for (const ms of [0, 100, 200]) parts.push(`<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(ms)}" y2="${y(ms)}" stroke-width="0.4"/><text class="note" x="${LEFT - 8}" y="${y(ms) + 4}" text-anchor="end">${ms} ms</text>`);
    parts.push(`<line class="strike" x1="${x(r.struck)}" x2="${x(r.struck)}" y1="${top}" y2="${top + PANEL}"/>`);
    // What went well is thinned out, so that the picture stays small; what failed is all there.
    const step = Math.max(1, Math.floor(r.calls.length / 2500));
    r.calls.forEach((c, i) => {
      const kind = c.outcome === 'ok' ? 'ok' : c.outcome === 'refused' ? 'refused' : 'bad';
      if (kind !== 'bad' && i % step !== 0) return;
      parts.push(`<circle class="${kind}" cx="${x(c.at).toFixed(1)}" cy="${y(c.ms).toFixed(1)}" r="${kind === 'bad' ? 1.6 : 1}"/>`);
    });
    top += PANEL + 46;
  }
  const title = runs[0].title;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}" role="img" aria-label="${title}">`,
    `<style>${style}\n</style>`,
    `<text class="title" x="${LEFT}" y="18">${title}</text>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}
