// A made-up swarm for tests and for looking at the replay without a run: peers that arrive at some
// seeds, unchoke four neighbours each, and pick the rarest piece that an uploader has.

import { Recent } from "./trace.js";

const TICK_NS = 100_000;
const BLOCKS = 16;

// sampleReplay returns the data of a replay. The same numbers give the same swarm.
export function sampleReplay({ leechers = 20, seeds = 1, pieces = 32, outside = 0, slots = 4 } = {}) {
  const peers = seeds + leechers;
  const random = generator(12345);
  const events = []; // [tick, order, row]
  const log = (s, row) => events.push([Math.round(s * 1e9 / TICK_NS), events.length, row]);
  const have = Array.from({ length: peers }, (_, p) => new Set(p < seeds ? range(pieces) : []));
  const present = new Set();
  const pending = Array.from({ length: peers }, () => new Set());
  const unchoked = Array.from({ length: peers }, () => new Map());
  const received = Array.from({ length: peers }, () => new Map());
  const arrivals = range(peers).map((p) => (p < seeds ? 0 : -30 * Math.log(1 - (p - seeds) / (leechers + 1))));
  const busy = new Set();
  const queue = []; // [time, action], sorted when taken
  const at = (s, action) => queue.push([s, queue.length, action]);
  const whys = ["regular", "optimistic", "choked", "not-interested", "rarest-first", "started", "left"];

  const wants = (from, to) => [...have[from]].filter((i) => !have[to].has(i) && !pending[to].has(i));
  const copies = (piece) => { let n = 0; for (const p of present) if (have[p].has(piece)) n++; return n; };

  function send(now, from, to) {
    const key = from * peers + to;
    if (busy.has(key) || !present.has(from) || !present.has(to)) return;
    const wanted = wants(from, to);
    if (wanted.length === 0) return;
    let best = [];
    let least = Infinity;
    for (const i of wanted) {
      const c = copies(i);
      if (c < least) [best, least] = [[], c];
      if (c === least) best.push(i);
    }
    const piece = best[Math.floor(random() * best.length)];
    pending[to].add(piece);
    busy.add(key);
    if (to % 4 === 0) log(now, { kind: 10, peer: to, piece, copies: least, least, why: 4 });
    const rate = (from < seeds ? 2.5e6 : 1e6) / slots * (0.7 + 0.6 * random());
    const ends = now + BLOCKS * 16384 / rate;
    at(ends, () => {
      busy.delete(key);
      pending[to].delete(piece);
      if (!present.has(to)) return;
      log(ends, { kind: 8, peer: to, other: from, piece, since: now, blocks: BLOCKS });
      have[to].add(piece);
      received[to].set(from, (received[to].get(from) ?? 0) + BLOCKS * 16384);
      if (have[to].size === pieces) {
        log(ends, { kind: 4, peer: to });
        const goes = ends + 20 + 20 * random();
        at(goes, () => leave(to, goes));
      }
      for (const [next] of unchoked[from]) send(ends, from, next);
      for (const [next] of unchoked[to]) send(ends, to, next);
    });
  }

  function leave(peer, now) {
    if (!present.delete(peer)) return;
    log(now, { kind: 1, peer, why: 6 });
  }

  function rechoke(now, peer) {
    if (!present.has(peer)) return;
    const candidates = [...present].filter((q) => q !== peer && q >= seeds && have[q].size < pieces && (q * 7 + peer) % 5 < 3);
    const rateOf = (q) => (received[peer].get(q) ?? 0) / 10;
    candidates.sort((a, b) => rateOf(b) - rateOf(a) || a - b);
    const regular = candidates.slice(0, slots - 1);
    const rest = candidates.slice(slots - 1);
    const lucky = rest.length ? rest[Math.floor(random() * rest.length)] : -1;
    const kindOf = (q) => (regular.includes(q) ? 0 : q === lucky ? 1 : 2);
    if (peer % 4 === 0) for (const q of candidates) log(now, { kind: 9, peer, other: q, rate: Math.round(rateOf(q)), why: kindOf(q) });
    for (const q of [...unchoked[peer].keys()]) {
      if (kindOf(q) === 2 || !candidates.includes(q)) {
        unchoked[peer].delete(q);
        if (present.has(q)) log(now, { kind: 6, peer, other: q });
      }
    }
    for (const q of candidates) {
      const why = kindOf(q);
      if (why === 2 || unchoked[peer].get(q) === why) continue;
      unchoked[peer].set(q, why);
      log(now, { kind: 5, peer, other: q, why });
    }
    for (const [q] of unchoked[peer]) send(now, peer, q);
    received[peer].clear();
    at(now + 10, () => rechoke(now + 10, peer));
  }

  for (const p of range(peers)) {
    at(arrivals[p], () => {
      present.add(p);
      log(arrivals[p], { kind: 0, peer: p });
      rechoke(arrivals[p] + 0.5 + random(), p);
    });
  }
  let last = 0;
  while (queue.length && last < 600 && [...present].some((p) => p >= seeds) + (last < 1)) {
    let first = 0;
    for (let i = 1; i < queue.length; i++) if (queue[i][0] < queue[first][0] || (queue[i][0] === queue[first][0] && queue[i][1] < queue[first][1])) first = i;
    const [s, , action] = queue.splice(first, 1)[0];
    last = s;
    action();
  }
  return encode({ events, peers, seeds, leechers, pieces, whys, end: last, outside });
}

// A hand-made replay: peer 1 is a seed, peer 2 downloads, and peer 9 is not shown.
export function handMade() {
  return {
    tick_ns: 1e8, end: 200, pieces: 4, arrived: 3, groups: ["seed", "leechers"],
    peers: { number: [1, 2], group: [0, 1], seed: [1, 0], decided: [1, 0] },
    outside: { number: [9], group: [1] },
    kinds: ["arrived", "gone", "piece", "bad-piece", "completed", "unchoked", "choked", "transfer", "received", "candidate", "pick"],
    whys: ["optimistic", "rarest-first", "crashed"],
    kind: [0, 0, 9, 5, 10, 8, 7, 7, 1],
    dt: [0, 10, 10, 0, 5, 15, 10, 5, 40],
    peer: [0, 1, 0, 0, 1, 1, 1, 1, 1],
    other: [1, 1, 32 + 0, 0, 32 + 2],
    piece: [3, 32 + 3, 32 + 0, 32 + 1],
    why: [0, 0, 1, 2],
    span: [11, 0, 6],
    blocks: [1, -20000, 2],
    rate: [123000],
    copies: [2], least: [1],
  };
}

// encode writes events as columns.
function encode({ events, peers, seeds, leechers, pieces, whys, end, outside }) {
  events.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const data = {
    tick_ns: TICK_NS, end: Math.ceil(end * 1e9 / TICK_NS), pieces, arrived: peers + outside,
    groups: ["seed", "leechers"],
    peers: {
      number: range(peers).map((p) => p + 1), group: range(peers).map((p) => (p < seeds ? 0 : 1)),
      seed: range(peers).map((p) => (p < seeds ? 1 : 0)), decided: range(peers).map((p) => (p % 4 === 0 ? 1 : 0)),
    },
    outside: { number: range(outside).map((i) => peers + i + 1), group: range(outside).map(() => 1) },
    kinds: ["arrived", "gone", "piece", "bad-piece", "completed", "unchoked", "choked", "transfer", "received", "candidate", "pick"],
    whys,
    kind: [], dt: [], peer: [], other: [], piece: [], why: [], span: [], blocks: [], rate: [], copies: [], least: [],
  };
  const lastEnd = new Map();
  const senders = range(peers).map(() => new Recent()), parts = range(peers).map(() => new Recent());
  let before = 0;
  for (const [tick, , e] of events) {
    data.kind.push(e.kind);
    data.dt.push(tick - before);
    before = tick;
    data.peer.push(e.peer);
    if ("since" in e) {
      data.other.push(senders[e.peer].write(e.other));
      data.piece.push(parts[e.peer].write(e.piece));
    } else {
      if ("other" in e) data.other.push(e.other);
      if ("piece" in e) data.piece.push(e.piece);
    }
    for (const name of ["why", "blocks", "rate", "copies", "least"]) if (name in e) data[name].push(e[name]);
    if ("since" in e) {
      const since = Math.round(e.since * 1e9 / TICK_NS), pair = `${e.peer} ${e.other}`;
      data.span.push(lastEnd.get(pair) === since ? 0 : tick - since + 1);
      lastEnd.set(pair, tick);
    }
  }
  return data;
}

function range(n) { return Array.from({ length: n }, (_, i) => i); }

function generator(seed) {
  let s = seed >>> 0;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 2 ** 32;
  };
}
