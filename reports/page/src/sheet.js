// The page of a comparison or a sweep: the values of its seeds, and two of its runs in step.

import { make } from "./replay/dom.js";
import { mountPair } from "./replay/pair.js";
import { mountSeeds } from "./seeds.js";
import { unpack } from "./unpack.js";

async function main() {
  const data = await unpack("data-sheet");
  if (!data) return;
  const seeds = document.getElementById("seeds");
  for (const chart of data.charts ?? []) mountSeeds(seeds, chart);
  const place = document.getElementById("replays");
  if (!place || !data.replays?.length) return;
  const replays = [];
  for (const [i, { title, href }] of data.replays.entries()) {
    replays.push({ title, href, data: await unpack(`data-replay-${i}`) });
  }
  window.swarmsim = { pair: mountPair(place, replays) };
}

main().catch((error) => {
  document.body.prepend(make("p", { className: "page-error", role: "alert", textContent: `This page could not be shown: ${error.message}` }));
  throw error;
});
