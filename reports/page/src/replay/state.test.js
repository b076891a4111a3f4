import assert from "node:assert/strict";
import test from "node:test";
import { handMade, sampleReplay } from "./sample.js";
import { LEECHER, LEFT, SEED, State, rates } from "./state.js";
import { ARRIVED, CHOKED, COMPLETED, GONE, PIECE, RECEIVED, UNCHOKED, decode, isTransfer } from "./trace.js";

// expected computes the state at t from all rows, in the plainest way.
function expected(trace, t) {
  const out = { status: new Map(), pieces: new Set(), links: new Set(), active: new Set() };
  for (let r = 0; r < trace.rows; r++) {
    const p = trace.peer[r], link = `${p} ${trace.other[r]}`;
    if (isTransfer(trace.kind[r]) && trace.since[r] <= t && trace.at[r] > t) out.active.add(r);
    if (trace.at[r] > t) continue;
    switch (trace.kind[r]) {
      case ARRIVED:
        out.status.set(p, trace.seed[p] ? SEED : LEECHER);
        if (trace.seed[p]) for (let i = 0; i < trace.pieces; i++) out.pieces.add(`${p} ${i}`);
        break;
      case GONE: case COMPLETED: {
        const gone = trace.kind[r] === GONE;
        out.status.set(p, gone ? LEFT : SEED);
        for (const l of [...out.links]) {
          const [from, to] = l.split(" ").map(Number);
          if (to === p || (gone && from === p)) out.links.delete(l);
        }
        break;
      }
      case PIECE: case RECEIVED: out.pieces.add(`${p} ${trace.piece[r]}`); break;
      case UNCHOKED: out.links.add(link); break;
      case CHOKED: out.links.delete(link); break;
      default:
    }
  }
  return out;
}

function actual(state) {
  const { trace } = state;
  const out = { status: new Map(), pieces: new Set(), links: new Set(), active: new Set(state.active.slice(0, state.activeCount)) };
  for (let p = 0; p < trace.shown; p++) {
    if (state.status[p]) out.status.set(p, state.status[p]);
    for (let i = 0; i < trace.pieces; i++) if (state.has(p, i)) out.pieces.add(`${p} ${i}`);
  }
  for (const pair of state.links.keys()) out.links.add(`${Math.floor(pair / trace.peers)} ${pair % trace.peers}`);
  return out;
}

test("the state at any time is exact, however it was reached", () => {
  const trace = decode(sampleReplay({ leechers: 30, pieces: 64 }));
  const state = new State(trace);
  let x = 7;
  for (let i = 0; i < 60; i++) {
    x = x * 1103515245 + 12345 & 0x7fffffff;
    const t = i % 3 === 0 ? trace.at[x % trace.rows] : Math.floor(x / 0x7fffffff * trace.end);
    state.seek(t);
    assert.deepEqual(actual(state), expected(trace, t), `at tick ${t}`);
  }
});

test("keyframes change nothing", () => {
  const trace = decode(sampleReplay({ leechers: 40, pieces: 128 }));
  const jumping = new State(trace), playing = new State(trace);
  assert.ok(jumping.keyframes.length > 1, `${jumping.keyframes.length} keyframes of ${trace.rows} rows`);
  for (let t = 0; t <= trace.end; t += Math.floor(trace.end / 23)) {
    playing.seek(t);
    jumping.seek(trace.end);
    jumping.seek(t);
    assert.deepEqual(actual(jumping), actual(playing));
  }
});

test("changes say all that a picture has to draw anew", () => {
  const trace = decode(sampleReplay());
  const state = new State(trace);
  state.seek(0);
  assert.equal(state.takeChanges(), null);
  const drawn = new Set();
  for (let p = 0; p < trace.shown; p++) for (let i = 0; i < trace.pieces; i++) if (state.has(p, i)) drawn.add(`${p} ${i}`);
  for (let t = 0; t <= trace.end; t += Math.floor(trace.end / 50)) {
    state.seek(t);
    for (const [p, i] of state.takeChanges()) if (i >= 0) drawn.add(`${p} ${i}`);
  }
  assert.deepEqual(drawn, actual(state).pieces);
});

test("rates count the bytes of the last seconds, evenly over a transfer", () => {
  const state = new State(decode(handMade()));
  state.seek(45); // 4.5 s: one transfer of 16,384 bytes, and half of 20,000
  const { down } = rates(state, 1);
  assert.ok(Math.abs(down - (16384 + 10000) / 4.5) < 1e-6, `${down}`);
  assert.equal(Math.round(rates(state, 0).up * 4.5), 26384);
});

test("counts are those of the log", () => {
  const state = new State(decode(handMade()));
  state.seek(42);
  const { leechers, seeds, left, transfers, optimistic, share } = state.counts();
  assert.deepEqual({ leechers, seeds, left, transfers, optimistic, share },
    { leechers: 1, seeds: 1, left: 0, transfers: 1, optimistic: 1, share: 0.25 });
  state.seek(100);
  assert.equal(state.counts().left, 1);
  assert.equal(state.links.size, 0);
});
