import assert from "node:assert/strict";
import test from "node:test";

import { parseTable, readRun, staircase, thin } from "./record.js";

test("a table is read by column, with empty and quoted cells", () => {
  assert.deepEqual(parseTable('a,b,c\n1,,3\n"x,""y""",5,\n'), { a: ["1", 'x,"y"'], b: ["", "5"], c: ["3", ""] });
  assert.deepEqual(parseTable(",b\n,2\n"), { "": [""], b: ["2"] });
});

test("a run is read from its files", () => {
  const bytes = (text) => new TextEncoder().encode(text);
  const run = readRun({
    "summary.json": bytes('{"scenario": "x"}'),
    "peers.csv": bytes("peer,completed_s\n1,\n2,7.5\n3,2\n"),
    "timeseries.csv": bytes("t_s,goodput_Bps\n1,10\n2,20\n"),
  });
  assert.deepEqual(run, { summary: { scenario: "x" }, completed: [2, 7.5], series: { t: [1, 2], goodput: [10, 20] } });
});

test("a staircase has a step for each completion, and lasts until the end", () => {
  assert.deepEqual(staircase([1, 4], 9), [[0, 0], [1, 0], [1, 1], [4, 1], [4, 2], [9, 2]]);
  assert.deepEqual(staircase([], 9), [[0, 0], [9, 0]]);
});

test("thinning keeps peaks", () => {
  const points = Array.from({ length: 1000 }, (_, i) => [i, i === 501 ? 99 : 1]);
  const few = thin(points, 100);
  assert.equal(few.length, 100);
  assert.ok(few.some((p) => p[1] === 99));
  assert.equal(thin(points, 1000), points);
});
