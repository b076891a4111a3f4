// The table of peers: sorted, filtered, a page at a time.

import { make, setText } from "./replay/dom.js";
import { value } from "./format.js";
import { order, parseFilter } from "./query.js";

const ROWS = 25; // of a page
const HIDDEN = new Set(["wire_up_bytes", "wire_down_bytes", "tenth_piece_s", "last_ten_s", "failed_pieces", "corrupt_blocks_sent", "banned", "unchoked_own_s", "continuity"]);

export function unitOf(name) {
  if (name.endsWith("_s")) return "s";
  if (name.endsWith("_bytes")) return "B";
  if (name.endsWith("_Bps")) return "B/s";
  return "1";
}

// textOf returns the cell of a column in a row as a text.
export function textOf(column, row) {
  if (column.words) return column.words[row];
  if (column.name === "peer") return String(column.numbers[row]);
  return value(column.numbers[row], unitOf(column.name));
}

// mountTable shows the peers. choose is called with the number of a peer.
export function mountTable(element, columns, choose) {
  const peers = columns.find((c) => c.name === "peer");
  const all = (peers.numbers ?? []).map((_, i) => i);
  let rows = all, page = 0, sorted = peers, descending = false, wide = false;
  const filter = make("input", { type: "search", className: "table-filter", id: "peer-filter", placeholder: "for example: leechers download_s>60" });
  const count = make("p", { className: "table-count", role: "status" });
  const error = make("p", { className: "table-error", role: "alert" });
  const more = make("button", { type: "button", textContent: "All columns", "aria-pressed": "false", onclick: () => { wide = !wide; more.setAttribute("aria-pressed", String(wide)); show(); } });
  const table = make("table", { className: "peers" });
  const previous = make("button", { type: "button", textContent: "Previous", onclick: () => { page--; show(); } });
  const next = make("button", { type: "button", textContent: "Next", onclick: () => { page++; show(); } });
  element.append(
    make("div", { className: "table-tools" }, make("label", { for: "peer-filter", textContent: "Filter " }), filter, more, previous, next),
    error, count, make("div", { className: "scroll" }, table));
  filter.addEventListener("input", apply);

  function apply() {
    const { test, error: text } = parseFilter(filter.value, columns);
    setText(error, text ?? "");
    rows = order(all.filter(test), sorted, descending);
    page = 0;
    show();
  }

  function sortBy(column) {
    descending = sorted === column ? !descending : false;
    sorted = column;
    rows = order(rows, sorted, descending);
    page = 0;
    show();
    table.querySelector("[aria-sort] button")?.focus();
  }

  function show() {
    const pages = Math.max(1, Math.ceil(rows.length / ROWS));
    page = Math.max(0, Math.min(pages - 1, page));
    previous.disabled = page === 0;
    next.disabled = page === pages - 1;
    setText(count, `${rows.length} of ${all.length} peers${pages > 1 ? `, page ${page + 1} of ${pages}` : ""}. Click a peer to see what it did.`);
    const shown = columns.filter((c) => wide || !HIDDEN.has(c.name));
    const head = make("tr", {}, ...shown.map((c) => {
      const th = make("th", { scope: "col" }, make("button", { type: "button", textContent: c.name.replaceAll("_", " "), onclick: () => sortBy(c) }));
      if (c === sorted) th.setAttribute("aria-sort", descending ? "descending" : "ascending");
      return th;
    }));
    table.replaceChildren(make("thead", {}, head), make("tbody", {}, ...rows.slice(page * ROWS, (page + 1) * ROWS).map((r) => make("tr", {}, ...shown.map((c) => cell(c, r))))));
  }

  function cell(column, row) {
    const td = make("td", { className: column.words ? "word" : "" });
    if (column !== peers) td.textContent = textOf(column, row);
    else td.append(make("button", { type: "button", className: "peer-link", textContent: textOf(column, row), onclick: () => choose(peers.numbers[row]) }));
    return td;
  }

  apply();
  return { filter(text) { filter.value = text; apply(); }, rows: () => rows.map((r) => peers.numbers[r]) };
}
