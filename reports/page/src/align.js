// The numbers of a chart as uPlot takes them: one list of x, and for each line one of y.

// align returns [xs, ...ys] of a chart: its times and values, or the steps of its distributions in per cent.
export function align(chart) {
  if (chart.kind === "time") return [chart.times, ...chart.lines.map((l) => l.values)];
  const xs = [...new Set([0, ...chart.lines.flatMap((l) => l.values)])].sort((a, b) => a - b);
  return [xs, ...chart.lines.map((l) => (l.dashed ? bound(l, xs) : steps(l, xs)))];
}

// steps returns the share of a line's members with at most each x.
function steps(line, xs) {
  let n = 0;
  return xs.map((x) => {
    while (n < line.values.length && line.values[n] <= x) n++;
    return 100 * n / line.members;
  });
}

// bound returns 0 before a single value and 100 from it on.
function bound(line, xs) { return xs.map((x) => (x < line.values[0] ? 0 : 100)); }

// indexAt returns the index of the last x that is not after t; 0 before the first.
export function indexAt(xs, t) {
  let low = 0, high = xs.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (xs[mid] <= t) low = mid + 1;
    else high = mid;
  }
  return Math.max(0, low - 1);
}
