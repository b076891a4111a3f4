import assert from "node:assert/strict";
import test from "node:test";
import { duration, scaleOf, timeUnit, value } from "./format.js";

test("values have units that people read", () => {
  for (const [x, unit, want] of [
    [2345678, "B/s", "2.35 MB/s"], [999, "B/s", "999 B/s"], [4 * 2 ** 30, "B", "4 GiB"], [0.5, "%", "50 %"],
    [12345, "1", "12,345"], [0.123456, "1", "0.123"], [0, "1", "0"], [null, "s", "\u2013"], [undefined, "1", "\u2013"],
  ]) assert.equal(value(x, unit), want);
});

test("times are in words", () => {
  for (const [s, want] of [[0, "0 s"], [12.345, "12.3 s"], [75, "1 min 15 s"], [3725, "1 h 02 min"], [90000, "1 d 1 h"], [-5, "-5 s"]]) {
    assert.equal(duration(s), want);
  }
});

test("axes have one unit for all their numbers", () => {
  assert.deepEqual(scaleOf("B/s", 3e6), [1e6, "MB/s"]);
  assert.deepEqual(scaleOf("B/s", 1.5e6), [1e3, "kB/s"]);
  assert.deepEqual([500, 700, 20000, 400000].map((t) => timeUnit(t)[1]), ["s", "min", "h", "days"]);
});
