// The picture of the swarm at a time, on a canvas.

import { along, curve, layout, order, origin } from "./layout.js";
import { readColours } from "./colours.js";
import { Sprites, sheet } from "./sprites.js";
import { ABSENT, LEECHER, isOptimistic } from "./state.js";
import { lastRound } from "./why.js";

const LINKS_MS = 200; // how old the picture of the links may be while the replay plays

export class Painter {
  constructor(canvas, trace, state) {
    Object.assign(this, { canvas, trace, state });
    this.places = order(trace);
    this.links = sheet(1, 1);
    this.linksDrawn = { version: -1, at: -Infinity, key: "" };
    this.resize();
  }

  // resize adapts everything to the size of the canvas and the colours of the page.
  resize() {
    const { canvas } = this;
    const box = canvas.getBoundingClientRect();
    this.width = Math.max(60, box.width);
    this.height = Math.max(60, box.height);
    this.ratio = Math.max(1, Math.min(2, window.devicePixelRatio || 1));
    for (const c of [canvas, this.links]) {
      c.width = Math.round(this.width * this.ratio);
      c.height = Math.round(this.height * this.ratio);
    }
    this.context = canvas.getContext("2d");
    this.colours = readColours(canvas);
    this.layout = layout(this.trace, this.width, this.height, this.places);
    this.sprites = new Sprites(this.trace, this.layout.radius, this.ratio, this.colours);
    this.larger = Math.max(1.2, 9 / this.sprites.side); // pieces of the followed peer
    this.fresh = true;
  }

  // paint draws the state. view says which peer is followed, what is pointed at, and what is shown.
  paint(view, stamp, playing) {
    const c = this.context;
    this.sprites.update(this.state, this.fresh);
    this.drawLinks(view, stamp, playing);
    this.fresh = false;
    c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    c.globalAlpha = 1;
    c.clearRect(0, 0, this.width, this.height);
    this.drawGroups(c);
    c.drawImage(this.links, 0, 0, this.width, this.height);
    const near = view.followed === null ? null : this.neighbours(view.followed);
    if (near) this.drawFollowedLinks(c, view.followed);
    this.drawPointed(c, view.pointed);
    this.drawTransfers(c, view, near);
    this.drawPeers(c, view, near);
  }

  drawGroups(c) {
    if (this.layout.groups.length < 2) return;
    c.fillStyle = this.colours.muted;
    c.font = "12px system-ui, sans-serif";
    for (const g of this.layout.groups) {
      const name = this.trace.groups[g.group] ?? "";
      const right = Math.cos(g.angle) > 0.3, left = Math.cos(g.angle) < -0.3;
      c.textAlign = right ? "right" : left ? "left" : "center";
      const x = Math.min(this.width - 4, Math.max(4, g.x + (right ? 30 : left ? -30 : 0)));
      const y = Math.min(this.height - 4, Math.max(12, g.y + (Math.sin(g.angle) > 0 ? 28 : -20)));
      c.fillText(name.slice(0, 24), x, y);
    }
  }

  drawLinks(view, stamp, playing) {
    const { state, trace, linksDrawn: drawn } = this;
    const key = `${view.followed} ${view.links}`;
    const same = !this.fresh && drawn.version === state.linkVersion && drawn.key === key;
    if (same || (playing && !this.fresh && drawn.key === key && stamp - drawn.at < LINKS_MS)) return;
    this.linksDrawn = { version: state.linkVersion, at: stamp, key };
    const c = this.links.getContext("2d");
    c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    c.clearRect(0, 0, this.width, this.height);
    if (view.links === "none" || view.followed !== null) return;
    for (const optimistic of [false, true]) {
      this.strokeStyle(c, optimistic ? "optimistic" : "regular");
      c.globalAlpha = optimistic ? 0.5 : 0.3;
      c.lineWidth = 0.8;
      for (const [pair, row] of state.links) {
        const from = Math.floor(pair / trace.peers), to = pair % trace.peers;
        if (isOptimistic(trace, row) !== optimistic || !this.drawn(from) || !this.drawn(to)) continue;
        c.beginPath();
        this.curve(c, from, to);
        c.stroke();
      }
    }
    c.setLineDash([]);
  }

  strokeStyle(c, kind) {
    c.strokeStyle = this.colours[kind];
    c.setLineDash(kind === "optimistic" ? [5, 3] : kind === "choked" ? [1, 3] : []);
  }

  curve(c, from, to) {
    const { x, y } = this.layout;
    curve(c, x[from], y[from], x[to], y[to]);
  }

  drawn(peer) { return peer < this.trace.shown && this.state.status[peer] !== ABSENT; }

  // neighbours returns the peers that a peer has a link or a transfer with.
  neighbours(peer) {
    const { state, trace } = this;
    const out = new Set([peer]);
    for (const pair of state.links.keys()) {
      const from = Math.floor(pair / trace.peers), to = pair % trace.peers;
      if (from === peer) out.add(to);
      if (to === peer) out.add(from);
    }
    for (let i = 0; i < state.activeCount; i++) {
      const r = state.active[i];
      if (trace.peer[r] === peer) out.add(trace.other[r]);
      if (trace.other[r] === peer) out.add(trace.peer[r]);
    }
    return out;
  }

  drawFollowedLinks(c, peer) {
    const { state, trace } = this;
    for (const r of lastRound(trace, peer, state.time) ?? []) {
      const other = trace.other[r];
      if (trace.whys[trace.why[r]] === "choked" && this.drawn(other)) this.strokeLink(c, peer, other, "choked", 1);
    }
    for (const [pair, row] of state.links) {
      const from = Math.floor(pair / trace.peers), to = pair % trace.peers;
      if ((from !== peer && to !== peer) || !this.drawn(from) || !this.drawn(to)) continue;
      this.strokeLink(c, from, to, isOptimistic(trace, row) ? "optimistic" : "regular", 1.8);
    }
  }

  strokeLink(c, from, to, kind, width) {
    const { x, y } = this.layout;
    this.strokeStyle(c, kind);
    c.lineWidth = width;
    c.globalAlpha = kind === "choked" ? 0.55 : 0.95;
    c.beginPath();
    this.curve(c, from, to);
    c.stroke();
    c.setLineDash([]);
    if (kind === "choked") return;
    // A head, short of the dot, shows who sends to whom.
    const length = Math.max(1, Math.hypot(x[to] - x[from], y[to] - y[from]));
    const tip = Math.max(0.5, 1 - (this.layout.radius + 1) / length);
    const [tx, ty] = along(x[from], y[from], x[to], y[to], tip);
    const [bx, by] = along(x[from], y[from], x[to], y[to], tip - 8 / length);
    const dx = (tx - bx) / 2, dy = (ty - by) / 2;
    c.fillStyle = this.colours[kind];
    c.beginPath();
    c.moveTo(tx, ty);
    c.lineTo(bx - dy, by + dx);
    c.lineTo(bx + dy, by - dx);
    c.fill();
  }

  drawPointed(c, pointed) {
    if (!pointed || pointed.kind === "peer") return;
    const { from, to } = pointed;
    if (!this.drawn(from) || !this.drawn(to)) return;
    const row = this.state.links.get(from * this.trace.peers + to);
    this.strokeLink(c, from, to, row !== undefined && isOptimistic(this.trace, row) ? "optimistic" : "regular", 3);
  }

  // placeOf returns where the piece of a transfer is.
  placeOf(row, still) {
    const { trace, state, layout: l } = this;
    const receiver = trace.peer[row];
    const [x0, y0] = origin(l, trace, trace.other[row], receiver);
    const length = trace.at[row] - trace.since[row];
    const part = still ? 0.5 : length > 0 ? (state.time - trace.since[row]) / length : 1;
    return along(x0, y0, l.x[receiver], l.y[receiver], Math.max(0, Math.min(1, part)));
  }

  drawTransfers(c, view, near) {
    const { state, trace, sprites } = this;
    const { followed, pointed } = view;
    for (let i = 0; i < state.activeCount; i++) {
      const r = state.active[i];
      c.globalAlpha = near && trace.peer[r] !== followed && trace.other[r] !== followed ? 0.12 : 1;
      const [x, y] = this.placeOf(r, view.still);
      sprites.putPiece(c, trace.piece[r], x, y, near && c.globalAlpha === 1 ? this.larger : 1);
    }
    c.globalAlpha = 1;
    if (pointed?.kind !== "transfer" || state.place[pointed.row] < 0) return;
    const [x, y] = this.placeOf(pointed.row, view.still);
    c.strokeStyle = this.colours.ink;
    c.lineWidth = 2;
    c.strokeRect(x - sprites.side / 2 - 3, y - sprites.side / 2 - 3, sprites.side + 6, sprites.side + 6);
  }

  drawPeers(c, view, near) {
    const { layout: l, state, trace } = this;
    for (let p = 0; p < trace.shown; p++) {
      if (state.status[p] === ABSENT) continue;
      c.globalAlpha = near && !near.has(p) ? 0.4 : 1;
      this.sprites.putPeer(c, p, l.x[p], l.y[p]);
    }
    c.globalAlpha = 1;
    for (const [p, colour] of [[view.followed, this.colours.accent], [view.pointed?.kind === "peer" ? view.pointed.peer : null, this.colours.ink]]) {
      if (p === null || p === undefined) continue;
      c.strokeStyle = colour;
      c.lineWidth = 2.5;
      c.beginPath();
      c.arc(l.x[p], l.y[p], l.radius + 3, 0, 2 * Math.PI);
      c.stroke();
    }
    this.drawLabels(c, view, near);
  }

  drawLabels(c, view, near) {
    const { layout: l, state, trace } = this;
    const named = (p) => view.labels === "all" || p === view.followed || (view.labels === "some" && near?.has(p)) ||
      (view.pointed?.kind === "peer" && view.pointed.peer === p);
    c.font = `${view.labels === "all" && l.radius < 9 ? 9 : 11}px system-ui, sans-serif`;
    c.textAlign = "center";
    c.lineWidth = 3;
    c.lineJoin = "round";
    for (let p = 0; p < trace.shown; p++) {
      if (state.status[p] === ABSENT || !named(p)) continue;
      const text = String(trace.numbers[p]);
      const y = l.y[p] - l.radius - 4 > 10 ? l.y[p] - l.radius - 4 : l.y[p] + l.radius + 12;
      c.strokeStyle = this.colours.ground;
      c.strokeText(text, l.x[p], y);
      c.fillStyle = this.colours.ink;
      c.fillText(text, l.x[p], y);
    }
  }

  // at returns what is at a place of the canvas: a peer, a transfer, a link, or null.
  at(x, y, view) {
    const { layout: l, state, trace } = this;
    let best = null, least = l.radius + 2;
    for (let p = 0; p < trace.shown; p++) {
      const d = Math.hypot(l.x[p] - x, l.y[p] - y);
      if (state.status[p] !== ABSENT && d < least) [best, least] = [{ kind: "peer", peer: p }, d];
    }
    if (best) return best;
    least = 9;
    const ours = (a, b) => view.followed === null || a === view.followed || b === view.followed;
    for (let i = 0; i < state.activeCount; i++) {
      const r = state.active[i];
      if (!ours(trace.peer[r], trace.other[r])) continue;
      const [px, py] = this.placeOf(r, view.still);
      const d = Math.hypot(px - x, py - y);
      if (d < least) [best, least] = [{ kind: "transfer", row: r, from: trace.other[r], to: trace.peer[r] }, d];
    }
    if (best || view.links === "none") return best;
    least = view.followed === null ? 3 : 6;
    for (const pair of state.links.keys()) {
      const from = Math.floor(pair / trace.peers), to = pair % trace.peers;
      if (!ours(from, to) || !this.drawn(from) || !this.drawn(to)) continue;
      const d = this.distance(from, to, x, y);
      if (d < least) [best, least] = [{ kind: "link", from, to }, d];
    }
    return best;
  }

  // distance returns how far a place is from the curve of a link, measured at points of it.
  distance(from, to, x, y) {
    const { x: xs, y: ys } = this.layout;
    const steps = Math.max(8, Math.ceil(Math.hypot(xs[to] - xs[from], ys[to] - ys[from]) / 6));
    let least = Infinity;
    for (let i = 1; i < steps; i++) {
      const [px, py] = along(xs[from], ys[from], xs[to], ys[to], i / steps);
      least = Math.min(least, Math.hypot(px - x, py - y));
    }
    return least;
  }
}

// isDownloading reports whether a peer is present and not complete.
export function isDownloading(state, peer) { return peer < state.trace.shown && state.status[peer] === LEECHER; }
