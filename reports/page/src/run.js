// The page of a run.

/*! This page contains uPlot (https://github.com/leeoniya/uPlot):

The MIT License (MIT)

Copyright (c) 2022 Leon Sorokin

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in
all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
THE SOFTWARE.*/

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
  const record = await unpack("data-record");
  const cursor = createCursor();
  const at = (id) => document.getElementById(id);
  mountTimeline(at("timeline"), at("timebar"), record, cursor);
  const charts = mountCharts(at("charts"), record, cursor);
  if (record.heat) mountHeat(at("charts"), record, cursor);
  if (record.matrix) mountMatrix(at("charts"), record.matrix);
  const peers = createPeerView(at("peer"), record, cursor, (n) => peers.show(n));
  const table = mountTable(at("peers"), record.peers, (n) => peers.show(n));
  window.swarmsim = { record, charts: charts.shown, cursor, peers, table, interactiveMS: performance.now() };
  await nextFrame(); // the replay has most of the data, and the rest of the page need not wait for it
  const replay = await loadReplay(at("replay"), cursor, peers);
  document.documentElement.classList.add("ready");
  Object.assign(window.swarmsim, { replay, readyMS: performance.now() });
}

// loadReplay shows the replay, if the page has one, and gives the view of peers the event log.
async function loadReplay(element, cursor, peers) {
  const data = await unpack("data-replay");
  if (!data) return peers.loaded(null, null);
  const replay = mountReplay(element, data, { cursor, onSelect: (n) => { if (n !== null) peers.show(n, false); } });
  const { trace } = replay;
  if (cursor.get() === null) replay.seek(trace.since[trace.starts[Math.floor(trace.starts.length / 20)]] * trace.tick); // where there is something to see
  else replay.seek(cursor.get());
  peers.loaded(trace, (n) => {
    replay.select(n);
    element.scrollIntoView({ behavior: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  });
  return replay;
}

function nextFrame() { return new Promise((done) => requestAnimationFrame(() => setTimeout(done))); }

main().catch((error) => {
  document.body.prepend(make("p", { className: "page-error", role: "alert", textContent: `This page could not be shown: ${error.message}` }));
  throw error;
});
