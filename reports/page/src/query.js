// Filters and orders of the table of peers.

const COMPARE = {
  ">": (a, b) => a > b, ">=": (a, b) => a >= b, "<": (a, b) => a < b, "<=": (a, b) => a <= b, "=": (a, b) => a === b,
};

// parseFilter returns a test of rows, and an error in words or null. A filter is conditions with a space
// between them: download_s>60, outcome=crashed, or a text that a word of the row contains. test is
// called with a row number.
export function parseFilter(text, columns) {
  const byName = new Map(columns.map((c) => [c.name, c]));
  const tests = [];
  for (const part of text.trim().split(/\s+/).filter(Boolean)) {
    const m = /^([A-Za-z_0-9]+)(>=|<=|=|>|<)(.+)$/.exec(part);
    if (!m) {
      const wanted = part.toLowerCase();
      tests.push((r) => columns.some((c) => (c.words ? c.words[r].toLowerCase().includes(wanted) : c.name === "peer" && String(c.numbers[r]) === wanted)));
      continue;
    }
    const column = byName.get(m[1]);
    if (!column) return { test: () => true, error: `There is no column ${m[1]}.` };
    if (column.words) {
      if (m[2] !== "=") return { test: () => true, error: `${m[1]} has words: use ${m[1]}=word.` };
      tests.push((r) => column.words[r].toLowerCase() === m[3].toLowerCase());
      continue;
    }
    const number = Number(m[3]);
    if (Number.isNaN(number)) return { test: () => true, error: `${m[1]} has numbers, and ${m[3]} is none.` };
    tests.push((r) => column.numbers[r] !== null && COMPARE[m[2]](column.numbers[r], number));
  }
  return { test: (r) => tests.every((f) => f(r)), error: null };
}

// order sorts row numbers by a column; rows without a value come last.
export function order(rows, column, descending) {
  const of = column.words ?? column.numbers;
  const sign = descending ? -1 : 1;
  return rows.slice().sort((a, b) => {
    const x = of[a], y = of[b];
    if (x === y) return a - b;
    if (x === null) return 1;
    if (y === null) return -1;
    return (x < y ? -1 : 1) * sign;
  });
}
