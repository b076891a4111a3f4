// The time of the page: a slider, with the events of the scenario on it.

import { make, setText } from "./replay/dom.js";
import { duration } from "./format.js";

// mountTimeline shows the events of a record and the shared time.
export function mountTimeline(element, record, cursor) {
  const slider = make("input", { type: "range", min: 0, max: 1000, value: 0, className: "timeline-slider", "aria-label": "time of all charts" });
  const shown = make("output", { className: "timeline-time", textContent: "move to read all charts at a time" });
  slider.addEventListener("input", () => cursor.set(Number(slider.value) / 1000 * record.end_s));
  cursor.subscribe((t) => {
    if (t === null) return;
    slider.value = String(Math.round(1000 * t / record.end_s));
    slider.setAttribute("aria-valuetext", duration(t));
    setText(shown, duration(t));
  });
  element.append(make("div", { className: "timeline" }, slider, shown));
  if (record.marks.length === 0) return;
  const list = make("ol", { className: "timeline-events" });
  for (const m of record.marks.slice(0, 50)) {
    const text = `${duration(m.at_s)}${m.until_s > 0 ? ` to ${duration(m.until_s)}` : ""}: ${m.text}`;
    list.append(make("li", {}, make("button", { type: "button", textContent: text, onclick: () => cursor.set(m.at_s) })));
  }
  element.append(make("p", { className: "caption", textContent: "Events of the scenario, dashed lines in the charts over time:" }), list);
}
