// Which groups unchoke which.

import { make } from "./replay/dom.js";
import { value, trim } from "./format.js";

// mountMatrix shows the unchoke matrix.
export function mountMatrix(element, matrix) {
  const head = make("tr", {}, make("th", { textContent: "from \u2193 to \u2192" }), ...matrix.groups.map((g) => make("th", { scope: "col", textContent: g })));
  const table = make("table", { className: "matrix" }, head);
  matrix.groups.forEach((from, i) => {
    table.append(make("tr", {}, make("th", { scope: "row", textContent: from }), ...matrix.groups.map((_, k) => cell(matrix.share[i][k], matrix.uniform[i][k]))));
  });
  element.append(make("figure", { className: "chart", id: "chart-unchokes" },
    make("figcaption", {}, make("h3", { textContent: "Unchokes by group" }), make("p", { className: "caption", textContent: matrix.caption })),
    make("div", { className: "scroll" }, table)));
}

function cell(share, uniform) {
  const ratio = uniform > 0 ? share / uniform : null;
  const td = make("td", { textContent: value(share, "%") + (ratio === null ? "" : ` (${trim(ratio, 2)}x)`) });
  if (ratio !== null) {
    const strength = Math.round(100 * Math.min(1, Math.abs(ratio - 1)) * 0.55);
    td.style.background = `color-mix(in srgb, var(--page-line-${ratio > 1 ? 6 : 2}) ${strength}%, transparent)`;
  }
  return td;
}
