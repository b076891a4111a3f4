import assert from "node:assert/strict";
import test from "node:test";

import { bill, outcome, sentBySeeds, times, verdict } from "./compare.js";

const MiB = 2 ** 20;

function summary({ sent, exchanged = 0, count = 10, all = 10, p50 = 10, last = 20, gone = 0 }) {
  return {
    virtual_s: 30, content_bytes: MiB, pieces_gone: gone,
    completion_s: count > 0 ? { count, mean: p50, p50, p95: last, last } : { count: 0, mean: null, p50: null, p95: null, last: null },
    groups: [
      { name: "seed", seed: true, peers: 1, uploaded_bytes: sent },
      { name: "leechers", seed: false, peers: all, uploaded_bytes: exchanged },
    ],
  };
}

test("the provider's bill is what the initial seeds sent", () => {
  const s = summary({ sent: 2.5 * MiB, exchanged: 8 * MiB });
  assert.equal(sentBySeeds(s), 2.5 * MiB);
  assert.equal(bill(s), "The provider sent 2.5 MiB, which is 2.5 copies of the content; the leechers sent 8 MiB to each other.");
  assert.match(bill(summary({ sent: MiB })), /1 copy of/);
  assert.match(bill(summary({ sent: 200 * MiB })), /200 copies of/);
  assert.match(bill(summary({ sent: 20 * MiB })), /20 copies of/);
});

test("the outcome says who completed, and when", () => {
  assert.equal(outcome(summary({ sent: MiB })),
    "All 10 leechers completed, half of them within 10.0 s of their arrival, and the slowest within 20.0 s.");
  assert.match(outcome(summary({ sent: MiB, count: 4, gone: 1 })), /^4 of 10 leechers completed.*1 piece had no copy left/);
  assert.equal(outcome(summary({ sent: MiB, count: 0 })), "None of 10 leechers completed in 30.0 s.");
});

test("the verdict compares times and bills, whichever is better", () => {
  const swarm = summary({ sent: 2 * MiB }), server = summary({ sent: 10 * MiB, p50: 120 });
  assert.deepEqual(verdict(swarm, server), [
    "With one server the median leecher waits 12 times as long: 120.0 s instead of 10.0 s.",
    "The server's bill is 5 times the swarm's: 10 MiB instead of 2 MiB.",
  ]);
  assert.match(verdict(server, swarm)[0], /one server is faster/);
  assert.match(verdict(server, swarm)[1], /bill is smaller/);
  assert.match(verdict(summary({ sent: MiB, count: 0 }), server)[0], /in the swarm no leecher completed/);
  assert.match(verdict(summary({ sent: MiB, count: 7 }), server)[1], /7 leechers completed in the swarm, and 10 from the server/);
});

test("factors are short", () => {
  assert.equal(times(1), "1.00 times");
  assert.equal(times(2), "2 times");
  assert.equal(times(2.44), "2.4 times");
  assert.equal(times(274.3), "274 times");
});
