// Pictures of peers, each a dot inside a ring of its pieces, and of moving pieces. They are drawn once
// and again only where something has changed: a frame copies them.

import { pieceStep } from "./colours.js";
import { LEFT, SEED } from "./state.js";

export class Sprites {
  constructor(trace, radius, ratio, colours) {
    Object.assign(this, { trace, radius, ratio, colours });
    this.leecherGroups = groupsOfLeechers(trace);
    this.bins = Math.max(1, Math.min(trace.pieces, Math.max(12, Math.min(64, Math.floor(2 * Math.PI * radius / 1.5)))));
    this.filled = new Int32Array(trace.shown * this.bins);
    this.size = Math.ceil(2 * (radius + 2) * ratio);
    this.columns = Math.max(1, Math.ceil(Math.sqrt(trace.shown)));
    this.sheet = sheet(this.columns * this.size, Math.ceil(trace.shown / this.columns) * this.size);
    this.context = this.sheet.getContext("2d");
    this.drawPieces();
  }

  // update draws what has changed in the state since the last call; all if everything may have.
  update(state, all) {
    const changes = state.takeChanges();
    if (all || changes === null) {
      this.filled.fill(0);
      for (let p = 0; p < this.trace.shown; p++) {
        for (let i = 0; i < this.trace.pieces; i++) if (state.has(p, i)) this.filled[p * this.bins + this.bin(i)]++;
        this.drawPeer(state, p);
      }
      return;
    }
    const whole = new Set();
    for (const [peer, piece] of changes) {
      if (piece < 0) whole.add(peer);
      else {
        const bin = this.bin(piece);
        this.filled[peer * this.bins + bin]++;
        this.drawBin(peer, bin);
      }
    }
    for (const peer of whole) this.drawPeer(state, peer);
  }

  bin(piece) { return Math.floor(piece * this.bins / this.trace.pieces); }

  // enter returns the corner of a peer's picture.
  enter(peer) {
    const c = this.context, x = peer % this.columns * this.size, y = Math.floor(peer / this.columns) * this.size;
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.globalAlpha = 1;
    return [x, y];
  }

  centre(x, y) { this.context.setTransform(this.ratio, 0, 0, this.ratio, x + this.size / 2, y + this.size / 2); }

  drawPeer(state, peer) {
    const c = this.context, [x, y] = this.enter(peer);
    c.clearRect(x, y, this.size, this.size);
    this.centre(x, y);
    const status = state.status[peer];
    if (status === LEFT) return this.drawLeft(c);
    const r = this.radius - this.width() - 0.8;
    c.beginPath();
    if (status === SEED) {
      c.fillStyle = this.colours.seed;
      c.rect(-r * 0.82, -r * 0.82, r * 1.64, r * 1.64);
    } else {
      c.fillStyle = this.groupColour(peer);
      c.arc(0, 0, r, 0, 2 * Math.PI);
    }
    c.fill();
    for (let b = 0; b < this.bins; b++) this.drawBin(peer, b);
  }

  drawLeft(c) {
    const r = Math.max(1.5, this.radius * 0.22);
    c.strokeStyle = this.colours.muted;
    c.globalAlpha = 0.5;
    c.lineWidth = 1;
    c.beginPath();
    c.moveTo(-r, -r);
    c.lineTo(r, r);
    c.moveTo(r, -r);
    c.lineTo(-r, r);
    c.stroke();
  }

  groupColour(peer) {
    const { groups } = this.colours;
    return groups[Math.max(0, this.leecherGroups.indexOf(this.trace.group[peer])) % groups.length];
  }

  width() { return Math.max(2, this.radius * 0.42); }

  // drawBin draws a part of the ring: in the colour of its pieces, as far as the peer has them.
  drawBin(peer, bin) {
    const c = this.context, [x, y] = this.enter(peer);
    this.centre(x, y);
    const { trace, bins } = this;
    const first = Math.ceil(bin * trace.pieces / bins), end = Math.ceil((bin + 1) * trace.pieces / bins);
    const share = Math.min(1, this.filled[peer * bins + bin] / Math.max(1, end - first));
    const from = 2 * Math.PI * bin / bins - Math.PI / 2, to = 2 * Math.PI * (bin + 1) / bins - Math.PI / 2;
    c.lineWidth = this.width();
    c.beginPath();
    c.arc(0, 0, this.radius - this.width() / 2, from, to + 0.01);
    c.globalAlpha = 1;
    c.strokeStyle = this.colours.empty;
    c.stroke();
    if (share > 0) {
      c.globalAlpha = 0.3 + 0.7 * share;
      c.strokeStyle = this.colours.pieces[pieceStep((first + end - 1) / 2, trace.pieces)];
      c.stroke();
    }
  }

  // drawPieces draws a small square in each colour.
  drawPieces() {
    const side = Math.max(3.5, Math.min(8, this.radius * 0.75));
    this.side = side;
    this.step = Math.ceil((side + 2) * this.ratio);
    this.strip = sheet(this.step * this.colours.pieces.length, this.step);
    const c = this.strip.getContext("2d");
    this.colours.pieces.forEach((colour, i) => {
      c.setTransform(this.ratio, 0, 0, this.ratio, i * this.step, 0);
      c.fillStyle = this.colours.ground;
      c.fillRect(0, 0, side + 2, side + 2);
      c.fillStyle = colour;
      c.fillRect(1, 1, side, side);
    });
  }

  putPeer(to, peer, x, y) {
    const s = this.size, w = s / this.ratio;
    to.drawImage(this.sheet, peer % this.columns * s, Math.floor(peer / this.columns) * s, s, s, x - w / 2, y - w / 2, w, w);
  }

  putPiece(to, piece, x, y, scale) {
    const w = this.step / this.ratio * scale;
    to.drawImage(this.strip, pieceStep(piece, this.trace.pieces) * this.step, 0, this.step, this.step, x - w / 2, y - w / 2, w, w);
  }
}

// groupsOfLeechers lists the groups whose members are not seeds from the start. Their place in the list
// is that of their colour.
export function groupsOfLeechers(trace) {
  const groups = new Set();
  for (let p = 0; p < trace.shown; p++) if (!trace.seed[p]) groups.add(trace.group[p]);
  return [...groups].sort((a, b) => a - b);
}

// sheet returns a canvas that is not shown.
export function sheet(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.ceil(width));
  canvas.height = Math.max(1, Math.ceil(height));
  return canvas;
}
