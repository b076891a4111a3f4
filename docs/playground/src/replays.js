// The replays of both runs, in step: one clock and one set of controls.

import { createClock } from "../../../reports/page/src/replay/clock.js";
import { createControls } from "../../../reports/page/src/replay/controls.js";
import { mountReplay } from "../../../reports/page/src/replay/index.js";
import { make } from "../../../reports/page/src/replay/dom.js";

// showReplays shows the replays of runs that have one, and returns {destroy}.
export function showReplays(element, sides) {
  const shown = sides.filter((s) => s.result.replay);
  if (shown.length === 0) return null;
  const datas = shown.map((s) => JSON.parse(s.result.replay));
  const clock = createClock(Math.max(...datas.map((d) => d.end * d.tick_ns / 1e9)));
  let replays = [];
  const controls = createControls(clock, (n) => replays[0].step(n));
  const hosts = shown.map(() => make("div", { className: "replay-host" }));
  element.replaceChildren(make("h3", { textContent: shown.length > 1 ? "Both replays, in step" : "Replay" }), controls.element,
    make("div", { className: "pair" }, ...shown.map((s, i) => make("section", {}, make("h4", { textContent: s.name }), hosts[i]))));
  replays = datas.map((d, i) => mountReplay(hosts[i], d, { clock, title: `Replay: ${shown[i].name}`, panel: shown.length === 1 }));
  return {
    destroy() {
      clock.pause();
      for (const r of replays) r.destroy();
      controls.destroy();
      element.replaceChildren();
    },
  };
}
