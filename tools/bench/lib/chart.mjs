// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { digits, spread } from './stats.mjs';

const WIDTH = 860;
const LABEL = 270;
const BAR = 20;
const GAP = 6;
const ROOM = WIDTH - LABEL - 150;

const escape = (s) => s.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('`', '');

/** Colours of both modes have enough contrast on white and on GitHub's dark grey; the text follows the reader's mode. */
const style = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 15px } .table { font-weight: 600 } .note { fill: #59636e }
  .ours { fill: #0969da } .other { fill: #8c959f } .range { stroke: #1f2328; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .note { fill: #9198a1 }
    .ours { fill: #4493f8 } .other { fill: #656c76 } .range { stroke: #f0f6fc }
  }`;

/**
 * A suite as bars of CPU time, one group for each table on a scale of its own, shorter is better; a line shows the range of the rounds.
 * Rows without samples are left out.
 */
export function chart(suite) {
  const parts = [];
  let y = 28;
  parts.push(`<text class="title" x="16" y="${y}">${escape(suite.title)}: CPU time, µs (shorter is better)</text>`);
  for (const table of suite.tables) {
    const rows = table.rows.flatMap((row) => {
      const s = spread(row.samples.map((x) => x.cpuMicros));
      return s === undefined ? [] : [{ row, s }];
    });
    if (rows.length === 0) continue;
    const most = Math.max(...rows.map(({ s }) => s.max));
    y += 34;
    parts.push(`<text class="table" x="16" y="${y}">${escape(table.title)}, per ${table.unit}</text>`);
    y += 10;
    for (const { row, s } of rows) {
      const x = (v) => (LABEL + (v / most) * ROOM).toFixed(1);
      const middle = y + BAR / 2;
      parts.push(
        `<text x="${LABEL - 10}" y="${middle + 4.5}" text-anchor="end">${escape(row.title)}</text>`,
        `<rect class="${row.ours ? 'ours' : 'other'}" x="${LABEL}" y="${y}" width="${(x(s.median) - LABEL).toFixed(1)}" height="${BAR}" rx="2"/>`,
        `<line class="range" x1="${x(s.min)}" x2="${x(s.max)}" y1="${middle}" y2="${middle}"/>`,
        `<text x="${Number(x(s.max)) + 8}" y="${middle + 4.5}">${digits(s.median)}</text>`,
      );
      y += BAR + GAP;
    }
  }
  const height = y + 14;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escape(suite.title)}">`,
    `<style>${style}\n</style>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}
