import assert from "node:assert/strict";
import test from "node:test";
import { order, parseFilter } from "./query.js";

const columns = [
  { name: "peer", numbers: [1, 2, 3, 4] },
  { name: "group", words: ["seed", "fast", "slow", "<b>slow"] },
  { name: "download_s", numbers: [null, 10, 30, 20] },
];
const rows = (text) => {
  const { test: accepts, error } = parseFilter(text, columns);
  assert.equal(error, null);
  return [0, 1, 2, 3].filter(accepts);
};

test("a filter is conditions, words and numbers of peers", () => {
  assert.deepEqual(rows(""), [0, 1, 2, 3]);
  assert.deepEqual(rows("SLOW"), [2, 3]);
  assert.deepEqual(rows("group=slow"), [2]);
  assert.deepEqual(rows("download_s>=20"), [2, 3]);
  assert.deepEqual(rows("slow download_s<25"), [3]);
  assert.deepEqual(rows("3"), [2]);
  assert.deepEqual(rows("download_s<1e9"), [1, 2, 3]); // and none without a value
});

test("what a filter cannot mean is said", () => {
  assert.match(parseFilter("speed>3", columns).error, /no column speed/);
  assert.match(parseFilter("group>3", columns).error, /group=word/);
  assert.match(parseFilter("download_s>x", columns).error, /x is none/);
});

test("rows without a value come last in either order, and equal ones keep theirs", () => {
  assert.deepEqual(order([0, 1, 2, 3], columns[2], false), [1, 3, 2, 0]);
  assert.deepEqual(order([0, 1, 2, 3], columns[2], true), [2, 3, 1, 0]);
  assert.deepEqual(order([3, 1, 0], { words: ["a", "a", "a", "a"] }, true), [0, 1, 3]);
});
