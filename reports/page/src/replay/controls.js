// Play, pause, step, speed and the bar of time. One set of controls may drive several replays that
// share a clock.

import { make, setText } from "./dom.js";
import { seconds } from "./words.js";

// createControls returns the controls of a clock. step is called with 1 or -1.
export function createControls(clock, step) {
  const play = make("button", { type: "button", className: "replay-play", onclick: () => toggle(clock) });
  const back = make("button", { type: "button", textContent: "\u25C2 Step", "aria-label": "step back to the event before", onclick: () => step(-1) });
  const forth = make("button", { type: "button", textContent: "Step \u25B8", "aria-label": "step to the next event", onclick: () => step(1) });
  const speed = make("select", { "aria-label": "speed", onchange: () => clock.setSpeed(Number(speed.value)) },
    ...clock.speeds.map((s) => make("option", { value: String(s), textContent: `${s}\u00D7` })));
  const scrub = make("input", {
    type: "range", className: "replay-scrub", min: "0", max: String(clock.end), step: "any", value: "0", "aria-label": "time",
    oninput: () => clock.seek(Number(scrub.value)),
  });
  const time = make("output", { className: "replay-time" });
  const whole = seconds(clock.end);

  function showTime() {
    const t = seconds(clock.time());
    if (document.activeElement !== scrub || Math.abs(Number(scrub.value) - clock.time()) > clock.end / 2000) scrub.value = String(clock.time());
    scrub.setAttribute("aria-valuetext", `${t} of ${whole}`);
    setText(time, `${t} of ${whole}`);
  }
  function showState() {
    setText(play, clock.playing() ? "\u275A\u275A Pause" : "\u25B6 Play");
    speed.value = String(clock.speed());
  }
  const stop = [clock.onTime(showTime), clock.onState(showState)];
  showTime();
  showState();
  const element = make("div", { className: "replay-controls", role: "group", "aria-label": "playback" },
    make("div", { className: "replay-buttons" }, play, back, forth, make("label", {}, "speed ", speed), time), scrub);
  return { element, destroy() { for (const f of stop) f(); } };
}

export function toggle(clock) {
  if (clock.playing()) clock.pause();
  else clock.play();
}

// onKey does what a key of the replay's keyboard means, and reports whether it means anything.
export function onKey(event, { clock, step, follow, unfollow }) {
  const tag = event.target.tagName;
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  if (tag === "SELECT" || (tag === "INPUT" && event.key !== " ")) return false;
  if (event.key === " " && tag === "BUTTON") return false;
  switch (event.key) {
    case " ": toggle(clock); break;
    case "ArrowRight": event.shiftKey ? clock.seek(clock.time() + clock.end / 20) : step(1); break;
    case "ArrowLeft": event.shiftKey ? clock.seek(clock.time() - clock.end / 20) : step(-1); break;
    case "ArrowDown": follow(1); break;
    case "ArrowUp": follow(-1); break;
    case "Home": clock.seek(0); break;
    case "End": clock.seek(clock.end); break;
    case "+": case "=": clock.faster(1); break;
    case "-": clock.faster(-1); break;
    case "Escape": unfollow(); break;
    default: return false;
  }
  event.preventDefault();
  return true;
}
