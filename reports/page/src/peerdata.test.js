import assert from "node:assert/strict";
import test from "node:test";
import { peerData, total } from "./peerdata.js";
import { handMade, sampleReplay } from "./replay/sample.js";
import { decode, isTransfer } from "./replay/trace.js";

test("what a peer exchanged is what the log says", () => {
  const trace = decode(handMade());
  const d = peerData(trace, 2);
  assert.deepEqual(d.list.map((n) => [n.number, n.received, n.sent]), [[1, 36384, 0], [9, 32768, 0]]);
  assert.deepEqual([d.arrived, d.completed, d.gone], [1, null, 9.5]);
  assert.deepEqual(d.pieces, { times: [4], counts: [1] });
  assert.deepEqual(peerData(trace, 1).list.map((n) => [n.number, n.received, n.sent]), [[2, 0, 36384]]);
  assert.equal(peerData(trace, 9), null, "a peer that is only mentioned has no log");
});

test("a slot ends when the neighbour leaves", () => {
  const slots = peerData(decode(handMade()), 1).list[0].unchokes;
  assert.deepEqual(slots, [{ from: 2, until: 9.5, why: "optimistic" }]);
  assert.equal(total(slots), 7.5);
  assert.equal(total(slots, "regular"), 0);
});

test("rates hold all bytes, and slots do not overlap", () => {
  const trace = decode(sampleReplay({ leechers: 30 }));
  const sum = (xs) => xs.reduce((a, b) => a + b, 0);
  for (let p = 0; p < trace.shown; p++) {
    const d = peerData(trace, trace.numbers[p]);
    const width = trace.end * trace.tick / d.rates.times.length;
    let received = 0;
    for (let r = 0; r < trace.rows; r++) if (isTransfer(trace.kind[r]) && trace.peer[r] === p) received += trace.amount[r];
    assert.equal(sum(d.list.map((n) => n.received)), received);
    assert.ok(Math.abs(sum(d.rates.down) * width - received) <= 1e-6 * received + 1e-6);
    for (const n of d.list) {
      for (const periods of [n.unchokes, n.unchokedBy]) {
        periods.forEach((s, i) => assert.ok(s.from <= s.until && (i === 0 || periods[i - 1].until <= s.from)));
      }
    }
  }
});
