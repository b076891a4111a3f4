import assert from "node:assert/strict";
import test from "node:test";
import { align, indexAt } from "./align.js";

test("a chart over time has its columns", () => {
  const chart = { kind: "time", times: [1, 2], lines: [{ values: [5, null] }] };
  assert.deepEqual(align(chart), [[1, 2], [5, null]]);
});

test("a distribution rises by one member at each value, and ends below 100 if some have none", () => {
  const chart = { kind: "distribution", lines: [{ values: [2, 2, 6], members: 4 }, { values: [3], members: 1 }, { values: [5], members: 1, dashed: true }] };
  assert.deepEqual(align(chart), [
    [0, 2, 3, 5, 6],
    [0, 50, 50, 50, 75],
    [0, 0, 100, 100, 100],
    [0, 0, 0, 100, 100],
  ]);
});

test("the sample at a time is the last one that is not after it", () => {
  assert.deepEqual([-1, 0, 9, 10, 19, 20, 99].map((t) => indexAt([0, 10, 20], t)), [0, 0, 0, 1, 1, 2, 2]);
  assert.equal(indexAt([], 5), 0);
});
