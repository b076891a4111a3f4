// What the shapes, lines and colours of the picture mean.

import { make } from "./dom.js";
import { groupsOfLeechers } from "./sprites.js";

export function createLegend(trace) {
  const groups = groupsOfLeechers(trace);
  const entry = (mark, text) => make("li", {}, make("span", { className: `replay-mark ${mark}`, "aria-hidden": "true" }), text);
  const leechers = groups.length < 2
    ? [entry("replay-leecher replay-group-1", "leecher")]
    : groups.slice(0, 7).map((g, i) => entry(`replay-leecher replay-group-${i % 7 + 1}`, `leecher of ${trace.groups[g]}`));
  return make("ul", { className: "replay-legend", "aria-label": "legend" },
    entry("replay-seedmark", "seed"), ...leechers,
    entry("replay-leftmark", "left"),
    entry("replay-regularline", "regular unchoke"),
    entry("replay-optimisticline", "optimistic unchoke"),
    entry("replay-chokedline", "choked (followed peer's last round)"),
    entry("replay-pieces", "pieces, first to last; the ring is what a peer has"));
}
