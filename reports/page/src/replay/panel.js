// The panel beside the picture: the peer that is followed, its pieces, rates and links, and why.

import { pieceStep, readColours } from "./colours.js";
import { make, keep, setText } from "./dom.js";
import { ABSENT, LEECHER, SEED, WINDOW_S, isOptimistic, rates } from "./state.js";
import { whyPicked, whyUnchoked } from "./why.js";
import { capital, count, peerName, rate } from "./words.js";

const MOST_LISTED = 12; // links of a list

// createPanel returns the panel and its update. choose is called with what a button of a list is about.
export function createPanel(trace, state, { choose, point, follow }) {
  const title = make("h3", {});
  const facts = make("p", { className: "replay-facts" });
  const bar = make("canvas", { className: "replay-bar", role: "img" });
  const lists = [["receives", "Receives from"], ["sends", "Sends to"]].map(([name, heading]) => {
    const list = make("ul", { className: "replay-links" });
    return { name, list, head: make("h4", { textContent: heading }), heading };
  });
  const peer = make("div", { className: "replay-peer", hidden: true }, title, facts, bar, ...lists.flatMap((l) => [l.head, l.list]));
  const hint = make("p", {
    className: "replay-hint",
    textContent: "Click a peer to follow it. Point at a moving piece or at a link to see why it is there.",
  });
  const why = createWhy();
  const element = make("div", { className: "replay-panel" }, hint, peer, why.element);

  function update(view) {
    const followed = view.followed;
    peer.hidden = followed === null;
    hint.hidden = followed !== null || view.pointed !== null || view.pinned !== null;
    if (followed !== null) updatePeer(followed);
    why.update(trace, state, view.pointed?.kind === "peer" ? view.pinned : view.pointed ?? view.pinned);
  }

  function updatePeer(p) {
    setText(title, `${capital(peerName(trace, p))}, ${trace.groups[trace.group[p]] ?? ""}`);
    setText(facts, statusText(trace, state, p));
    drawBar(bar, trace, state, p);
    const links = linksOf(trace, state, p);
    for (const { name, list, head, heading } of lists) {
      const all = links[name];
      setText(head, `${heading} ${all.length === 0 ? "no peer" : count(all.length, "peer")}`);
      keep(list, all.slice(0, MOST_LISTED), (l) => l.other, (l) => createItem(l, p), (item, l) => updateItem(item, l, p));
    }
  }

  function createItem(link) {
    const item = make("li", {});
    const button = make("button", {
      type: "button",
      onclick: () => choose(item.target),
      onfocus: () => point(item.target),
      onblur: () => point(null),
      onmouseenter: () => point(item.target),
      onmouseleave: () => point(null),
    });
    const go = make("button", {
      type: "button", className: "replay-go", textContent: "follow", "aria-label": `follow ${peerName(trace, link.other)}`,
      onclick: () => follow(link.other), hidden: link.other >= trace.shown,
    });
    item.append(button, go);
    return item;
  }

  function updateItem(item, link) {
    item.target = link.target;
    item.className = `replay-${link.kind}`;
    setText(item.firstChild, linkText(trace, link));
  }

  return { element, update };
}

// statusText says what a peer is and does at the state's time.
export function statusText(trace, state, p) {
  const what = state.status[p] === ABSENT ? "not there yet" : state.status[p] === LEECHER ? "leecher"
    : state.status[p] === SEED ? "seed" : "left";
  if (what === "not there yet" || what === "left") return capital(what) + ".";
  const { down, up } = rates(state, p);
  const partial = trace.shown < trace.arrivals ? " to shown peers" : "";
  return `${capital(what)} with ${state.count[p]} of ${count(trace.pieces, "piece")}. ` +
    `Down ${rate(down)}, up ${rate(up)}${partial} (last ${WINDOW_S} s).`;
}

// linksOf lists the links of a peer at the state's time: unchoked ones and transfers.
export function linksOf(trace, state, p) {
  const out = { receives: new Map(), sends: new Map() };
  const entry = (side, other, from, to) => {
    if (!out[side].has(other)) out[side].set(other, { other, kind: "none", piece: -1, target: { kind: "link", from, to } });
    return out[side].get(other);
  };
  const each = (from, to, f) => {
    if (to === p) f(entry("receives", from, from, to));
    if (from === p) f(entry("sends", to, from, to));
  };
  for (const [pair, row] of state.links) {
    each(Math.floor(pair / trace.peers), pair % trace.peers, (l) => { l.kind = isOptimistic(trace, row) ? "optimistic" : "regular"; });
  }
  for (let i = 0; i < state.activeCount; i++) {
    const r = state.active[i];
    each(trace.other[r], trace.peer[r], (l) => {
      l.piece = trace.piece[r];
      l.target = { kind: "transfer", row: r, from: trace.other[r], to: trace.peer[r] };
    });
  }
  const sorted = (links) => [...links.values()].sort((a, b) => (b.piece >= 0) - (a.piece >= 0) || a.other - b.other);
  return { receives: sorted(out.receives), sends: sorted(out.sends) };
}

function linkText(trace, link) {
  const kind = { regular: "regular", optimistic: "optimistic", none: "no unchoke" }[link.kind];
  return `peer ${trace.numbers[link.other]}, ${kind}${link.piece >= 0 ? `: piece ${link.piece}` : ""}`;
}

// drawBar draws the pieces that a peer has, each in its colour.
function drawBar(canvas, trace, state, p) {
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const width = Math.max(1, Math.round(canvas.clientWidth * ratio)), height = Math.max(1, Math.round(canvas.clientHeight * ratio));
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const c = canvas.getContext("2d"), colours = readColours(canvas);
  c.fillStyle = colours.empty;
  c.fillRect(0, 0, width, height);
  const bins = Math.min(width, trace.pieces);
  for (let b = 0; b < bins; b++) {
    const first = Math.floor(b * trace.pieces / bins), end = Math.floor((b + 1) * trace.pieces / bins);
    let n = 0;
    for (let i = first; i < end; i++) if (state.has(p, i)) n++;
    if (n === 0) continue;
    c.globalAlpha = 0.25 + 0.75 * n / (end - first);
    c.fillStyle = colours.pieces[pieceStep(first, trace.pieces)];
    const x = Math.floor(b * width / bins);
    c.fillRect(x, 0, Math.max(1, Math.floor((b + 1) * width / bins) - x), height);
  }
  c.globalAlpha = 1;
  canvas.setAttribute("aria-label", `has ${state.count[p]} of ${trace.pieces} pieces`);
}

// createWhy returns the explanation of a transfer or a link.
function createWhy() {
  const title = make("h3", {}), body = make("div", {});
  const element = make("div", { className: "replay-why", hidden: true, role: "note" }, title, body);
  let shown = "";
  return {
    element,
    update(trace, state, target) {
      element.hidden = !target;
      if (!target) return;
      const parts = explain(trace, state, target);
      const text = JSON.stringify(parts);
      if (text === shown) return;
      shown = text;
      setText(title, parts.title);
      body.replaceChildren(...parts.parts.flatMap(paragraphs));
    },
  };
}

// explain returns the explanation of a transfer or a link at the state's time.
export function explain(trace, state, target) {
  const { from, to } = target;
  const pair = `peer ${trace.numbers[from]} to peer ${trace.numbers[to]}`;
  if (target.kind === "link") return { title: `Why from ${pair}?`, parts: [whyUnchoked(state, from, to)] };
  const piece = trace.piece[target.row];
  return {
    title: `Why piece ${piece} from ${pair}?`,
    parts: [whyUnchoked(state, from, to), whyPicked(state, to, piece)],
  };
}

function paragraphs({ sentences, table }) {
  const out = [make("p", { textContent: sentences.join(" ") })];
  if (!table) return out;
  const row = (tag, cells, marked) => make("tr", marked ? { className: "replay-marked" } : {}, ...cells.map((t) => make(tag, { textContent: t })));
  out.push(make("table", {},
    make("thead", {}, row("th", table.head)),
    make("tbody", {}, ...table.rows.map((r) => row("td", r.cells, r.marked)))));
  if (table.more) out.push(make("p", { className: "replay-more", textContent: table.more }));
  return out;
}
