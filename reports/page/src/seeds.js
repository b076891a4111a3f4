// The values of a metric for every seed, by variant, with the mean and its 95 % interval. Variants
// that are compared have the same seeds: choosing one shows it in all of them.

import { make, setText } from "./replay/dom.js";

const ROW = 64, LEFT = 12, RIGHT = 24, TOP = 8, AXIS = 34;

// mountSeeds shows a chart. chart has title, unit, seeds (common or not: crn), and rows: name, mean, low,
// high, seeds, values, and the links to the reports of those that were played again.
export function mountSeeds(element, chart) {
  const line = make("p", { className: "seeds-line", role: "status" });
  const holder = make("div", { className: "seeds-chart" });
  const figure = make("figure", { className: "seeds" },
    make("figcaption", {}, make("strong", { textContent: chart.title }), ` ${caption(chart)}`), holder, line);
  element.append(figure);
  const numbers = [...new Set(chart.rows.flatMap((r) => r.seeds))].sort((a, b) => a - b);
  let chosen = null;

  function draw() {
    holder.replaceChildren(drawChart(chart, Math.max(260, holder.clientWidth || 700), chosen, choose, open));
    setText(line, chosen === null
      ? "Point at a value, or use the arrow keys, to see its seed in every variant."
      : describe(chart, chosen));
  }
  function choose(seed) {
    if (seed === chosen) return;
    chosen = seed;
    draw();
  }
  function open(href) { window.location.assign(href); }

  holder.tabIndex = 0;
  holder.setAttribute("role", "img");
  holder.setAttribute("aria-label", `${chart.title}, by variant and seed. Arrow keys choose a seed.`);
  holder.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") choose(null);
    else if (step) choose(numbers[((chosen === null ? (step > 0 ? -1 : 0) : numbers.indexOf(chosen)) + step + numbers.length) % numbers.length]);
    else return;
    event.preventDefault();
  });
  new ResizeObserver(draw).observe(holder);
  draw();
}

function caption(chart) {
  return `Each dot is the run of a seed${chart.crn ? ", and one seed is the same draw of arrivals, links and latencies in every variant" : ""}; ` +
    "the bar is the mean with its 95 % interval. A dot with a ring was played again: click it for its report.";
}

// describe says a seed's value in every variant.
export function describe(chart, seed) {
  const parts = [];
  for (const row of chart.rows) {
    const i = row.seeds.indexOf(seed);
    if (i >= 0) parts.push(`${row.name} ${format(row.values[i])}${unit(chart)}`);
  }
  return `Seed ${seed}: ${parts.join("; ")}`;
}

function unit(chart) { return chart.unit ? ` ${chart.unit}` : ""; }

export function format(x) {
  if (x === null || x === undefined) return "none";
  const size = Math.abs(x);
  return size >= 1000 ? Math.round(x).toLocaleString("en") : size === 0 ? "0" : String(Number(x.toPrecision(4)));
}

// scale returns the lowest and highest number of an axis, and round numbers on it.
export function scale(values, wanted = 6) {
  let low = Math.min(...values), high = Math.max(...values);
  if (!(high > low)) [low, high] = [low - Math.abs(low) / 10 - 1e-9, high + Math.abs(high) / 10 + 1e-9];
  const raw = (high - low) / wanted, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((m) => m * power >= raw) * power;
  const ticks = [];
  for (let i = Math.ceil(low / step); i * step <= high + step * 1e-9; i++) ticks.push(Number((i * step).toPrecision(12)));
  return { low, high, ticks };
}

function drawChart(chart, width, chosen, choose, open) {
  const height = TOP + chart.rows.length * ROW + AXIS;
  const svg = element("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  const all = chart.rows.flatMap((r) => [...r.values, r.low, r.high, r.mean]).filter((v) => v !== null);
  if (all.length === 0) return svg;
  const spread = (Math.max(...all) - Math.min(...all)) / 30; // room for the dots at the ends
  const { low, high, ticks } = scale([...all, Math.min(...all) - spread, Math.max(...all) + spread]);
  const x = (v) => LEFT + (v - low) / (high - low) * (width - LEFT - RIGHT);
  for (const t of ticks) {
    svg.append(element("line", { class: "seeds-grid", x1: x(t), x2: x(t), y1: TOP, y2: height - AXIS }),
      label("seeds-tick", x(t), height - AXIS + 16, format(t), "middle"));
  }
  svg.append(label("seeds-axis", width - RIGHT, height - 2, chart.title + (chart.unit ? ` (${chart.unit})` : ""), "end"));
  const places = []; // of the chosen seed
  chart.rows.forEach((row, i) => drawRow(svg, row, i, x, chosen, choose, open, places));
  if (places.length > 1) {
    svg.append(element("polyline", { class: "seeds-same", points: places.map((p) => p.join(",")).join(" ") }));
  }
  return svg;
}

function drawRow(svg, row, i, x, chosen, choose, open, places) {
  const top = TOP + i * ROW, colour = `seeds-colour-${i % 7 + 1}`;
  svg.append(label("seeds-name", LEFT, top + 14, `${row.name}: ${format(row.mean)}`, "start"));
  const middle = top + 40;
  if (row.low !== null && row.high !== null) {
    svg.append(element("line", { class: `seeds-interval ${colour}`, x1: x(row.low), x2: x(row.high), y1: middle, y2: middle }));
    for (const end of [row.low, row.high]) {
      svg.append(element("line", { class: `seeds-interval ${colour}`, x1: x(end), x2: x(end), y1: middle - 7, y2: middle + 7 }));
    }
  }
  if (row.mean !== null) svg.append(element("line", { class: `seeds-mean ${colour}`, x1: x(row.mean), x2: x(row.mean), y1: middle - 11, y2: middle + 11 }));
  row.seeds.forEach((seed, k) => {
    if (row.values[k] === null) return;
    const cx = x(row.values[k]), cy = middle + (k % 3 - 1) * 6;
    const href = row.links[k];
    const dot = element("circle", {
      class: `seeds-dot ${colour}${seed === chosen ? " seeds-chosen" : ""}${href ? " seeds-played" : ""}`,
      cx, cy, r: seed === chosen ? 7 : href ? 6 : 5,
    });
    dot.addEventListener("pointerenter", () => choose(seed));
    dot.addEventListener("click", () => (href ? open(href) : choose(seed)));
    svg.append(dot);
    if (seed === chosen) places.push([cx, cy]);
  });
}

function label(className, x, y, text, anchor) {
  const t = element("text", { class: className, x, y, "text-anchor": anchor });
  t.textContent = text;
  return t;
}

function element(name, attributes) {
  const e = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, String(value));
  return e;
}
