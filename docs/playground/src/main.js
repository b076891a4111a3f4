// The playground: pick a scenario, move sliders, and watch the swarm beside one server with the same
// demand.

import { count, rate, seconds } from "../../../reports/page/src/replay/words.js";
import { make, setText } from "../../../reports/page/src/replay/dom.js";
import { lineChart } from "./chart.js";
import { bill, outcome, verdict } from "./compare.js";
import { loadEngine, readLibrary, Stopped } from "./engine.js";
import { commandLine, createForm, fromHash, toHash } from "./form.js";
import { readRun, staircase, thin } from "./record.js";
import { showCharts, showReplays } from "./replays.js";

const $ = (id) => document.getElementById(id);
const POINTS = 600; // of a line in a chart
const FIRST = "#scenario=flash-crowd&set=content.size%3D16+MiB"; // what is shown first: a run of some seconds

// sides are the two runs of one demand.
const sides = [
  { id: "swarm", name: "Swarm", kind: "swarm" },
  { id: "server", name: "One server", kind: "server" },
];

let engine, form;
let shown = []; // the replays and charts of the runs before
let running = []; // the runs going on

async function begin() {
  const library = readLibrary();
  form = createForm($("scenarios"), $("settings"), library, changed);
  const { scenario, chosen, seed } = fromHash(location.hash, library) ?? fromHash(FIRST, library);
  form.show(scenario, chosen, seed);
  try {
    engine = await loadEngine();
    $("run").disabled = false;
    setText($("status"), "Ready.");
  } catch (error) {
    fail(`The simulator could not be loaded: ${error.message}. A browser of 2023 or later is needed.`);
  }
}

// changed shows what the form stands for, as a command and as a link.
function changed() {
  const { scenario, sets, seed } = form.value();
  setText($("command"), commandLine(scenario, sets, seed));
  history.replaceState(null, "", toHash(scenario, sets, seed));
}

async function run(event) {
  event.preventDefault();
  if (running.length > 0 || !form.valid()) return;
  const { scenario, sets, seed } = form.value();
  const both = $("beside").checked ? sides : sides.slice(0, 1);
  prepare(both);
  running = both.map((side) => {
    side.points = [];
    return engine.run({ scenario: scenario.name, sets, seed, server: side.id === "server" }, (p) => showProgress(side, p));
  });
  const ended = await Promise.allSettled(running.map((r, i) => r.result.then((result) => finish(both[i], result))));
  running = [];
  $("run").disabled = false;
  $("stop").disabled = true;
  const failed = ended.find((e) => e.status === "rejected" && !(e.reason instanceof Stopped));
  if (failed) fail(failed.reason.message);
  else if (ended.some((e) => e.status === "rejected")) setText($("status"), "Stopped.");
  else compare(both);
}

// bringIntoView scrolls to the results where they are below the form.
function bringIntoView() {
  if ($("results").getBoundingClientRect().top < innerHeight / 2) return;
  $("results").scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

// prepare clears what the run before left.
function prepare(both) {
  for (const s of shown) s.destroy();
  shown = [];
  $("run").disabled = true;
  $("stop").disabled = false;
  $("problem").hidden = true;
  $("results").hidden = false;
  $("results").classList.toggle("alone", both.length === 1);
  $("verdict").replaceChildren();
  $("charts").replaceChildren();
  setText($("status"), "Running.");
  for (const side of sides) {
    const panel = $(side.id);
    panel.hidden = !both.includes(side);
    panel.querySelector(".outcome").replaceChildren();
    panel.querySelector(".files").replaceChildren();
    panel.querySelector("progress").removeAttribute("value");
    setText(panel.querySelector(".live"), "starting");
  }
  bringIntoView();
}

function showProgress(side, p) {
  const panel = $(side.id);
  const bar = panel.querySelector("progress");
  bar.max = Math.max(1, p.expected);
  bar.value = p.done;
  setText(panel.querySelector(".live"),
    `${seconds(p.seconds)}: ${p.done} of ${count(p.expected, "leecher")} complete, ${p.leechers} downloading, ${rate(p.goodput)}`);
  side.points.push([p.seconds, p.done]);
  drawLive();
}

// drawLive draws the completions so far, at most once a frame.
let liveFrame = 0;
function drawLive() {
  liveFrame ||= requestAnimationFrame(() => {
    liveFrame = 0;
    if (running.length === 0) return;
    const lines = sides.slice(0, running.length).map((s) => ({ name: s.name, kind: s.kind, points: thin(s.points ?? [], POINTS) }));
    $("charts").replaceChildren(lineChart({ title: "Leechers that have completed", lines, about: "It grows while the runs go on." }));
  });
}

function finish(side, result) {
  const run = readRun(result.files);
  side.run = run;
  side.result = result;
  const panel = $(side.id);
  const bar = panel.querySelector("progress");
  bar.max = bar.value = 1;
  setText(panel.querySelector(".live"),
    `${seconds(run.summary.virtual_s)} of virtual time, simulated in ${seconds(result.seconds)}`);
  panel.querySelector(".outcome").replaceChildren(
    make("p", { textContent: outcome(run.summary) }), make("p", { textContent: bill(run.summary) }));
  panel.querySelector(".files").replaceChildren(...["summary.json", "peers.csv", "timeseries.csv"].map((name) => download(side, name)));
}

// download returns a link to a file of a run.
function download(side, name) {
  const link = make("a", { textContent: name, download: `${side.run.summary.scenario}-${side.id}-${name}`, href: "#" });
  link.addEventListener("click", () => {
    link.href = URL.createObjectURL(new Blob([side.result.files[name]], { type: "text/plain" }));
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
  return link;
}

// compare shows the end: the verdict in words, the charts and the replays.
function compare(both) {
  const [swarm, server] = both.map((s) => s.run);
  const lines = server ? verdict(swarm.summary, server.summary) : [outcome(swarm.summary)];
  setText($("status"), "Done.");
  $("verdict").replaceChildren(...lines.map((textContent) => make("p", { textContent })));
  const end = Math.max(...both.map((s) => s.run.summary.virtual_s));
  const complete = both.map((s) => ({ name: s.name, kind: s.kind, points: staircase(s.run.completed, s.run.summary.virtual_s) }));
  const goodput = both.map((s) => ({ name: s.name, kind: s.kind, points: thin(s.run.series.t.map((t, i) => [t, s.run.series.goodput[i]]), POINTS) }));
  $("charts").replaceChildren(
    lineChart({ title: "Leechers that have completed", lines: complete, end, about: lines.join(" ") }),
    lineChart({
      title: "Content that arrives", y: "MB/s", lines: goodput, end, write: (v) => String(Number((v / 1e6).toPrecision(6))),
      about: both.map((s) => `${s.name}: at most ${rate(Math.max(0, ...s.run.series.goodput))}`).join("; ") + ".",
    }));
  const replays = showReplays($("replays"), both);
  shown = [replays, showCharts($("all"), both, replays.cursor)];
}

function fail(message) {
  setText($("status"), "");
  setText($("problem"), message);
  $("problem").hidden = false;
}

$("form").addEventListener("submit", run);
$("stop").addEventListener("click", () => { for (const r of running) r.stop(); });
$("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText($("command").textContent);
    setText($("status"), "The command is in the clipboard.");
  } catch {
    getSelection().selectAllChildren($("command")); // without the right to write, the reader copies
  }
});
document.addEventListener("DOMContentLoaded", begin); // the simulator is the last part of the page
