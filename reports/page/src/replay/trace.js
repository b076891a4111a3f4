// The replay's data, decoded: what the event log of the run says, in typed arrays with indexes.
//
// The columns are described at type Replay in replay.go. Times are ticks of tick_ns. A peer is an
// index: below `shown` of a peer that is drawn, above of one that is only mentioned.

// Kinds of rows. RECEIVED is a transfer that completes its piece.
export const ARRIVED = 0;
export const GONE = 1;
export const PIECE = 2;
export const BAD_PIECE = 3;
export const COMPLETED = 4;
export const UNCHOKED = 5;
export const CHOKED = 6;
export const TRANSFER = 7;
export const RECEIVED = 8;
export const CANDIDATE = 9;
export const PICK = 10;
const OTHER = 255; // a kind that this page does not know

const KINDS = {
  arrived: ARRIVED, gone: GONE, piece: PIECE, "bad-piece": BAD_PIECE, completed: COMPLETED,
  unchoked: UNCHOKED, choked: CHOKED, transfer: TRANSFER, received: RECEIVED, candidate: CANDIDATE, pick: PICK,
};

export const isTransfer = (kind) => kind === TRANSFER || kind === RECEIVED;
const hasOther = (kind) => isTransfer(kind) || kind === UNCHOKED || kind === CHOKED || kind === CANDIDATE;
const hasPiece = (kind) => isTransfer(kind) || kind === PIECE || kind === BAD_PIECE || kind === PICK;
const hasWhy = (kind) => kind === GONE || kind === UNCHOKED || kind === CANDIDATE || kind === PICK;

const BLOCK = 16384;

// decode returns the trace of a replay.
export function decode(data) {
  const rows = data.kind.length;
  const shown = data.peers.number.length;
  const numbers = data.peers.number.concat(data.outside.number);
  const trace = {
    rows, shown,
    peers: numbers.length,
    numbers,
    group: data.peers.group.concat(data.outside.group),
    groups: data.groups,
    seed: data.peers.seed, // 1: from the start
    decided: data.peers.decided, // 1: its decisions were recorded
    decidedCount: data.peers.decided.reduce((a, b) => a + b, 0),
    arrivals: data.arrived, // peers that arrived in the run, shown or not
    pieces: data.pieces,
    tick: data.tick_ns / 1e9,
    end: data.end, // ticks
    whys: data.whys,
    kind: new Uint8Array(rows),
    at: new Float64Array(rows),
    peer: new Int32Array(rows),
    other: new Int32Array(rows).fill(-1),
    piece: new Int32Array(rows).fill(-1),
    since: new Float64Array(rows),
    why: new Int16Array(rows).fill(-1),
    amount: new Float64Array(rows), // bytes of a transfer, rate of a candidate, copies at a pick
    least: new Int32Array(rows), // fewest copies at a pick
  };
  readColumns(trace, data);
  addIndexes(trace);
  return trace;
}

function readColumns(trace, data) {
  const kinds = data.kinds.map((name) => KINDS[name] ?? OTHER);
  const lastEnd = new Map(); // of the transfers of a pair
  const senders = Array.from({ length: trace.shown }, () => new Recent());
  const parts = Array.from({ length: trace.shown }, () => new Recent());
  let now = 0, other = 0, piece = 0, transfer = 0, why = 0, candidate = 0, pick = 0;
  for (let r = 0; r < trace.rows; r++) {
    const kind = kinds[data.kind[r]];
    now += data.dt[r];
    trace.kind[r] = kind;
    trace.at[r] = now;
    trace.peer[r] = data.peer[r];
    if (hasOther(kind)) trace.other[r] = isTransfer(kind) ? senders[trace.peer[r]].read(data.other[other++]) : data.other[other++];
    if (hasPiece(kind)) trace.piece[r] = isTransfer(kind) ? parts[trace.peer[r]].read(data.piece[piece++]) : data.piece[piece++];
    if (hasWhy(kind)) trace.why[r] = data.why[why++];
    if (isTransfer(kind)) {
      const pair = trace.peer[r] * trace.peers + trace.other[r];
      const span = data.span[transfer];
      trace.since[r] = span === 0 ? lastEnd.get(pair) ?? now : now - (span - 1);
      lastEnd.set(pair, now);
      const blocks = data.blocks[transfer++];
      trace.amount[r] = blocks >= 0 ? blocks * BLOCK : -blocks;
    } else if (kind === CANDIDATE) {
      trace.amount[r] = data.rate[candidate++];
    } else if (kind === PICK) {
      trace.amount[r] = data.copies[pick];
      trace.least[r] = data.least[pick++];
    }
  }
}

// Recent codes numbers of which the same few occur again and again: as how many others have occurred
// since, or as RECENT more than a number that has not occurred lately.
const RECENT = 32;

export class Recent {
  list = [];

  read(code) {
    const x = code < RECENT ? this.list[code] : code - RECENT;
    this.#front(code < RECENT ? code : Math.min(this.list.length, RECENT - 1), x);
    return x;
  }

  write(x) {
    const i = this.list.indexOf(x);
    this.#front(i >= 0 ? i : Math.min(this.list.length, RECENT - 1), x);
    return i >= 0 ? i : RECENT + x;
  }

  // #front moves a number to the front, and those before place i back by one.
  #front(i, x) {
    for (; i > 0; i--) this.list[i] = this.list[i - 1];
    this.list[0] = x;
  }
}

function addIndexes(trace) {
  const transfers = [];
  for (let r = 0; r < trace.rows; r++) if (isTransfer(trace.kind[r])) transfers.push(r);
  trace.starts = Int32Array.from(transfers).sort((a, b) => trace.since[a] - trace.since[b] || a - b);
  trace.receivedBy = rowsBy(trace.peers, transfers, trace.peer);
  trace.sentBy = rowsBy(trace.peers, transfers, trace.other);
  const ofKind = (wanted) => {
    const out = [];
    for (let r = 0; r < trace.rows; r++) if (trace.kind[r] === wanted) out.push(r);
    return out;
  };
  trace.candidatesOf = rowsBy(trace.peers, ofKind(CANDIDATE), trace.peer);
  trace.picksOf = rowsBy(trace.peers, ofKind(PICK), trace.peer);
  trace.completedAt = new Float64Array(trace.shown).fill(Infinity);
  for (const r of ofKind(COMPLETED)) trace.completedAt[trace.peer[r]] = trace.at[r];
}

// rowsBy sorts rows into one list for each peer, and keeps their order.
function rowsBy(peers, rows, column) {
  const counts = new Int32Array(peers + 1);
  for (const r of rows) counts[column[r] + 1]++;
  for (let p = 0; p < peers; p++) counts[p + 1] += counts[p];
  const next = counts.slice();
  const sorted = new Int32Array(rows.length);
  for (const r of rows) sorted[next[column[r]]++] = r;
  return (peer) => sorted.subarray(counts[peer], counts[peer + 1]);
}

// rowsConcerning lists the rows, decisions aside, that a peer has a part in.
export function rowsConcerning(trace, peer) {
  const out = [];
  for (let r = 0; r < trace.rows; r++) {
    if (trace.kind[r] < CANDIDATE && (trace.peer[r] === peer || trace.other[r] === peer)) out.push(r);
  }
  return Int32Array.from(out);
}

// firstAfter returns the index of the first of some rows, in order of time, that is later than t.
export function firstAfter(trace, rows, t) {
  let low = 0, high = rows.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (trace.at[rows[mid]] <= t) low = mid + 1;
    else high = mid;
  }
  return low;
}

// neighbourTick returns the time of the next event after t (direction 1) or of the last before it
// (-1); of the given rows, or of all rows but decisions. It returns null if there is none.
export function neighbourTick(trace, t, direction, rows) {
  const count = rows ? rows.length : trace.rows;
  const row = (i) => (rows ? rows[i] : i);
  let low = 0, high = count; // the first that is later than t or, backward, not before it
  while (low < high) {
    const mid = (low + high) >> 1;
    const at = trace.at[row(mid)];
    if (direction > 0 ? at <= t : at < t) low = mid + 1;
    else high = mid;
  }
  let i = direction > 0 ? low : low - 1;
  while (i >= 0 && i < count && trace.kind[row(i)] >= CANDIDATE) i += direction;
  return i >= 0 && i < count ? trace.at[row(i)] : null;
}

// rowsAt returns the first and the end of the rows of exactly the time t.
export function rowsAt(trace, t) {
  const bound = (before) => {
    let low = 0, high = trace.rows;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (before(trace.at[mid])) low = mid + 1;
      else high = mid;
    }
    return low;
  };
  return [bound((at) => at < t), bound((at) => at <= t)];
}
