// Two replays, or more, in step: one clock and one set of controls.

import { createClock } from "./clock.js";
import { createControls, onKey } from "./controls.js";
import { make } from "./dom.js";
import { createLegend } from "./legend.js";
import { mountReplay } from "./index.js";
import { neighbourTick } from "./trace.js";

// mountPair shows replays side by side. Each has a title, data, and may have a link to its report.
export function mountPair(element, replays) {
  const end = Math.max(...replays.map((r) => r.data.end * r.data.tick_ns / 1e9));
  const clock = createClock(end);
  const side = make("div", { className: "replay-side" });
  const controls = createControls(clock, step);
  const root = make("div", { className: "replay-pair", role: "region", "aria-label": "replays in step" }, controls.element, side);
  element.append(root);
  const mounted = replays.map(({ title, data, href }) => {
    const head = make("h3", {}, title);
    if (href) head.append(" ", make("a", { href, textContent: "report" }));
    const host = make("div", { className: "replay-host" });
    side.append(make("section", {}, head, host));
    return mountReplay(host, data, { clock, step, onSelect: follow, title: `Replay of ${title}`, panel: false });
  });

  root.append(createLegend(mounted[0].trace));

  // step goes to the next event of any of the replays.
  function step(n) {
    clock.pause();
    const times = mounted.map(({ trace }) => {
      const t = neighbourTick(trace, Math.floor(clock.time() / trace.tick + 1e-6), n);
      return t === null ? null : t * trace.tick;
    }).filter((t) => t !== null);
    if (times.length) clock.seek(n > 0 ? Math.min(...times) : Math.max(...times));
  }

  // follow follows the peer of that number in all replays: with common random numbers it is the same.
  function follow(number) { for (const m of mounted) m.select(number); }

  root.addEventListener("keydown", (event) => {
    if (!event.defaultPrevented) onKey(event, { clock, step, follow() {}, unfollow() {} });
  });

  return {
    ...clock,
    step,
    replays: mounted,
    destroy() {
      clock.pause();
      for (const m of mounted) m.destroy();
      controls.destroy();
      root.remove();
    },
  };
}
