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
  const [record, replayData] = await Promise.all([unpack("data-record"), unpack("data-replay")]);
  const cursor = createCursor();
  const at = (id) => document.getElementById(id);
  let replay = null, trace = null;
  if (replayData) {
    replay = mountReplay(at("replay"), replayData, { cursor, onSelect: (n) => { if (n !== null) peers.show(n, false); } });
    trace = replay.trace;
    replay.seek(trace.since[trace.starts[Math.floor(trace.starts.length / 20)]] * trace.tick); // where there is something to see
  }
  mountTimeline(at("timeline"), at("timebar"), record, cursor);
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
