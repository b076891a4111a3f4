// What two runs of the same demand mean, in words: a swarm, and one server.

import { count, seconds, size } from "../../../reports/page/src/replay/words.js";

// sentBySeeds returns the content that the provider sent: that of the initial seeds.
export function sentBySeeds(summary) {
  return summary.groups.filter((g) => g.seed).reduce((sum, g) => sum + g.uploaded_bytes, 0);
}

// leechersOf returns how many leechers arrived.
export function leechersOf(summary) {
  return summary.groups.filter((g) => !g.seed).reduce((sum, g) => sum + g.peers, 0);
}

// outcome describes one run.
export function outcome(summary) {
  const all = leechersOf(summary), done = summary.completion_s;
  if (all === 0) return "No leecher arrived.";
  const who = done.count === all ? `All ${count(all, "leecher")}` : `${done.count} of ${count(all, "leecher")}`;
  if (done.count === 0) return `None of ${count(all, "leecher")} completed in ${seconds(summary.virtual_s)}.`;
  const times = done.count === 1
    ? `after ${seconds(done.last)}`
    : `half of them within ${seconds(done.p50)} of their arrival, and the slowest within ${seconds(done.last)}`;
  const gone = summary.pieces_gone > 0 ? ` ${count(summary.pieces_gone, "piece")} had no copy left at the end.` : "";
  return `${who} completed, ${times}.${gone}`;
}

// bill describes what the provider sent.
export function bill(summary) {
  const sent = sentBySeeds(summary);
  return `The provider sent ${size(sent)}, which is ${copies(sent / summary.content_bytes)} of the content; the leechers sent ${size(
    summary.groups.reduce((sum, g) => sum + g.uploaded_bytes, 0) - sent)} to each other.`;
}

function copies(n) {
  return `${n >= 100 ? n.toFixed(0) : Number(n.toPrecision(3))} ${n === 1 ? "copy" : "copies"}`;
}

// verdict compares both runs: the times and the provider's bill.
export function verdict(swarm, server) {
  const out = [];
  const a = swarm.completion_s, b = server.completion_s;
  if (a.count > 0 && b.count > 0) {
    const slower = b.p50 / a.p50;
    out.push(slower >= 1
      ? `With one server the median leecher waits ${times(slower)} as long: ${seconds(b.p50)} instead of ${seconds(a.p50)}.`
      : `Here one server is faster: its median leecher waits ${seconds(b.p50)} instead of ${seconds(a.p50)}.`);
    if (a.count !== b.count) out.push(`${a.count} leechers completed in the swarm, and ${b.count} from the server.`);
  } else if (b.count > 0) out.push("The server served its leechers; in the swarm no leecher completed.");
  else if (a.count > 0) out.push("The swarm served its leechers; from the server no leecher completed.");
  const sent = sentBySeeds(swarm), alone = sentBySeeds(server);
  if (sent > 0) {
    const more = alone / sent;
    out.push(more >= 1
      ? `The server's bill is ${times(more)} the swarm's: ${size(alone)} instead of ${size(sent)}.`
      : `The server's bill is smaller than the swarm's: ${size(alone)} instead of ${size(sent)}.`);
  }
  return out;
}

// times writes a factor.
export function times(x) {
  if (x >= 1.95) return `${x >= 10 ? x.toFixed(0) : x.toFixed(1).replace(/\.0$/, "")} times`;
  return `${x.toFixed(2)} times`;
}
