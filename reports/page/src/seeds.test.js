import assert from "node:assert/strict";
import test from "node:test";
import { describe, format, scale } from "./seeds.js";

test("an axis has round numbers and holds all values", () => {
  for (const values of [[1, 2, 3], [83.2, 91.7], [5, 5], [0, 0], [-3, 1e6], [0.00012, 0.00013]]) {
    const { low, high, ticks } = scale(values);
    assert.ok(low <= Math.min(...values) && high >= Math.max(...values) && high > low);
    assert.ok(ticks.length >= 1 && ticks.length <= 9, `${values}: ${ticks}`);
  }
  assert.deepEqual(scale([0, 100]).ticks, [0, 20, 40, 60, 80, 100]);
});

test("a seed is described in every variant that has it", () => {
  const chart = { unit: "s", rows: [
    { name: "rarest", seeds: [1, 2], values: [83.21, null] },
    { name: "random", seeds: [2], values: [91] },
  ] };
  assert.equal(describe(chart, 1), "Seed 1: rarest 83.21 s");
  assert.equal(describe(chart, 2), "Seed 2: rarest none s; random 91 s".replace("none s", "none s"));
});

test("numbers have four digits", () => {
  assert.deepEqual([format(0), format(1234567), format(0.123456), format(null)], ["0", "1,234,567", "0.1235", "none"]);
});
