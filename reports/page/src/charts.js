// Line charts. Those over the time of the run share its cursor.

import uPlot from "./vendor/uplot/uPlot.esm.js";
import { align, indexAt } from "./align.js";
import { make, setText } from "./replay/dom.js";
import { ordinal } from "./replay/words.js";
import { scaleOf, timeUnit, value } from "./format.js";

const HEIGHT = 260;
const WIDTHS = [3, 2, 1.5]; // of lines: the first ones are wider, to be seen under the others
const MOST_ROWS = 200; // of a table of data

// mountCharts shows the charts of a record in an element, and returns them.
export function mountCharts(element, record, cursor) {
  const shown = record.charts.map((chart) => mountChart(element, chart, record, cursor));
  return { shown, destroy() { for (const c of shown) c.destroy(); } };
}

// mountChart shows one chart.
export function mountChart(element, chart, record, cursor) {
  const data = align(chart);
  const overTime = chart.kind === "time";
  const unit = overTime ? chart.unit : "100";
  const place = make("div", { className: "chart-place", tabIndex: 0, role: "img", "aria-label": `${chart.title}. ${summary(chart, data)}` });
  const reading = make("p", { className: "chart-reading" });
  const details = createTable(chart, data);
  const figure = make("figure", { className: "chart", id: `chart-${chart.id}` },
    make("figcaption", {}, make("h3", { textContent: chart.title }), make("p", { className: "caption", textContent: chart.caption })),
    place, reading, details);
  element.append(figure);

  const longest = data[0].at(-1) ?? 0;
  const [xBy, xUnit] = overTime || chart.unit === "s" ? timeUnit(overTime ? record.end_s : longest) : [1, ""];
  const top = Math.max(0, ...data.slice(1).map((ys) => ys.reduce((a, y) => (y > a ? y : a), 0)));
  const [yBy, yUnit] = overTime ? scaleOf(chart.unit, top) : [1, "%"];
  let plot = null, width = 0, inSight = true;

  function draw() {
    plot?.destroy();
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = (by, label) => ({
      stroke: colour("--replay-muted"), grid: { stroke: colour("--page-grid"), width: 1 }, ticks: { show: false },
      label, labelSize: 18, labelGap: 0, labelFont: "12px system-ui, sans-serif", font: "12px system-ui, sans-serif",
      values: (_, ticks) => ticks.map((t) => String(Number((t / by).toPrecision(6)))),
      splits: by === 1 ? undefined : (u, i, low, high, step) => roundSplits(low, high, by, step),
    });
    width = Math.max(240, place.clientWidth);
    plot = new uPlot({
      width, height: HEIGHT,
      scales: { x: { time: false, range: [0, Math.max(overTime ? record.end_s : longest, 1e-9)] }, y: { range: [0, overTime ? Math.max(top * 1.05, 1e-9) : 100] } },
      axes: [
        { ...axis(xBy, chart.x_label + (xUnit ? ` (${xUnit})` : "")), size: 26 },
        { ...axis(yBy, chart.label + (yUnit ? ` (${yUnit})` : "")), size: 58 },
      ],
      series: [{}, ...chart.lines.map((line, i) => ({
        label: line.name, width: WIDTHS[i] ?? WIDTHS.at(-1), stroke: line.dashed ? colour("--replay-muted") : colour(`--page-line-${i % 7 + 1}`),
        dash: line.dashed ? [6, 4] : i >= 7 ? [8, 3] : undefined, spanGaps: false, points: { show: false },
        paths: chart.steps && !line.dashed ? uPlot.paths.stepped({ align: 1 }) : undefined,
      }))],
      legend: { show: false }, cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      hooks: { ready: [() => onCursor(overTime ? cursor.shown() : null)], draw: overTime ? [(u) => drawMarks(u, record.marks, colour("--replay-muted"))] : [] },
    }, data, place);
    plot.over.addEventListener("pointermove", onPointer);
    plot.over.addEventListener("click", () => { if (overTime) cursor.set(cursor.shown()); });
  }

  function onPointer(event) {
    const x = Math.max(0, Math.min(overTime ? record.end_s : longest, plot.posToVal(event.offsetX, "x")));
    if (overTime) cursor.point(x);
    else read(x);
  }

  const readings = chart.lines.map((line, i) => {
    const text = make("b", {});
    return { text, element: make("span", { className: "reading" }, make("span", { className: `swatch ${line.dashed ? "swatch-dashed" : `swatch-${i % 7 + 1}`}` }), line.name, " ", text) };
  });
  const head = make("span", { className: "reading-x" });
  reading.append(head, ...readings.map((r) => r.element));

  // read says the values at x or, without one, what the lines are.
  function read(x) {
    const at = x === null || data[0].length === 0 ? -1 : indexAt(data[0], x);
    setText(head, at < 0 ? "" : value(x, overTime ? "s" : chart.unit));
    chart.lines.forEach((line, i) => {
      const y = at < 0 ? null : data[i + 1][at];
      setText(readings[i].text, line.dashed ? value(line.values[0], chart.unit) : at < 0 ? "" : unit === "100" ? value(y / 100, "%") : value(y, chart.unit));
    });
  }

  // onCursor shows a time, if the chart is in sight.
  function onCursor(t) {
    if (!plot || !inSight) return;
    plot.setCursor({ left: t === null ? -10 : plot.valToPos(t, "x"), top: 0 });
    read(t);
  }

  // At other lines than those of time the keyboard moves a place of the chart's own.
  let own = 0;
  function onStep(step) {
    if (overTime) return cursor.set(Math.max(0, Math.min(record.end_s, (cursor.get() ?? 0) + step * record.end_s / 100)));
    own = Math.max(0, Math.min(longest, own + step * longest / 100));
    onCursor(own);
  }

  place.addEventListener("pointerleave", () => {
    if (overTime) cursor.point(null);
    else onCursor(null);
  });
  place.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    onStep(event.shiftKey ? 10 * step : step);
  });
  // Values are read out for the chart that has the focus, and not for all of them.
  place.addEventListener("focus", () => reading.setAttribute("aria-live", "polite"));
  place.addEventListener("blur", () => reading.removeAttribute("aria-live"));
  const sight = new IntersectionObserver((entries) => {
    inSight = entries.at(-1).isIntersecting;
    if (overTime) onCursor(cursor.shown());
  });
  sight.observe(figure);
  const watch = new ResizeObserver(() => { if (Math.abs(place.clientWidth - width) > 1) draw(); });
  watch.observe(place);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", draw);
  const stop = overTime ? cursor.onShown(onCursor) : () => {};
  draw();
  return { chart, data, destroy() { watch.disconnect(); sight.disconnect(); dark.removeEventListener("change", draw); stop(); plot?.destroy(); figure.remove(); } };
}

// roundSplits returns round numbers in another unit than that of the data.
function roundSplits(low, high, by, step) {
  const raw = step / by, power = 10 ** Math.floor(Math.log10(raw));
  const round = [1, 2, 5, 10].find((m) => m * power >= raw * 0.999) * power * by;
  const out = [];
  for (let i = Math.ceil(low / round); i * round <= high * (1 + 1e-9); i++) out.push(i * round);
  return out;
}

// drawMarks draws the events of the scenario.
function drawMarks(u, marks, colour) {
  const c = u.ctx;
  c.save();
  c.strokeStyle = colour;
  c.lineWidth = devicePixelRatio;
  c.setLineDash([4, 4]);
  for (const m of marks) {
    for (const t of [m.at_s, m.until_s]) {
      const x = Math.round(u.valToPos(t, "x", true));
      if (t <= 0 || x > u.bbox.left + u.bbox.width) continue;
      c.beginPath();
      c.moveTo(x, u.bbox.top);
      c.lineTo(x, u.bbox.top + u.bbox.height);
      c.stroke();
    }
  }
  c.restore();
}

// summary says the shape of a chart in a sentence, for those who do not see it.
export function summary(chart, data) {
  const parts = chart.lines.map((line, i) => {
    if (line.dashed) return `${line.name}: ${value(line.values[0], chart.unit)}`;
    if (chart.kind !== "time") {
      const n = line.values.length;
      return `${line.name}: ${n} of ${line.members}, median ${value(line.values[Math.floor((n - 1) / 2)], chart.unit)}, longest or highest ${value(line.values[n - 1], chart.unit)}`;
    }
    let high = -Infinity, at = 0, last = null;
    data[i + 1].forEach((y, k) => {
      if (y === null) return;
      last = y;
      if (y > high) [high, at] = [y, data[0][k]];
    });
    if (last === null) return `${line.name}: no values`;
    return `${line.name}: at most ${value(high, chart.unit)}, at ${value(at, "s")}; at the end ${value(last, chart.unit)}`;
  });
  return parts.join(". ") + ".";
}

// createTable returns the data of a chart as a table, which is made when it is opened.
function createTable(chart, data) {
  const details = make("details", { className: "chart-data" }, make("summary", { textContent: "In words and numbers" }));
  details.addEventListener("toggle", () => {
    if (!details.open || details.childElementCount > 1) return;
    const rows = data[0].length, by = Math.max(1, Math.ceil(rows / MOST_ROWS));
    const head = make("tr", {}, make("th", { textContent: chart.kind === "time" ? "time (s)" : chart.x_label }), ...chart.lines.map((l) => make("th", { textContent: l.name })));
    const table = make("table", {}, head);
    for (let k = 0; k < rows; k += by) {
      table.append(make("tr", {}, ...data.map((column) => make("td", { textContent: column[k] === null ? "" : String(column[k]) }))));
    }
    const note = by > 1 ? ` Every ${ordinal(by)} row of ${rows.toLocaleString("en")}; the folder's files have all.` : "";
    details.append(make("p", { className: "caption", textContent: summary(chart, data) + note }), make("div", { className: "scroll", tabIndex: 0 }, table));
  });
  return details;
}
