// A chart of a few lines, as SVG: small, and readable without colours, by dashes and names.

const SVG = "http://www.w3.org/2000/svg";
const SIZE = { width: 640, height: 260, left: 64, right: 14, top: 14, bottom: 40 };

// ticks returns round numbers from 0 to at least most, about that many.
export function ticks(most, about = 5) {
  if (!(most > 0)) return [0, 1];
  const raw = most / about, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((m) => m * power >= raw * 0.999) * power;
  const out = [];
  for (let i = 0; out.length === 0 || out.at(-1) < most; i++) out.push(Number((i * step).toPrecision(12)));
  return out;
}

// timeTicks returns round times in seconds, and how to write them.
export function timeTicks(most, about = 6) {
  const [unit, by] = most > 4 * 86400 ? ["d", 86400] : most > 3 * 3600 ? ["h", 3600] : most > 300 ? ["min", 60] : ["s", 1];
  return { unit, values: ticks(most / by, about).map((v) => v * by), write: (s) => String(Number((s / by).toPrecision(6))) };
}

function draw(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// lineChart draws lines {name, kind, points}, whose kinds are classes of the style. about is its text
// for a reader that does not see it.
export function lineChart({ title, y, lines, write = String, about, end }) {
  const all = lines.flatMap((l) => l.points);
  const x = timeTicks(end ?? Math.max(1, ...all.map((p) => p[0])));
  const ys = ticks(all.reduce((most, p) => Math.max(most, p[1]), 0));
  const { width, height, left, right, top, bottom } = SIZE;
  const atX = (t) => left + (width - left - right) * t / x.values.at(-1);
  const atY = (v) => height - bottom - (height - top - bottom) * v / ys.at(-1);
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${title}. ${about}`, class: "lines" });
  for (const v of ys) {
    svg.append(draw("line", { x1: left, x2: width - right, y1: atY(v), y2: atY(v), class: "grid" }));
    svg.append(draw("text", { x: left - 8, y: atY(v) + 4, "text-anchor": "end" }, write(v)));
  }
  for (const t of x.values) {
    svg.append(draw("line", { x1: atX(t), x2: atX(t), y1: height - bottom, y2: height - bottom + 5, class: "axis" }));
    svg.append(draw("text", { x: atX(t), y: height - bottom + 18, "text-anchor": "middle" }, x.write(t)));
  }
  svg.append(draw("line", { x1: left, x2: width - right, y1: height - bottom, y2: height - bottom, class: "axis" }));
  svg.append(draw("text", { x: (left + width - right) / 2, y: height - 4, "text-anchor": "middle" }, `time, ${x.unit}`));
  for (const l of lines) {
    if (l.points.length === 0) continue;
    const path = l.points.map((p, i) => `${i ? "L" : "M"}${atX(p[0]).toFixed(1)} ${atY(p[1]).toFixed(1)}`).join("");
    svg.append(draw("path", { d: path, class: `line ${l.kind}` }));
  }
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  caption.className = "lines-title";
  const legend = document.createElement("span");
  legend.className = "legend";
  for (const l of lines) {
    const key = document.createElement("span");
    const mark = draw("svg", { viewBox: "0 0 28 8", width: 28, height: 8, "aria-hidden": "true" });
    mark.append(draw("path", { d: "M0 4H28", class: `line ${l.kind}` }));
    key.append(mark, ` ${l.name}`);
    legend.append(key);
  }
  caption.append(`${title}${y ? `, ${y}` : ""}`, legend);
  figure.append(caption, svg);
  return figure;
}
