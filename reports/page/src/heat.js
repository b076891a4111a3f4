// The copies of each piece over time, as an image.

import { make, setText } from "./replay/dom.js";
import { indexAt } from "./align.js";
import { trim, value } from "./format.js";

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
  const reading = make("p", { className: "chart-reading", role: "status", textContent: "Point at a piece to read its copies." });
  const scale = make("p", { className: "heat-scale" });
  for (const copies of [0, 1, top / 4, top / 2, 3 * top / 4, top].filter((c, i) => (i < 2 ? c <= top : c >= 2))) {
    const box = make("span", { className: "heat-swatch" });
    box.style.background = `rgb(${shade(copies, top).join(",")})`;
    scale.append(make("span", { className: "reading" }, box, copies === 1 ? "1 copy" : `${trim(copies)} copies`));
  }
  element.append(make("figure", { className: "chart", id: "chart-availability" },
    make("figcaption", {}, make("h3", { textContent: "Availability of pieces" }), make("p", {
      className: "caption",
      textContent: "The number of copies of every piece over time, the first piece at the bottom: white for none, then from yellow (few) to dark violet (most). A persistent light line is a rare piece.",
    })), place, reading, scale));
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
  place.addEventListener("pointermove", (event) => {
    const box = image.getBoundingClientRect();
    const t = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * last;
    const b = Math.max(0, Math.min(bins.length - 1, Math.floor((1 - (event.clientY - box.top) / box.height) * bins.length)));
    cursor.set(t);
    const k = indexAt(times, t);
    const name = (first[b + 1] ?? first[b] + 1) - first[b] > 1 ? `pieces ${first[b]} to ${first[b + 1] - 1}` : `piece ${first[b]}`;
    setText(reading, `${name} at ${value(times[k], "s")}: ${value(bins[b][k], "1")} copies`);
  });
  cursor.subscribe((t) => {
    line.hidden = t === null || t > last;
    line.style.left = `${100 * t / last}%`;
  });
}
