// Reading the files of a record.

const decoder = new TextDecoder();

// parseTable reads a CSV file. Its columns are arrays of texts, by name.
export function parseTable(text) {
  const lines = text.trimEnd().split("\n").map(parseLine);
  const names = lines.shift();
  return Object.fromEntries(names.map((name, i) => [name, lines.map((line) => line[i])]));
}

// parseLine splits a line of CSV; the names of groups never need a line break.
function parseLine(line) {
  if (!line.includes('"')) return line.split(",");
  const cells = [""];
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (c === '"' && quoted && line[i + 1] === '"') cells[cells.length - 1] += line[i++];
    else if (c === '"') quoted = !quoted;
    else if (c === "," && !quoted) cells.push("");
    else cells[cells.length - 1] += c;
  }
  return cells;
}

// readRun returns what the page shows of a run's files.
export function readRun(files) {
  const peers = parseTable(decoder.decode(files["peers.csv"]));
  const series = parseTable(decoder.decode(files["timeseries.csv"]));
  return {
    summary: JSON.parse(decoder.decode(files["summary.json"])),
    completed: peers.completed_s.filter((t) => t !== "").map(Number).sort((a, b) => a - b),
    series: { t: series.t_s.map(Number), goodput: series.goodput_Bps.map(Number) },
  };
}

// staircase returns points of the number of completed leechers over time, until an end.
export function staircase(times, end) {
  const points = [[0, 0]];
  times.forEach((t, i) => points.push([t, i], [t, i + 1]));
  points.push([Math.max(end, times.at(-1) ?? 0), times.length]);
  return points;
}

// thin keeps at most that many points, and of each group that it merges the highest: a peak stays.
export function thin(points, most) {
  if (points.length <= most) return points;
  const each = Math.ceil(points.length / most), out = [];
  for (let i = 0; i < points.length; i += each) {
    out.push(points.slice(i, i + each).reduce((a, b) => (b[1] > a[1] ? b : a)));
  }
  return out;
}
