// A small line chart of a run in progress.

import { svg, h } from './dom.js';
import { span, ticks, timeTicks } from './format.js';

const height = 190;
const edge = { left: 54, right: 10, top: 10, bottom: 24 };

/**
 * Makes a chart: a figure with a title, a legend and lines.
 * lines: [{name, column}], format: the words of a value.
 */
export function createChart(title, lines, format) {
  const picture = svg('svg', { role: 'img', height });
  const legend = h('p', { class: 'legend' });
  const figure = h('figure', { class: 'chart' }, h('figcaption', {}, title), legend, picture);
  const values = lines.map((line, i) => {
    const value = h('span', { class: 'value' });
    legend.append(h('span', { class: `key k${i % 8}` }, svg('svg', { width: 18, height: 10, 'aria-hidden': 'true' },
      svg('line', { x1: 0, x2: 18, y1: 5, y2: 5, class: `line l${i % 8}` })), ` ${line.name} `, value));
    return value;
  });
  let last;
  const draw = (series) => {
    last = series;
    drawLines(picture, lines.map((l) => series.columns.indexOf(l.column)), series.rows, format);
    const row = series.rows.at(-1);
    const now = lines.map((l) => {
      const x = row?.[series.columns.indexOf(l.column)];
      return x === null || x === undefined ? '' : format(x);
    });
    now.forEach((t, i) => { values[i].textContent = t; });
    picture.setAttribute('aria-label', `${title}: ${lines.map((l, i) => `${l.name} ${now[i] || 'nothing yet'}`).join(', ')}`);
  };
  const resize = new ResizeObserver(() => { if (last) draw(last); });
  resize.observe(figure);
  return { element: figure, draw, destroy: () => resize.disconnect() };
}

function drawLines(picture, columns, rows, format) {
  const width = Math.max(picture.parentElement.clientWidth, 200);
  picture.setAttribute('width', width);
  picture.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const longest = rows.at(-1)?.[0] ?? 0;
  let high = 0;
  for (const row of rows) for (const c of columns) high = Math.max(high, row[c] ?? 0);
  const yTicks = ticks(high || 1, 4);
  high = Math.max(high * 1.05, yTicks.at(-1), 1e-9);
  const x = (t) => edge.left + (width - edge.left - edge.right) * (longest > 0 ? t / longest : 0);
  const y = (v) => height - edge.bottom - (height - edge.top - edge.bottom) * (v / high);
  const parts = [];
  for (const v of yTicks) {
    parts.push(svg('line', { class: 'grid', x1: edge.left, x2: width - edge.right, y1: y(v), y2: y(v) }));
    parts.push(svg('text', { class: 'tick', x: edge.left - 6, y: y(v) + 4, 'text-anchor': 'end' }, format(v)));
  }
  for (const t of timeTicks(longest, Math.max(2, Math.floor(width / 70)))) {
    const anchor = x(t) > width - 40 ? 'end' : 'middle';
    parts.push(svg('text', { class: 'tick', x: x(t), y: height - 7, 'text-anchor': anchor }, span(t)));
  }
  columns.forEach((c, i) => {
    let path = '';
    let pen = 'M';
    for (const row of rows) {
      if (row[c] === null || row[c] === undefined) { pen = 'M'; continue; }
      path += `${pen}${x(row[0]).toFixed(1)} ${y(row[c]).toFixed(1)}`;
      pen = 'L';
    }
    if (path) parts.push(svg('path', { class: `line l${i % 8}`, d: path }));
  });
  picture.replaceChildren(...parts);
}
