import assert from "node:assert/strict";
import test from "node:test";
import { countsText, eventsText, sampleText } from "./narrate.js";
import { handMade, sampleReplay } from "./sample.js";
import { State } from "./state.js";
import { CANDIDATE, decode } from "./trace.js";
import { lastRound, whyPicked, whyUnchoked } from "./why.js";

test("an unchoke is explained by the last round of the choker", () => {
  const state = new State(decode(handMade()));
  state.seek(35);
  const { sentences, table } = whyUnchoked(state, 0, 1);
  assert.deepEqual(sentences, [
    "Peer 1 has unchoked peer 2 since 2.00 s, with an optimistic slot.",
    "In its last round, at 2.00 s, its choker had 1 candidate, here in the order of the rate to each, as it is a seed: peer 2 was 1st with 123 kB/s, and its slot is optimistic, which does not depend on the rate.",
  ]);
  assert.deepEqual(table.rows, [{ cells: ["1", "2", "123 kB/s", "optimistic"], marked: true }]);
});

test("a pick is explained by its copies", () => {
  const state = new State(decode(handMade()));
  state.seek(35);
  assert.deepEqual(whyPicked(state, 1, 3).sentences, [
    "Peer 2 picked piece 3 at 2.50 s: 2 copies of it were among its neighbours, and the rarest that it could have picked had 1.",
    "What decided: rarest-first.",
  ]);
});

test("what is not recorded is said not to be", () => {
  const state = new State(decode(handMade()));
  state.seek(60);
  assert.match(whyUnchoked(state, 2, 1).sentences.join(" "), /not recorded to have unchoked.*Its decisions were not recorded: they were for 1 peer\.$/);
  assert.match(whyPicked(state, 1, 1).sentences[0], /was not recorded: decisions were recorded for 1 peer/);
  assert.equal(sampleText(state.trace), "shows 2 of 3 peers; decisions were recorded for 1 peer");
});

test("a round is the candidates of one peer at one time, the latest up to now", () => {
  const trace = decode(sampleReplay());
  for (let r = 0; r < trace.rows; r++) {
    if (trace.kind[r] !== CANDIDATE) continue;
    const round = lastRound(trace, trace.peer[r], trace.at[r]);
    assert.ok(round.includes(r));
    for (const c of round) assert.deepEqual([trace.peer[c], trace.at[c]], [trace.peer[r], trace.at[r]]);
  }
  assert.equal(lastRound(trace, 0, -1), null);
});

test("a line says what happens", () => {
  const state = new State(decode(handMade()));
  state.seek(40);
  assert.match(countsText(state.trace, state), /^4\.0 s: 1 leecher with 25 % of the pieces on average, 1 seed, 0 left; 1 transfer;/);
  assert.equal(eventsText(state.trace, 40, null), "peer 2 completes piece 3 with blocks from peer 1");
  assert.equal(eventsText(state.trace, 95, null), "peer 2 is gone (crashed)");
});
