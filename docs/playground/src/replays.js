// The replays of both runs, in step, and the charts of each run, which follow the same time.

import { mountCharts } from "../../../reports/page/src/charts.js";
import { createCursor } from "../../../reports/page/src/cursor.js";
import { make } from "../../../reports/page/src/replay/dom.js";
import { mountReplay } from "../../../reports/page/src/replay/index.js";
import { mountPair } from "../../../reports/page/src/replay/pair.js";

// showReplays shows the replays of runs that have one, and returns {cursor, destroy}.
export function showReplays(element, sides) {
  const shown = sides.filter((s) => s.result.replay).map((s) => ({ title: s.name, data: JSON.parse(s.result.replay) }));
  const cursor = createCursor();
  if (shown.length === 0) return { cursor, destroy() {} };
  const place = make("div", { className: "replay-host" });
  element.replaceChildren(make("h2", { textContent: shown.length > 1 ? "Both replays, in step" : "Replay" }), place);
  const replay = shown.length > 1 ? mountPair(place, shown) : mountReplay(place, shown[0].data, { cursor, title: "Replay of the swarm" });
  if (shown.length > 1) shareTime(replay, cursor);
  return {
    cursor,
    destroy() {
      replay.destroy();
      element.replaceChildren();
    },
  };
}

// shareTime moves the charts' cursor with a clock, and the clock with the cursor.
function shareTime(clock, cursor) {
  clock.onTime(() => cursor.set(clock.time()));
  cursor.subscribe((t) => { if (t !== null && Math.abs(t - clock.time()) > 1e-9) clock.seek(t); });
}

// showCharts offers all charts of each run. They are drawn when they are asked for.
export function showCharts(element, sides, cursor) {
  const stops = [];
  element.replaceChildren(...sides.map((side) => {
    const place = make("div", { className: "charts" });
    const details = make("details", { ontoggle: () => {
      if (details.open && !place.hasChildNodes()) stops.push(mountCharts(place, JSON.parse(side.result.page), cursor));
    } }, make("summary", { textContent: `All charts: ${side.name}` }), place);
    return details;
  }));
  return {
    destroy() {
      for (const stop of stops) stop();
      element.replaceChildren();
    },
  };
}
