// The state of the swarm at a time, computed from the rows up to it. Keyframes make jumps fast: a
// jump restores the one before and applies the rows since.

import {
  ARRIVED, BAD_PIECE, CHOKED, COMPLETED, GONE, PIECE, RECEIVED, TRANSFER, UNCHOKED,
} from "./trace.js";

// A peer's status.
export const ABSENT = 0;
export const LEECHER = 1;
export const SEED = 2;
export const LEFT = 3;

const ROWS_PER_KEYFRAME = 4096;
const MOST_KEYFRAME_BYTES = 64 << 20;

export class State {
  constructor(trace) {
    this.trace = trace;
    this.words = (trace.pieces + 31) >> 5;
    this.status = new Uint8Array(trace.shown);
    this.have = new Uint32Array(trace.shown * this.words); // bits, the first piece lowest
    this.count = new Int32Array(trace.shown); // pieces that a peer has
    this.links = new Map(); // unchoked pairs: from * peers + to -> row of the unchoke
    this.active = new Int32Array(trace.starts.length); // rows of the transfers under way
    this.place = new Int32Array(trace.rows).fill(-1); // of a row in active
    this.changes = []; // [peer, piece] since they were last taken; null: everything
    this.linkVersion = 0; // grows with every change of links or peers
    this.clear();
    this.makeKeyframes();
  }

  clear() {
    this.time = -1;
    this.row = 0; // the first that is not applied
    this.start = 0; // the first of trace.starts that is not applied
    this.status.fill(ABSENT);
    this.have.fill(0);
    this.count.fill(0);
    this.links.clear();
    this.activeCount = 0;
    this.place.fill(-1);
    this.changes = null;
    this.linkVersion++;
  }

  makeKeyframes() {
    const { trace } = this;
    const bytes = Math.max(1, this.have.byteLength + 16 * trace.shown);
    const frames = Math.max(1, Math.min(128, Math.floor(MOST_KEYFRAME_BYTES / bytes)));
    const step = Math.max(ROWS_PER_KEYFRAME, Math.ceil(trace.rows / frames));
    this.keyframes = [];
    while (this.row < trace.rows) {
      this.keyframes.push(this.snapshot());
      this.advance(trace.at[Math.min(this.row + step, trace.rows) - 1]);
    }
    this.clear();
  }

  snapshot() {
    return {
      time: this.time, row: this.row, start: this.start,
      status: this.status.slice(), have: this.have.slice(), count: this.count.slice(),
      links: [...this.links], active: this.active.slice(0, this.activeCount),
    };
  }

  restore(frame) {
    for (let i = 0; i < this.activeCount; i++) this.place[this.active[i]] = -1;
    this.time = frame.time;
    this.row = frame.row;
    this.start = frame.start;
    this.status.set(frame.status);
    this.have.set(frame.have);
    this.count.set(frame.count);
    this.links = new Map(frame.links);
    this.activeCount = 0;
    for (const r of frame.active) this.begin(r);
    this.changes = null;
    this.linkVersion++;
  }

  // seek brings the state to the time t, in ticks.
  seek(t) {
    let frame = null;
    for (const f of this.keyframes) if (f.time <= t) frame = f;
    const ahead = frame && frame.row - this.row > ROWS_PER_KEYFRAME;
    if (t < this.time || ahead) frame ? this.restore(frame) : this.clear();
    this.advance(t);
  }

  advance(t) {
    const { trace } = this;
    const { starts, since, at } = trace;
    while (this.start < starts.length && since[starts[this.start]] <= t) {
      const r = starts[this.start++];
      if (at[r] > t) this.begin(r);
    }
    while (this.row < trace.rows && at[this.row] <= t) this.apply(this.row++);
    this.time = t;
  }

  begin(row) {
    this.place[row] = this.activeCount;
    this.active[this.activeCount++] = row;
  }

  finish(row) {
    const i = this.place[row];
    if (i < 0) return;
    this.place[row] = -1;
    const last = this.active[--this.activeCount];
    if (last !== row) {
      this.active[i] = last;
      this.place[last] = i;
    }
  }

  apply(row) {
    const { trace } = this;
    const peer = trace.peer[row];
    switch (trace.kind[row]) {
      case ARRIVED: return this.arrive(peer);
      case COMPLETED:
        this.setStatus(peer, SEED);
        return this.dropLinks(peer, false);
      case GONE:
        this.setStatus(peer, LEFT);
        return this.dropLinks(peer, true);
      case PIECE: return this.addPiece(peer, trace.piece[row]);
      case TRANSFER: return this.finish(row);
      case RECEIVED:
        this.finish(row);
        return this.addPiece(peer, trace.piece[row]);
      case UNCHOKED:
        this.links.set(peer * trace.peers + trace.other[row], row);
        this.linkVersion++;
        return;
      case CHOKED:
        this.links.delete(peer * trace.peers + trace.other[row]);
        this.linkVersion++;
        return;
      case BAD_PIECE: default:
    }
  }

  arrive(peer) {
    if (!this.trace.seed[peer]) return this.setStatus(peer, LEECHER);
    this.setStatus(peer, SEED);
    for (let i = 0; i < this.trace.pieces; i++) this.addPiece(peer, i);
  }

  setStatus(peer, status) {
    this.status[peer] = status;
    this.linkVersion++;
    this.changes?.push([peer, -1]);
  }

  addPiece(peer, piece) {
    const word = peer * this.words + (piece >> 5), bit = 1 << (piece & 31);
    if (this.have[word] & bit) return;
    this.have[word] |= bit;
    this.count[peer]++;
    this.changes?.push([peer, piece]);
  }

  // dropLinks removes the links to a peer, which downloads no more and, if it is gone, those from it.
  dropLinks(peer, gone) {
    const { peers } = this.trace;
    for (const key of this.links.keys()) {
      if (key % peers === peer || (gone && Math.floor(key / peers) === peer)) this.links.delete(key);
    }
  }

  has(peer, piece) {
    return (this.have[peer * this.words + (piece >> 5)] >>> (piece & 31) & 1) === 1;
  }

  // takeChanges returns the pieces and statuses that have changed since the last call; null means all.
  takeChanges() {
    const changes = this.changes;
    this.changes = [];
    return changes;
  }

  // counts returns how many peers and links are in which state.
  counts() {
    const { trace } = this;
    const out = { leechers: 0, seeds: 0, left: 0, transfers: this.activeCount, regular: 0, optimistic: 0, share: 0 };
    let pieces = 0;
    for (let p = 0; p < trace.shown; p++) {
      if (this.status[p] === LEECHER) {
        out.leechers++;
        pieces += this.count[p];
      } else if (this.status[p] === SEED) out.seeds++;
      else if (this.status[p] === LEFT) out.left++;
    }
    for (const row of this.links.values()) out[isOptimistic(trace, row) ? "optimistic" : "regular"]++;
    out.share = out.leechers ? pieces / (out.leechers * trace.pieces) : 0;
    return out;
  }
}

// isOptimistic reports whether an unchoke is optimistic.
export function isOptimistic(trace, row) { return trace.whys[trace.why[row]] === "optimistic"; }

// WINDOW_S is the time over which rates are averaged.
export const WINDOW_S = 5;

// rates returns the mean rates of a peer over the last WINDOW_S seconds, in bytes per second of
// content. The bytes of a transfer count evenly over its time.
export function rates(state, peer) {
  const { trace } = state;
  const window = WINDOW_S / trace.tick, from = Math.max(0, state.time - window);
  const part = (r) => {
    const length = trace.at[r] - trace.since[r];
    if (length <= 0) return trace.at[r] > from && trace.at[r] <= state.time ? trace.amount[r] : 0;
    const overlap = Math.min(trace.at[r], state.time) - Math.max(trace.since[r], from);
    return overlap > 0 ? trace.amount[r] * overlap / length : 0;
  };
  const sum = (rows) => {
    let bytes = 0;
    let low = 0, high = rows.length;
    while (low < high) { // the first that ends inside the window
      const mid = (low + high) >> 1;
      if (trace.at[rows[mid]] <= from) low = mid + 1;
      else high = mid;
    }
    for (let i = low; i < rows.length && trace.at[rows[i]] <= state.time; i++) bytes += part(rows[i]);
    return bytes;
  };
  let down = sum(trace.receivedBy(peer)), up = sum(trace.sentBy(peer));
  for (let i = 0; i < state.activeCount; i++) {
    const r = state.active[i];
    if (trace.peer[r] === peer) down += part(r);
    if (trace.other[r] === peer) up += part(r);
  }
  const seconds = Math.max(1e-9, (state.time - from) * trace.tick);
  return { down: down / seconds, up: up / seconds };
}
