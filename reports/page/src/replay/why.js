// Why a peer is unchoked and why a piece was picked, in sentences and a table, from the decisions in
// the record. Where the record holds none, the sentence says so.

import { firstAfter } from "./trace.js";
import { isOptimistic } from "./state.js";
import { capital, count, ordinal, peerName, rate, seconds } from "./words.js";

const MOST_ROWS = 10; // of a table

// whyUnchoked explains why `from` sends to `to` at the state's time: the last round of its choker.
export function whyUnchoked(state, from, to) {
  const { trace } = state;
  const who = capital(peerName(trace, from)), whom = peerName(trace, to);
  const sentences = [];
  const row = state.links.get(from * trace.peers + to);
  if (row !== undefined) {
    const slot = isOptimistic(trace, row) ? "an optimistic slot" : "a regular slot";
    sentences.push(`${who} has unchoked ${whom} since ${time(trace, trace.at[row])}, with ${slot}.`);
  } else {
    sentences.push(`${who} is not recorded to have unchoked ${whom} at this time: what arrives was requested before a choke, or needs no unchoke (allowed fast).`);
  }
  const round = lastRound(trace, from, state.time);
  if (!round) return { sentences: [...sentences, noRound(trace, from)], table: null };
  const at = Array.prototype.findIndex.call(round, (r) => trace.other[r] === to);
  const rates = isSeedAt(trace, from, trace.at[round[0]]) ? "the rate to each, as it is a seed" : "the rate from each";
  const began = `In its last round, at ${time(trace, trace.at[round[0]])}, its choker had ${count(round.length, "candidate")}, here in the order of ${rates}: `;
  sentences.push(began + (at < 0 ? `${whom} was not among them.` : outcomeOf(trace, round, at, whom)));
  return { sentences, table: roundTable(trace, round, at) };
}

function isSeedAt(trace, peer, t) { return trace.seed[peer] === 1 || trace.completedAt[peer] <= t; }

function time(trace, ticks) { return seconds(ticks * trace.tick, 2); }

function noRound(trace, peer) {
  if (trace.decided[peer]) return "No round of its choker is recorded up to this time.";
  if (trace.decidedCount === 0) return "The record holds no decisions (record: {decisions: sample}).";
  return `Its decisions were not recorded: they were for ${count(trace.decidedCount, "peer")}.`;
}

// lastRound returns the rows of the last round of a peer's choker up to t, or null.
export function lastRound(trace, peer, t) {
  const rows = trace.candidatesOf(peer);
  const end = firstAfter(trace, rows, t);
  if (end === 0) return null;
  let begin = end - 1;
  while (begin > 0 && trace.at[rows[begin - 1]] === trace.at[rows[end - 1]]) begin--;
  return rows.subarray(begin, end);
}

const outcomes = {
  regular: "it got a regular slot",
  optimistic: "its slot is optimistic, which does not depend on the rate",
  choked: "it got no slot",
  "not-interested": "it was choked, as it was not interested any more",
};

function outcomeOf(trace, round, at, whom) {
  const r = round[at];
  const word = trace.whys[trace.why[r]];
  return `${whom} was ${ordinal(at + 1)} with ${rate(trace.amount[r])}, and ${outcomes[word] ?? word}.`;
}

function roundTable(trace, round, marked) {
  const rows = [];
  for (let i = 0; i < round.length; i++) {
    if (i >= MOST_ROWS && i !== marked) continue;
    const r = round[i];
    rows.push({
      cells: [String(i + 1), String(trace.numbers[trace.other[r]]), rate(trace.amount[r]), trace.whys[trace.why[r]]],
      marked: i === marked,
    });
  }
  const more = round.length - rows.length;
  return { head: ["rank", "peer", "rate", "outcome"], rows, more: more > 0 ? `and ${more} more` : "" };
}

// What decided, for words that are not the name of a picker.
const reasons = {
  suggested: "a neighbour suggested it",
  "end-game": "the end game: the last missing blocks are asked of several neighbours",
  started: "it was started already, and a started piece is completed before another",
};

// whyPicked explains why a peer picked a piece, up to the state's time.
export function whyPicked(state, peer, piece) {
  const { trace } = state;
  const who = capital(peerName(trace, peer));
  const rows = trace.picksOf(peer);
  let i = firstAfter(trace, rows, state.time) - 1;
  while (i >= 0 && trace.piece[rows[i]] !== piece) i--;
  if (i < 0) return { sentences: [noPick(trace, peer, piece, who)], table: null };
  const r = rows[i];
  const copies = trace.amount[r], least = trace.least[r], word = trace.whys[trace.why[r]];
  const copiesText = `${count(copies, "copy", "copies")} of it ${copies === 1 ? "was" : "were"} among its neighbours`;
  const rarest = copies <= least
    ? "no piece that it could have picked had fewer"
    : `the rarest that it could have picked had ${least}`;
  return {
    sentences: [
      `${who} picked piece ${piece} at ${time(trace, trace.at[r])}: ${copiesText}, and ${rarest}.`,
      `What decided: ${reasons[word] ?? word}.`,
    ],
    table: {
      head: ["copies", "fewest", "decided by"],
      rows: [{ cells: [String(copies), String(least), word], marked: false }],
      more: "",
    },
  };
}

function noPick(trace, peer, piece, who) {
  if (peer >= trace.shown || !trace.decided[peer]) {
    if (trace.decidedCount === 0) return `Why ${peerName(trace, peer)} picked piece ${piece} is not in the record.`;
    return `Why ${peerName(trace, peer)} picked piece ${piece} was not recorded: decisions were recorded for ${count(trace.decidedCount, "peer")}.`;
  }
  return `${who}'s pick of piece ${piece} is not recorded up to this time.`;
}
