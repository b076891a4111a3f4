// What happens at a time, in a line of text.

import { ARRIVED, BAD_PIECE, CANDIDATE, CHOKED, COMPLETED, GONE, PICK, PIECE, RECEIVED, TRANSFER, UNCHOKED, rowsAt } from "./trace.js";
import { count, peerName, seconds } from "./words.js";

// countsText says how many peers, transfers and links there are.
export function countsText(trace, state) {
  const c = state.counts();
  return `${seconds(Math.max(0, state.time) * trace.tick)}: ${count(c.leechers, "leecher")} with ${(100 * c.share).toFixed(0)} % of the pieces on average, ` +
    `${count(c.seeds, "seed")}, ${c.left} left; ${count(c.transfers, "transfer")}; ` +
    `${count(c.regular, "regular unchoke")}, ${c.optimistic} optimistic`;
}

// sampleText says what of the run is shown, if not everything is.
export function sampleText(trace) {
  const parts = [];
  if (trace.shown < trace.arrivals) {
    parts.push(`shows ${trace.shown.toLocaleString("en")} of ${count(trace.arrivals, "peer")}`);
  }
  if (trace.decidedCount === 0) parts.push("no decisions were recorded");
  else if (trace.decidedCount < trace.shown) parts.push(`decisions were recorded for ${count(trace.decidedCount, "peer")}`);
  return parts.join("; ");
}

const MOST_EVENTS = 3;

// eventsText describes the events of exactly the time t, those of a peer first.
export function eventsText(trace, t, followed) {
  const [from, to] = rowsAt(trace, t);
  const texts = [];
  for (let r = from; r < to; r++) {
    const text = eventText(trace, r);
    if (!text) continue;
    if (followed !== null && (trace.peer[r] === followed || trace.other[r] === followed)) texts.unshift(text);
    else texts.push(text);
  }
  const more = texts.length - MOST_EVENTS;
  return texts.slice(0, MOST_EVENTS).join("; ") + (more > 0 ? `; and ${more} more` : "");
}

function eventText(trace, r) {
  const who = peerName(trace, trace.peer[r]);
  const whom = trace.other[r] >= 0 ? peerName(trace, trace.other[r]) : "";
  const piece = trace.piece[r], why = trace.whys[trace.why[r]];
  switch (trace.kind[r]) {
    case ARRIVED: return `${who} arrives`;
    case GONE: return `${who} is gone (${why})`;
    case PIECE: return `${who} completes piece ${piece}`;
    case BAD_PIECE: return `${who} discards piece ${piece}, whose hash is wrong`;
    case COMPLETED: return `${who} is complete`;
    case UNCHOKED: return `${who} unchokes ${whom} (${why})`;
    case CHOKED: return `${who} chokes ${whom}`;
    case TRANSFER: return `${who} has received a part of piece ${piece} from ${whom}`;
    case RECEIVED: return `${who} completes piece ${piece} with blocks from ${whom}`;
    case CANDIDATE: case PICK: default: return "";
  }
}
