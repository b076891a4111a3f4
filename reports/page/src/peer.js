// The view of one peer.

import { make } from "./replay/dom.js";
import { mountChart } from "./charts.js";
import { peerData, total } from "./peerdata.js";
import { duration, value } from "./format.js";
import { textOf } from "./table.js";

const MOST = 20; // neighbours with a bar of their unchokes

// createPeerView returns a view that shows a peer by its number. choose is called with the number of another
// one.
export function createPeerView(element, record, cursor, choose) {
  const columns = record.peers;
  const numbers = columns.find((c) => c.name === "peer").numbers;
  const reduced = window.matchMedia("(prefers-reduced-motion: reduce)");
  let charts = [];
  let reading = true, trace = null, follow = null; // the event log, and how to follow a peer in the replay
  let current = null;

  // show shows a peer and, unless scroll is false, scrolls to it.
  function show(number, scroll = true) {
    for (const c of charts) c.destroy();
    charts = [];
    const row = numbers.indexOf(number);
    if (row < 0) return;
    current = number;
    const heading = make("h3", { tabIndex: -1, textContent: `Peer ${number}` });
    element.replaceChildren(heading, buttons(number, row), facts(row));
    const data = trace && peerData(trace, number);
    if (data) showLog(data);
    else {
      element.append(make("p", { className: "caption", textContent: missing() }));
    }
    if (!scroll) return;
    heading.focus({ preventScroll: true });
    element.scrollIntoView({ block: "start", behavior: reduced.matches ? "auto" : "smooth" });
  }

  // missing says why there is no more about the current peer.
  function missing() {
    if (reading) return "The event log is being read.";
    const again = record.simulated ? ": run again with record.transfers=all to see what it did" : "";
    return trace ? `The event log has a sample of the peers, without this one${again}.` : `The record has no transfers of pieces${again}.`;
  }

  function buttons(number, row) {
    const tools = make("div", { className: "table-tools" });
    if (row > 0) tools.append(make("button", { type: "button", textContent: `Peer ${numbers[row - 1]}`, onclick: () => choose(numbers[row - 1]) }));
    if (row + 1 < numbers.length) tools.append(make("button", { type: "button", textContent: `Peer ${numbers[row + 1]}`, onclick: () => choose(numbers[row + 1]) }));
    if (follow && trace && trace.numbers.indexOf(number) >= 0 && trace.numbers.indexOf(number) < trace.shown) {
      tools.append(make("button", { type: "button", textContent: "Follow in the replay", onclick: () => follow(number) }));
    }
    return tools;
  }

  function facts(row) {
    const list = make("dl", { className: "peer-facts" });
    for (const c of columns) {
      if (c.name === "peer") continue;
      list.append(make("div", {}, make("dt", { textContent: c.name.replaceAll("_", " ").replace(/ (s|Bps|bytes)$/, "") }), make("dd", { textContent: textOf(c, row) })));
    }
    return list;
  }

  function showLog(data) {
    const place = make("div", { className: "charts" });
    element.append(place);
    const chart = (id, title, caption, label, unit, steps, times, lines) => ({ id, kind: "time", title, caption, label, x_label: "time", unit, steps, times, lines });
    charts.push(mountChart(place, chart("peer-rates", "Rates", "Content that it received and sent.", "rate", "B/s", false, data.rates.times,
      [{ name: "received", values: data.rates.down }, { name: "sent", values: data.rates.up }]), record, cursor));
    if (data.pieces.times.length > 0) {
      charts.push(mountChart(place, chart("peer-pieces", "Pieces", "The pieces that it had verified.", "pieces", "1", true, [0, ...data.pieces.times, data.until],
        [{ name: "pieces", values: [data.pieces.counts[0] - 1, ...data.pieces.counts, data.pieces.counts.at(-1)] }]), record, cursor));
    }
    element.append(unchokes(data), neighbours(data));
  }

  // unchokes shows when it unchoked its neighbours, and when they unchoked it, as bars over time.
  function unchokes(data) {
    const table = make("table", { className: "slots" }, make("tr", {}, ...["neighbour", "unchoked by this peer", "unchoked this peer"].map((t) => make("th", { scope: "col", textContent: t }))));
    for (const n of data.list.slice(0, MOST)) {
      table.append(make("tr", {}, make("td", {}, peerButton(n.number)), make("td", {}, bars(n.unchokes)), make("td", {}, bars(n.unchokedBy))));
    }
    return make("figure", { className: "chart" }, make("figcaption", {}, make("h3", { textContent: "Unchokes over time" }), make("p", {
      className: "caption",
      textContent: `From the start of the run on the left to its end on the right, for the ${Math.min(MOST, data.list.length)} neighbours with the most content exchanged. Dark: a regular slot. Striped: an optimistic one. Empty: choked. The log does not say when a neighbour was regarded as snubbing.`,
    })), make("div", { className: "scroll" }, table));
  }

  function bars(periods) {
    const lane = make("div", { className: "lane", role: "img", "aria-label": periods.length === 0 ? "never" : `${periods.length} times, ${duration(total(periods))} in all` });
    for (const p of periods) {
      const bar = make("span", { className: p.why === "optimistic" ? "bar bar-optimistic" : "bar", title: `${p.why} from ${duration(p.from)} to ${duration(p.until)}` });
      bar.style.left = `${100 * p.from / record.end_s}%`;
      bar.style.width = `max(2px, ${100 * (p.until - p.from) / record.end_s}%)`;
      lane.append(bar);
    }
    return lane;
  }

  function neighbours(data) {
    const table = make("table", {}, make("tr", {}, ...["neighbour", "received from it", "sent to it", "unchoked it", "of that optimistic", "it unchoked"].map((t) => make("th", { scope: "col", textContent: t }))));
    for (const n of data.list) {
      table.append(make("tr", {}, make("td", {}, peerButton(n.number)), ...[
        value(n.received, "B"), value(n.sent, "B"), duration(total(n.unchokes)), duration(total(n.unchokes, "optimistic")), duration(total(n.unchokedBy)),
      ].map((t) => make("td", { textContent: t }))));
    }
    return make("details", { open: data.list.length <= MOST }, make("summary", { textContent: `Who it traded with: ${data.list.length} neighbours` }), make("div", { className: "scroll" }, table));
  }

  function peerButton(number) {
    return make("button", { type: "button", className: "peer-link", textContent: String(number), onclick: () => choose(number) });
  }

  // loaded is called when the event log is there, or there is none.
  function loaded(log, onFollow) {
    [reading, trace, follow] = [false, log, onFollow];
    if (current !== null) show(current, false);
    return null;
  }

  return { show, loaded };
}
