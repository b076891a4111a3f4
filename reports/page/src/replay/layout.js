// Where peers are drawn. A peer keeps its place for the whole run: initial seeds are in the middle,
// leechers on rings around them, by group and then by arrival, clockwise from the top.

import { ARRIVED } from "./trace.js";

// order lists the shown peers that are not initial seeds by group and arrival.
export function order(trace) {
  const arrival = new Float64Array(trace.shown).fill(Infinity);
  for (let r = 0; r < trace.rows; r++) {
    if (trace.kind[r] === ARRIVED) arrival[trace.peer[r]] = trace.at[r];
  }
  const all = Array.from({ length: trace.shown }, (_, p) => p);
  const sorted = (peers) => peers.sort((a, b) =>
    trace.group[a] - trace.group[b] || arrival[a] - arrival[b] || a - b);
  return {
    middle: sorted(all.filter((p) => trace.seed[p])),
    around: sorted(all.filter((p) => !trace.seed[p])),
  };
}

// layout places peers in a rectangle: x and y of each, the radius of a dot with its bar of pieces,
// and where the labels of groups are.
export function layout(trace, width, height, places = order(trace)) {
  const x = new Float64Array(trace.shown), y = new Float64Array(trace.shown);
  const margin = Math.max(16, Math.min(34, width / 20));
  const rx = Math.max(40, width / 2 - margin), ry = Math.max(40, height / 2 - margin);
  const cx = width / 2, cy = height / 2;
  const n = places.around.length;
  const rings = ringCount(n, rx, ry);
  const inner = rings > 1 ? 0.52 : 1;
  const share = (ring) => (rings > 1 ? 1 - (1 - inner) * ring / (rings - 1) : 1);
  places.around.forEach((p, i) => {
    const angle = 2 * Math.PI * i / n - Math.PI / 2;
    x[p] = cx + rx * share(i % rings) * Math.cos(angle);
    y[p] = cy + ry * share(i % rings) * Math.sin(angle);
  });
  placeMiddle(places.middle, x, y, cx, cy, Math.min(rx, ry) * inner * 0.62);
  return { x, y, width, height, radius: dotRadius(x, y, trace.shown), groups: groupLabels(trace, places.around, n) };

  function groupLabels(t, around) {
    const names = [];
    for (let i = 0; i < around.length; i++) {
      const g = t.group[around[i]];
      const last = names[names.length - 1];
      if (last && last.group === g) last.to = i;
      else names.push({ group: g, from: i, to: i });
    }
    return names.map(({ group, from, to }) => {
      const angle = 2 * Math.PI * (from + to) / 2 / n - Math.PI / 2;
      return { group, x: cx + rx * Math.cos(angle), y: cy + ry * Math.sin(angle), angle };
    });
  }
}

// ringCount returns on how many rings n peers have the most room.
function ringCount(n, rx, ry) {
  let best = 1, room = 0;
  for (let rings = 1; rings <= 6; rings++) {
    const around = Math.PI * (rx + ry) * 0.52 * rings / Math.max(1, n); // on the innermost ring
    const between = rings > 1 ? Math.min(rx, ry) * 0.48 / (rings - 1) : Infinity;
    const outermost = Math.PI * (rx + ry) * rings / Math.max(1, n);
    const least = Math.min(rings === 1 ? outermost : around, between);
    if (least > room) [best, room] = [rings, least];
    if (room > 30) break;
  }
  return best;
}

// placeMiddle spreads peers over a disc, as the seeds of a sunflower are.
function placeMiddle(peers, x, y, cx, cy, radius) {
  const golden = Math.PI * (3 - Math.sqrt(5));
  peers.forEach((p, i) => {
    const r = peers.length === 1 ? 0 : radius * Math.sqrt((i + 0.5) / peers.length);
    x[p] = cx + r * Math.cos(i * golden);
    y[p] = cy + r * Math.sin(i * golden);
  });
}

// dotRadius returns a radius at which peers do not overlap.
function dotRadius(x, y, n) {
  let least = Infinity;
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < a; b++) least = Math.min(least, Math.hypot(x[a] - x[b], y[a] - y[b]));
  }
  return Math.max(3, Math.min(14, least * 0.5));
}

// bend is how far links curve to the side, so that the two directions of a pair are apart.
const bend = 0.1;

// along returns the place on the curve of a link, from 0 at its beginning to 1.
export function along(x0, y0, x1, y1, part) {
  const mx = (x0 + x1) / 2 - bend * (y1 - y0), my = (y0 + y1) / 2 + bend * (x1 - x0);
  const a = (1 - part) * (1 - part), b = 2 * part * (1 - part), c = part * part;
  return [a * x0 + b * mx + c * x1, a * y0 + b * my + c * y1];
}

// curve adds the link to a path.
export function curve(context, x0, y0, x1, y1) {
  context.moveTo(x0, y0);
  context.quadraticCurveTo((x0 + x1) / 2 - bend * (y1 - y0), (y0 + y1) / 2 + bend * (x1 - x0), x1, y1);
}

// origin returns where a transfer begins: at its sender or, if that is not shown, outside.
export function origin(layout, trace, sender, receiver) {
  if (sender < trace.shown) return [layout.x[sender], layout.y[sender]];
  const dx = layout.x[receiver] - layout.width / 2, dy = layout.y[receiver] - layout.height / 2;
  const far = Math.max(1, Math.hypot(dx, dy));
  return [layout.x[receiver] + 40 * dx / far, layout.y[receiver] + 40 * dy / far];
}
