import assert from "node:assert/strict";
import test from "node:test";

import { ticks, timeTicks } from "./chart.js";

test("ticks are round and reach the largest value", () => {
  assert.deepEqual(ticks(200), [0, 50, 100, 150, 200]);
  assert.deepEqual(ticks(0.7), [0, 0.2, 0.4, 0.6, 0.8]);
  assert.deepEqual(ticks(0), [0, 1]);
  for (let most = 0.001; most < 1e9; most *= 1.7) {
    const all = ticks(most);
    assert.ok(all.at(-1) >= most && all.length >= 3 && all.length <= 12, `${most}: ${all}`);
  }
});

test("times have the unit that suits them", () => {
  assert.equal(timeTicks(100).unit, "s");
  const minutes = timeTicks(720);
  assert.equal(minutes.unit, "min");
  assert.equal(minutes.write(minutes.values[1]), "2");
  assert.equal(timeTicks(86400).unit, "h");
  assert.equal(timeTicks(30 * 86400).unit, "d");
});
