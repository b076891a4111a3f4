import assert from "node:assert/strict";
import test from "node:test";
import { layout } from "./layout.js";
import { gradient, pieceStep } from "./colours.js";

function swarm(seeds, leechers) {
  const n = seeds + leechers;
  return {
    shown: n, rows: 0, kind: [], peer: [], at: [], groups: ["seed", "leechers"],
    group: Array.from({ length: n }, (_, p) => (p < seeds ? 0 : 1)), seed: Array.from({ length: n }, (_, p) => (p < seeds ? 1 : 0)),
  };
}

test("peers are inside and do not overlap, on a screen and on a phone", () => {
  for (const [width, height] of [[930, 520], [350, 430]]) {
    for (const [seeds, leechers] of [[1, 0], [1, 1], [1, 20], [1, 200], [10, 190], [60, 140], [0, 5]]) {
      const l = layout(swarm(seeds, leechers), width, height);
      for (let a = 0; a < seeds + leechers; a++) {
        assert.ok(l.x[a] >= l.radius && l.x[a] <= width - l.radius && l.y[a] >= l.radius && l.y[a] <= height - l.radius);
        for (let b = 0; b < a; b++) {
          const apart = Math.hypot(l.x[a] - l.x[b], l.y[a] - l.y[b]);
          assert.ok(apart >= 2 * l.radius * 0.99, `${seeds}+${leechers} at ${width}: ${apart} apart, radius ${l.radius}`);
        }
      }
    }
  }
});

test("colours of pieces run through all stops", () => {
  const colours = gradient([[0, 0, 0], [255, 0, 0], [255, 255, 255]], 256);
  assert.equal(colours[0], "rgb(0, 0, 0)");
  assert.equal(colours[255], "rgb(255, 255, 255)");
  assert.equal(pieceStep(0, 1), 0);
  assert.equal(pieceStep(255, 256), 255);
  assert.equal(pieceStep(9999, 10000), 255);
});
