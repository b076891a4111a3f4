// The replays of both runs, in step: one clock and one set of controls. The charts of each run follow
// the same time.

import { mountCharts } from "../../../reports/page/src/charts.js";
import { createCursor } from "../../../reports/page/src/cursor.js";
import { createClock } from "../../../reports/page/src/replay/clock.js";
import { createControls } from "../../../reports/page/src/replay/controls.js";
import { mountReplay } from "../../../reports/page/src/replay/index.js";
import { make } from "../../../reports/page/src/replay/dom.js";

// showReplays shows the replays of runs that have one, and returns {cursor, destroy}.
export function showReplays(element, sides) {
  const shown = sides.filter((s) => s.result.replay);
  const cursor = createCursor();
  if (shown.length === 0) return { cursor, destroy() {} };
  const datas = shown.map((s) => JSON.parse(s.result.replay));
  const clock = createClock(Math.max(...datas.map((d) => d.end * d.tick_ns / 1e9)));
  let replays = [];
  const controls = createControls(clock, (n) => replays[0].step(n));
  const hosts = shown.map(() => make("div", { className: "replay-host" }));
  element.replaceChildren(make("h2", { textContent: shown.length > 1 ? "Both replays, in step" : "Replay" }), controls.element,
    make("div", { className: "pair" }, ...shown.map((s, i) => make("section", {}, make("h3", { textContent: s.name }), hosts[i]))));
  replays = datas.map((d, i) => mountReplay(hosts[i], d, {
    clock, cursor: i === 0 ? cursor : undefined, title: `Replay: ${shown[i].name}`, panel: shown.length === 1,
  }));
  return {
    cursor,
    destroy() {
      clock.pause();
      for (const r of replays) r.destroy();
      controls.destroy();
      element.replaceChildren();
    },
  };
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
