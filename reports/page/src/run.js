// The page of a run.

import { createCursor } from "./cursor.js";
import { createPeerView } from "./peer.js";
import { make } from "./replay/dom.js";
import { mountCharts } from "./charts.js";
import { mountHeat } from "./heat.js";
import { mountMatrix } from "./matrix.js";
import { mountReplay } from "./replay/index.js";
import { mountTable } from "./table.js";
import { mountTimeline } from "./timeline.js";
import { unpack } from "./unpack.js";

async function main() {
  const [record, replayData] = await Promise.all([unpack("data-record"), unpack("data-replay")]);
  const cursor = createCursor();
  const at = (id) => document.getElementById(id);
  let replay = null, trace = null;
  if (replayData) {
    replay = mountReplay(at("replay"), replayData, { cursor, onSelect: (n) => { if (n !== null) peers.show(n, true); } });
    trace = replay.trace;
    replay.seek(trace.since[trace.starts[Math.floor(trace.starts.length / 20)]] * trace.tick); // where there is something to see
  }
  mountTimeline(at("timeline"), record, cursor);
  const charts = mountCharts(at("charts"), record, cursor);
  if (record.heat) mountHeat(at("charts"), record, cursor);
  if (record.matrix) mountMatrix(at("charts"), record.matrix);
  const peers = createPeerView(at("peer"), record, trace, cursor, {
    choose: (n) => peers.show(n),
    follow: replay && ((n) => { replay.select(n); at("replay").scrollIntoView({ behavior: "smooth" }); }),
  });
  const table = mountTable(at("peers"), record.peers, (n) => peers.show(n));
  document.documentElement.classList.add("ready");
  window.swarmsim = { record, charts: charts.shown, replay, cursor, peers, table, readyMS: performance.now() };
}

main().catch((error) => {
  document.body.prepend(make("p", { className: "page-error", role: "alert", textContent: `This page could not be shown: ${error.message}` }));
  throw error;
});
