// Colours of the canvas, read from the custom properties of the page's style, so that there is one
// place for them and a light and a dark form of each.

const STEPS = 256; // colours of pieces; more pieces share them with their neighbours

// readColours reads the properties that apply to an element.
export function readColours(element) {
  const style = getComputedStyle(element);
  const get = (name) => style.getPropertyValue(`--replay-${name}`).trim();
  const stops = [];
  for (let i = 1; get(`piece-${i}`); i++) stops.push(parse(get(`piece-${i}`)));
  const groups = [];
  for (let i = 1; get(`group-${i}`); i++) groups.push(get(`group-${i}`));
  return {
    ground: get("ground"), ink: get("ink"), muted: get("muted"), empty: get("empty"), seed: get("seed"),
    regular: get("regular"), optimistic: get("optimistic"), choked: get("choked"), accent: get("accent"),
    groups,
    pieces: gradient(stops, STEPS),
  };
}

// pieceStep returns which colour a piece has.
export function pieceStep(piece, pieces) { return Math.min(STEPS - 1, Math.floor(piece * STEPS / pieces)); }

function parse(hex) {
  const n = parseInt(hex.slice(1), 16);
  return [n >> 16 & 255, n >> 8 & 255, n & 255];
}

// gradient blends stops into a number of colours, in linear light, so that the middles are not dull.
export function gradient(stops, steps) {
  const light = (c) => (c / 255) ** 2.2, byte = (l) => Math.round(255 * l ** (1 / 2.2));
  return Array.from({ length: steps }, (_, i) => {
    const at = i / Math.max(1, steps - 1) * (stops.length - 1);
    const k = Math.min(stops.length - 2, Math.floor(at)), part = at - k;
    const c = stops[k].map((a, j) => byte(light(a) * (1 - part) + light(stops[k + 1][j]) * part));
    return `rgb(${c[0]}, ${c[1]}, ${c[2]})`;
  });
}
