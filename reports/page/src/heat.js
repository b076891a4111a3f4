// The copies of each piece over time, as an image.

import { make, setText } from "./replay/dom.js";
import { indexAt } from "./align.js";
import { trim, value } from "./format.js";

const MOST_ROWS = 50; // of the text alternative

// matplotlib's viridis, from few copies to many. White stands for none.
const VIRIDIS = [[253, 231, 37], [122, 209, 81], [34, 168, 132], [42, 120, 142], [65, 68, 135], [68, 1, 84]];

// shade returns the colour of a number of copies between 0 and top.
export function shade(copies, top) {
  if (copies <= 0 || top <= 0) return [255, 255, 255];
  const at = copies / top * (VIRIDIS.length - 1), i = Math.min(Math.floor(at), VIRIDIS.length - 2), part = at - i;
  return VIRIDIS[i].map((a, k) => Math.round(a * (1 - part) + VIRIDIS[i + 1][k] * part));
}

// mountHeat shows the heat map of a record.
export function mountHeat(element, record, cursor) {
  const { times, first, bins } = record.heat;
  const top = Math.max(...bins.map((b) => Math.max(...b)));
  const image = make("canvas", { className: "heat-image", width: times.length, height: bins.length });
  const line = make("div", { className: "heat-line", hidden: true });
  const place = make("div", { className: "heat-place", tabIndex: 0, role: "img", "aria-label": `Availability of pieces: copies of ${bins.length} bins of pieces at ${times.length} times, at most ${top}` }, image, line);
  const reading = make("p", { className: "chart-reading", textContent: "Point at a piece, or use the arrow keys, to read its copies." });
  const scale = make("p", { className: "heat-scale" });
  for (const copies of [0, 1, top / 4, top / 2, 3 * top / 4, top].filter((c, i) => (i < 2 ? c <= top : c >= 2))) {
    const box = make("span", { className: "heat-swatch" });
    box.style.background = `rgb(${shade(copies, top).join(",")})`;
    scale.append(make("span", { className: "reading" }, box, copiesText(copies)));
  }
  element.append(make("figure", { className: "chart", id: "chart-availability" },
    make("figcaption", {}, make("h3", { textContent: "Availability of pieces" }), make("p", {
      className: "caption",
      textContent: "The number of copies of every piece over time, the first piece at the bottom: white for none, then from yellow (few) to dark violet (most). A persistent light line is a rare piece.",
    })), place, reading, scale, createSpreads(record.heat)));
  paint();

  function paint() {
    const c = image.getContext("2d");
    const pixels = c.createImageData(times.length, bins.length);
    bins.forEach((column, b) => column.forEach((copies, k) => {
      const at = 4 * ((bins.length - 1 - b) * times.length + k);
      const [r, g, blue] = shade(copies, top);
      pixels.data.set([r, g, blue, 255], at);
    }));
    c.putImageData(pixels, 0, 0);
  }

  const last = times.at(-1) ?? 1;
  let row = 0; // the bin that is read
  place.addEventListener("pointermove", (event) => {
    const box = image.getBoundingClientRect();
    row = clamp(Math.floor((1 - (event.clientY - box.top) / box.height) * bins.length), bins.length - 1);
    cursor.point(Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * last);
    read();
  });
  place.addEventListener("pointerleave", () => cursor.point(null));
  place.addEventListener("click", () => cursor.set(cursor.shown()));
  place.addEventListener("keydown", (event) => {
    const far = event.shiftKey ? 10 : 1;
    const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!step) return;
    event.preventDefault();
    row = clamp(row + far * step[1], bins.length - 1);
    cursor.set(times[clamp(indexAt(times, cursor.get() ?? 0) + far * step[0], times.length - 1)]);
    read();
  });
  place.addEventListener("focus", () => reading.setAttribute("aria-live", "polite"));
  place.addEventListener("blur", () => reading.removeAttribute("aria-live"));

  function read() {
    const k = indexAt(times, cursor.shown() ?? 0);
    const end = first[row + 1] ?? record.pieces;
    const name = end - first[row] > 1 ? `pieces ${first[row]} to ${end - 1}` : `piece ${first[row]}`;
    setText(reading, `${name} at ${value(times[k], "s")}: ${copiesText(bins[row][k])}`);
  }

  const show = (t) => {
    line.hidden = t === null || t > last;
    line.style.left = `${100 * (t ?? 0) / last}%`;
    if (t !== null) read();
  };
  cursor.onShown(show);
  show(cursor.shown());
}

function clamp(i, last) { return Math.max(0, Math.min(last, i)); }

function copiesText(n) { return n === 1 ? "1 copy" : `${trim(n)} copies`; }

// spreadAt returns the fewest copies at a sample, the median and the most.
export function spreadAt(bins, k) {
  const sorted = bins.map((b) => b[k]).sort((a, b) => a - b);
  return [sorted[0], sorted[Math.floor((sorted.length - 1) / 2)], sorted.at(-1)];
}

// createSpreads returns the text alternative: the spread of copies at some times.
function createSpreads({ times, bins }) {
  const details = make("details", { className: "chart-data" }, make("summary", { textContent: "In words and numbers" }));
  details.addEventListener("toggle", () => {
    if (!details.open || details.childElementCount > 1) return;
    const by = Math.max(1, Math.ceil(times.length / MOST_ROWS));
    const heads = ["time", "rarest piece", "median", "most common piece"];
    const table = make("table", {}, make("tr", {}, ...heads.map((t) => make("th", { scope: "col", textContent: t }))));
    for (let k = 0; k < times.length; k += by) {
      table.append(make("tr", {}, make("td", { textContent: value(times[k], "s") }), ...spreadAt(bins, k).map((n) => make("td", { textContent: trim(n) }))));
    }
    details.append(make("p", { className: "caption", textContent: "Copies of pieces at some times; availability.csv has all." }), make("div", { className: "scroll", tabIndex: 0 }, table));
  });
  return details;
}
