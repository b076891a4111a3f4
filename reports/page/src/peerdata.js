// What one peer did, out of the event log.

import { ARRIVED, CHOKED, COMPLETED, GONE, PIECE, RECEIVED, UNCHOKED, isTransfer, rowsConcerning } from "./replay/trace.js";

const BINS = 120; // of the run, for rates

// peerData returns what a peer did: rates and pieces over time, and what it exchanged with each neighbour;
// null if the log does not have the peer.
export function peerData(trace, number) {
  const peer = trace.numbers.indexOf(number);
  if (peer < 0 || peer >= trace.shown) return null;
  const seconds = (ticks) => ticks * trace.tick;
  const width = Math.max(trace.end * trace.tick / BINS, 1e-9);
  const down = new Float64Array(BINS), up = new Float64Array(BINS);
  const pieces = { times: [], counts: [] };
  const neighbours = new Map();
  const out = { number, peer, arrived: null, completed: null, gone: null, pieces, neighbours };
  const of = (other) => {
    if (!neighbours.has(other)) neighbours.set(other, { number: trace.numbers[other], received: 0, sent: 0, unchokes: [], unchokedBy: [] });
    return neighbours.get(other);
  };
  let have = trace.seed[peer] ? trace.pieces : 0;
  for (const r of rowsConcerning(trace, peer)) {
    const kind = trace.kind[r], t = seconds(trace.at[r]), own = trace.peer[r] === peer;
    if (own && (kind === PIECE || kind === RECEIVED)) {
      have++;
      pieces.times.push(t);
      pieces.counts.push(have);
    }
    if (isTransfer(kind)) {
      const n = of(own ? trace.other[r] : trace.peer[r]);
      if (own) n.received += trace.amount[r];
      else n.sent += trace.amount[r];
      spread(own ? down : up, seconds(trace.since[r]), t, trace.amount[r], width);
    } else if (kind === UNCHOKED) {
      const periods = own ? of(trace.other[r]).unchokes : of(trace.peer[r]).unchokedBy;
      close(periods, t);
      periods.push({ from: t, until: null, why: trace.whys[trace.why[r]] ?? "" });
    } else if (kind === CHOKED) {
      close(own ? of(trace.other[r]).unchokes : of(trace.peer[r]).unchokedBy, t);
    } else if (own && kind === ARRIVED) out.arrived = t;
    else if (own && kind === COMPLETED) out.completed = t;
    else if (own && kind === GONE) out.gone = t;
  }
  const end = out.gone ?? seconds(trace.end);
  out.until = end;
  // Slots end without a choke when one peer leaves or the other, which is complete, needs none.
  const { gone, done } = endings(trace);
  for (const [other, n] of neighbours) {
    close(n.unchokes, Math.min(end, seconds(done[other])));
    close(n.unchokedBy, Math.min(end, seconds(done[peer]), seconds(gone[other])));
  }
  const times = Array.from({ length: BINS }, (_, i) => (i + 0.5) * width);
  out.rates = { times, down: Array.from(down, (b) => b / width), up: Array.from(up, (b) => b / width) };
  out.list = [...neighbours.values()].sort((a, b) => b.received + b.sent - a.received - a.sent || a.number - b.number);
  return out;
}

// close ends an open period.
function close(periods, t) {
  const last = periods.at(-1);
  if (last && last.until === null) last.until = Math.max(last.from, t);
}

// endings returns when peers left, and when they were complete or left, in ticks; infinity for never.
function endings(trace) {
  const gone = new Float64Array(trace.peers).fill(Infinity), done = gone.slice();
  for (let r = 0; r < trace.rows; r++) {
    const p = trace.peer[r];
    if (trace.kind[r] === GONE) gone[p] = trace.at[r];
    if (trace.kind[r] === GONE || trace.kind[r] === COMPLETED) done[p] = Math.min(done[p], trace.at[r]);
  }
  return { gone, done };
}

// total returns the time of some periods, or of those of a kind.
export function total(periods, why) {
  return periods.reduce((sum, p) => sum + (why === undefined || p.why === why ? p.until - p.from : 0), 0);
}

// spread adds bytes to the bins between two times.
function spread(bins, from, until, bytes, width) {
  const first = Math.min(bins.length - 1, Math.floor(from / width)), last = Math.min(bins.length - 1, Math.floor(until / width));
  if (first >= last) {
    bins[last] += bytes;
    return;
  }
  for (let i = first; i <= last; i++) {
    const part = Math.min(until, (i + 1) * width) - Math.max(from, i * width);
    bins[i] += bytes * part / (until - from);
  }
}
