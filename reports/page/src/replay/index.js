// The replay of a run: peers as dots, transfers as moving pieces, and why they move.

import { createClock } from "./clock.js";
import { createControls, onKey } from "./controls.js";
import { make, setText } from "./dom.js";
import { countsText, eventsText, sampleText } from "./narrate.js";
import { createLegend } from "./legend.js";
import { Painter } from "./painter.js";
import { createPanel } from "./panel.js";
import { State } from "./state.js";
import { decode, neighbourTick, rowsConcerning } from "./trace.js";
import { peerName } from "./words.js";

const TEXT_MS = 250; // how often texts change while the replay plays
const STILL_MS = 500; // how often the picture does, if the user prefers reduced motion

// mountReplay shows a replay in an element. options:
//
//   clock     of replays in step; without it the replay has one of its own, and controls
//   step      called with 1 or -1 by keys, instead of a step of this replay alone
//   onSelect  called with the number of a peer that the user follows, or null
//   cursor    shared time cursor of the page
//   title     of the replay, for screen readers
//   panel     false: no panel, no choices and no legend
export function mountReplay(element, data, options = {}) {
  const trace = decode(data), state = new State(trace);
  const end = trace.end * trace.tick;
  const clock = options.clock ?? createClock(end);
  const reduced = window.matchMedia("(prefers-reduced-motion: reduce)");
  const view = { followed: null, pointed: null, pinned: null, labels: "some", links: "all", still: reduced.matches };
  const stops = [];
  let concerning = null; // rows of the followed peer
  let dirty = true, paintedAt = -Infinity, textAt = -Infinity, frame = 0;

  const canvas = make("canvas", {
    className: "replay-canvas", tabIndex: 0, role: "img",
    "aria-label": `${options.title ?? "Replay of the swarm"}. Keys: space plays, arrows left and right step, up and down follow a peer, ` +
      "plus and minus change the speed, escape follows no peer.",
  });
  const tip = make("div", { className: "replay-tip", hidden: true });
  const counts = make("p", { className: "replay-counts" });
  const events = make("p", { className: "replay-events" });
  const live = make("p", { className: "replay-live", role: "status", "aria-live": "polite" });
  const note = make("p", { className: "replay-note", textContent: sampleText(trace) });
  note.hidden = note.textContent === "";
  const panel = createPanel(trace, state, { choose: pin, point, follow: choose });
  const controls = options.clock ? null : createControls(clock, step);
  const choices = createChoices(trace, view, { select: choose, changed: touch });
  const stage = make("div", { className: "replay-stage" }, canvas, tip);
  const root = make("div", { className: "replay", role: "region", "aria-label": options.title ?? "replay" },
    make("div", { className: "replay-main" }, stage, ...(controls ? [controls.element] : []),
      counts, events, note, live, ...(options.panel === false ? [] : [choices.element, createLegend(trace)])),
    ...(options.panel === false ? [] : [panel.element]));
  element.append(root);
  const painter = new Painter(canvas, trace, state);

  const ticks = () => Math.min(trace.end, Math.floor(clock.time() / trace.tick + 1e-6));

  function touch() {
    dirty = true;
    if (!frame) frame = requestAnimationFrame(paint);
  }

  function paint(stamp) {
    frame = 0;
    const playing = clock.playing();
    if (view.still && playing && stamp - paintedAt < STILL_MS) return touch();
    if (!dirty) return;
    dirty = false;
    paintedAt = stamp;
    state.seek(ticks());
    painter.paint(view, stamp, playing);
    if (!playing || stamp - textAt >= TEXT_MS) {
      textAt = stamp;
      showTexts(playing);
    }
  }

  function showTexts(playing) {
    setText(counts, countsText(trace, state));
    const now = playing ? "" : eventsText(trace, state.time, view.followed);
    setText(events, now);
    if (!playing) setText(live, [counts.textContent, now].filter(Boolean).join(". "));
    if (options.panel !== false) panel.update(view);
  }

  function step(n) {
    clock.pause();
    for (let i = 0; i < Math.abs(n); i++) {
      const t = neighbourTick(trace, ticks(), Math.sign(n), concerning);
      if (t === null) break;
      clock.seek(t * trace.tick);
    }
  }

  // select follows the peer of that index; null follows no peer.
  function select(peer) {
    view.followed = peer !== null && peer >= 0 && peer < trace.shown ? peer : null;
    view.pinned = view.pointed = null;
    concerning = view.followed === null ? null : rowsConcerning(trace, view.followed);
    choices.show();
    textAt = -Infinity;
    touch();
  }

  // choose follows a peer because the user wants it.
  function choose(peer) {
    select(peer);
    options.onSelect?.(view.followed === null ? null : trace.numbers[view.followed]);
  }

  function point(target) {
    view.pointed = target;
    textAt = -Infinity;
    touch();
  }

  function pin(target) {
    view.pinned = target;
    point(null);
  }

  function pointAt(event) {
    const box = canvas.getBoundingClientRect();
    const x = event.clientX - box.left, y = event.clientY - box.top;
    const target = painter.at(x, y, view);
    point(target);
    tip.hidden = !target;
    canvas.classList.toggle("replay-over", target !== null);
    if (!target) return target;
    setText(tip, tipText(trace, state, target));
    tip.style.left = `${Math.max(0, Math.min(x + 12, box.width - 190))}px`;
    tip.style.top = `${Math.max(0, y > box.height - 60 ? y - 44 : y + 14)}px`;
    return target;
  }

  canvas.addEventListener("pointermove", pointAt);
  canvas.addEventListener("pointerleave", () => {
    tip.hidden = true;
    point(null);
  });
  canvas.addEventListener("click", (event) => {
    const target = pointAt(event);
    if (target?.kind === "peer") choose(target.peer === view.followed ? null : target.peer);
    else if (target) pin(target);
    else if (view.pinned) pin(null);
    else choose(null);
    canvas.focus({ preventScroll: true });
  });
  root.addEventListener("keydown", (event) => onKey(event, {
    clock,
    step: options.step ?? step,
    follow: (n) => choose(view.followed === null ? (n > 0 ? 0 : trace.shown - 1) : (view.followed + n + trace.shown) % trace.shown),
    unfollow: () => choose(null),
  }));

  stops.push(clock.onTime(touch), clock.onState(touch));
  stops.push(...followPage());
  if (options.cursor) stops.push(shareCursor(clock, options.cursor));
  touch();

  // followPage repaints when the size, the colours or the wishes of the page change.
  function followPage() {
    const again = () => {
      view.still = reduced.matches;
      painter.resize();
      touch();
    };
    const watch = new ResizeObserver(again);
    watch.observe(stage);
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", again);
    reduced.addEventListener("change", again);
    return [() => watch.disconnect(), () => dark.removeEventListener("change", again), () => reduced.removeEventListener("change", again)];
  }

  return {
    play: clock.play,
    pause: clock.pause,
    seek: clock.seek,
    setSpeed: clock.setSpeed,
    step,
    // select follows the peer of that number in peers.csv.
    select: (number) => select(number === null ? null : trace.numbers.indexOf(number)),
    time: clock.time,
    onTime: (f) => clock.onTime(() => f(clock.time())),
    recolour() { painter.resize(); touch(); },
    trace, state,
    destroy() {
      if (!options.clock) clock.pause();
      for (const f of stops) f();
      controls?.destroy();
      cancelAnimationFrame(frame);
      root.remove();
    },
  };
}

// shareCursor moves the page's cursor with the clock, and the clock with the page's cursor.
function shareCursor(clock, cursor) {
  let moving = false;
  const guarded = (f) => {
    if (moving) return;
    moving = true;
    try { f(); } finally { moving = false; }
  };
  const stops = [
    clock.onTime(() => guarded(() => cursor.set(clock.time()))),
    cursor.subscribe((t) => guarded(() => { if (Number.isFinite(t) && Math.abs(t - clock.time()) > 1e-9) clock.seek(t); })),
  ];
  return () => { for (const f of stops) if (typeof f === "function") f(); };
}

function tipText(trace, state, target) {
  if (target.kind === "peer") return `${peerName(trace, target.peer)}: ${state.count[target.peer]} of ${trace.pieces} pieces`;
  const pair = `peer ${trace.numbers[target.from]} \u2192 peer ${trace.numbers[target.to]}`;
  return target.kind === "transfer" ? `piece ${trace.piece[target.row]}: ${pair}` : `unchoked: ${pair}`;
}

// createChoices returns the choice of a peer to follow, of labels and of links.
function createChoices(trace, view, { select, changed }) {
  const peers = make("select", { onchange: () => select(peers.value === "" ? null : Number(peers.value)) },
    make("option", { value: "", textContent: "none" }));
  for (let g = 0; g < trace.groups.length; g++) {
    const group = make("optgroup", { label: trace.groups[g] });
    for (let p = 0; p < trace.shown; p++) {
      if (trace.group[p] === g) group.append(make("option", { value: String(p), textContent: String(trace.numbers[p]) }));
    }
    if (group.children.length) peers.append(group);
  }
  const choice = (name, values) => {
    const s = make("select", { onchange: () => { view[name] = s.value; changed(); } },
      ...values.map(([value, text]) => make("option", { value, textContent: text })));
    s.value = view[name];
    return s;
  };
  const labels = choice("labels", [["some", "followed peer"], ["all", "all"], ["none", "none"]]);
  const links = choice("links", [["all", "all"], ["none", "none"]]);
  return {
    element: make("div", { className: "replay-choices" },
      make("label", {}, "follow peer ", peers), make("label", {}, "labels ", labels), make("label", {}, "links ", links)),
    show() { peers.value = view.followed === null ? "" : String(view.followed); },
  };
}
