// The time of the page: a slider, and above it when the peers of each group came and completed, with the
// events of the scenario.

import { make, setText } from "./replay/dom.js";
import { duration } from "./format.js";

const STEPS = 1000; // of the slider
const MOST_EVENTS = 50;

// mountTimeline shows the spans of the groups and the events of a record in an element, and a slider for the
// shared time in another.
export function mountTimeline(element, bar, record, cursor) {
  const slider = make("input", { type: "range", min: 0, max: STEPS, value: 0, className: "timeline-slider", "aria-label": "time of the page" });
  const shown = make("output", { className: "timeline-time", textContent: "choose a time" });
  slider.addEventListener("input", () => cursor.set(Number(slider.value) / STEPS * record.end_s));
  const show = (t) => {
    if (t === null) return;
    slider.value = String(Math.round(STEPS * t / record.end_s));
    slider.setAttribute("aria-valuetext", duration(t));
    setText(shown, duration(t));
  };
  cursor.onShown(show);
  show(cursor.shown());
  bar.append(slider, shown);
  element.append(createSpans(record, cursor));
  if (record.marks.length === 0) return;
  const list = make("ol", { className: "timeline-events" });
  record.marks.slice(0, MOST_EVENTS).forEach((m, i) => {
    list.append(make("li", {}, make("button", { type: "button", textContent: `${i + 1}. ${eventText(m)}`, onclick: () => cursor.set(m.at_s) })));
  });
  if (record.marks.length > MOST_EVENTS) list.append(make("li", { textContent: `and ${record.marks.length - MOST_EVENTS} more` }));
  element.append(make("p", { className: "caption", textContent: "Events of the scenario, dashed lines in the charts over time:" }), list);
}

function eventText(m) { return `${duration(m.at_s)}${m.until_s > 0 ? ` to ${duration(m.until_s)}` : ""}: ${m.text}`; }

// spanText says when the peers of a group came and completed.
export function spanText(s) {
  const range = ([from, to]) => (duration(from) === duration(to) ? `at ${duration(from)}` : `from ${duration(from)} to ${duration(to)}`);
  const parts = [`${s.group}: ${s.peers.toLocaleString("en")} ${s.seed ? "seed" : "leecher"}${s.peers === 1 ? "" : "s"}`];
  if (s.arrived) parts.push(`arrived ${range(s.arrived)}`);
  if (s.completed) parts.push(`completed ${range(s.completed)}`);
  if (s.left) parts.push(`left ${range(s.left)}`);
  return parts.join(", ");
}

// createSpans returns a lane for each group, and one for the events of the scenario.
function createSpans(record, cursor) {
  const place = (element, from, to) => {
    element.style.left = `${100 * Math.min(1, from / record.end_s)}%`;
    if (to !== undefined) element.style.width = `max(4px, ${100 * (Math.min(to, record.end_s) - from) / record.end_s}%)`;
    return element;
  };
  const lane = (name, text, ...bars) => make("li", {}, make("span", { className: "span-name", textContent: name, title: name }),
    make("span", { className: "span-lane", role: "img", "aria-label": text, title: text }, ...bars));
  const list = make("ul", { className: "spans" });
  for (const s of record.spans) {
    const bars = [];
    for (const [name, range] of [["arrived", s.arrived], ["completed", s.completed], ["left", s.left]]) {
      if (range) bars.push(place(make("span", { className: `span span-${name}` }), range[0], range[1]));
    }
    list.append(lane(s.group, spanText(s), ...bars));
  }
  if (record.marks.length > 0) {
    const marks = record.marks.slice(0, MOST_EVENTS);
    list.append(lane("events", marks.map(eventText).join("; "), ...marks.map((m, i) =>
      place(make("span", { className: `span-event${m.until_s > 0 ? " span-lasts" : ""}`, textContent: String(i + 1) }), m.at_s, m.until_s > 0 ? m.until_s : undefined))));
  }
  const line = make("div", { className: "span-line" });
  const move = (t) => {
    line.hidden = t === null;
    line.style.left = `${100 * (t ?? 0) / record.end_s}%`;
  };
  cursor.onShown(move);
  move(cursor.shown());
  const lanes = make("div", { className: "span-lanes" }, list, make("div", { className: "span-over" }, line));
  const legend = make("p", { className: "caption span-legend" });
  for (const [name, text] of [["arrived", "arrivals"], ["completed", "completions"], ["left", "departures"]]) {
    if (!record.spans.some((s) => s[name])) continue;
    legend.append(make("span", { className: "reading" }, make("span", { className: `span-key span-${name}` }), `${text}, first to last`));
  }
  const ends = make("p", { className: "caption span-ends", "aria-hidden": "true" }, make("span", { textContent: "0 s" }), make("span", { textContent: duration(record.end_s) }));
  return make("div", { className: "spans-place" }, legend, lanes, ends);
}
