import assert from "node:assert/strict";
import test from "node:test";
import { handMade, sampleReplay } from "./sample.js";
import { RECEIVED, TRANSFER, UNCHOKED, decode, neighbourTick, rowsConcerning } from "./trace.js";

test("columns are read by the kinds of their rows", () => {
  const t = decode(handMade());
  assert.equal(t.kind[3], UNCHOKED);
  assert.equal(t.whys[t.why[3]], "optimistic");
  assert.equal(t.kind[5], RECEIVED);
  assert.deepEqual([t.since[5], t.at[5], t.amount[5], t.other[5], t.piece[5]], [30, 40, 16384, 0, 3]);
  assert.deepEqual([t.since[6], t.at[6], t.amount[6]], [40, 50, 20000]);
  assert.deepEqual([t.kind[7], t.since[7], t.at[7], t.other[7], t.amount[7]], [TRANSFER, 50, 55, 2, 32768]);
  assert.equal(t.whys[t.why[8]], "crashed");
  assert.deepEqual([...t.receivedBy(1)], [5, 6, 7]);
  assert.deepEqual([...t.sentBy(0)], [5, 6]);
  assert.deepEqual([...t.sentBy(2)], [7]);
});

test("steps visit every event once in each direction, decisions aside", () => {
  const t = decode(handMade());
  const forward = [], backward = [];
  for (let at = neighbourTick(t, -1, 1); at !== null; at = neighbourTick(t, at, 1)) forward.push(at);
  for (let at = neighbourTick(t, t.end, -1); at !== null; at = neighbourTick(t, at, -1)) backward.push(at);
  assert.deepEqual(forward, [0, 10, 20, 40, 50, 55, 95]);
  assert.deepEqual(backward, forward.toReversed?.() ?? forward.slice().reverse());
});

test("steps of a followed peer are its own events", () => {
  const t = decode(sampleReplay());
  const rows = rowsConcerning(t, 5);
  assert.ok(rows.length > 0);
  for (let at = neighbourTick(t, -1, 1, rows); at !== null; at = neighbourTick(t, at, 1, rows)) {
    assert.ok(rows.some((r) => t.at[r] === at));
  }
});
