import assert from "node:assert/strict";
import test from "node:test";
import { spanText } from "./timeline.js";

test("the lane of a group is said in words", () => {
  const span = { group: "slow", seed: false, peers: 1000, arrived: [0, 12], completed: [60, 90], left: null };
  assert.equal(spanText(span), "slow: 1,000 leechers, arrived from 0 s to 12 s, completed from 1 min 00 s to 1 min 30 s");
  assert.equal(spanText({ group: "s", seed: true, peers: 1, arrived: [0, 0], completed: null, left: null }), "s: 1 seed, arrived at 0 s");
});
