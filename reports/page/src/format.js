// Numbers as texts.

const trim = (x, digits = 3) => {
  if (x === 0) return "0";
  const size = Math.abs(x);
  return size >= 100 ? String(Math.round(x)) : String(Number(x.toPrecision(digits)));
};

// scaleOf returns the divisor and the unit for values up to top.
export function scaleOf(unit, top) {
  if (unit === "B/s") {
    for (const [by, name] of [[1e9, "GB/s"], [1e6, "MB/s"], [1e3, "kB/s"]]) if (top >= 2 * by) return [by, name];
    return [1, "B/s"];
  }
  if (unit === "B") {
    for (const [by, name] of [[2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"]]) if (top >= 2 * by) return [by, name];
    return [1, "B"];
  }
  return [1, unit === "1" ? "" : unit];
}

// value returns a value with its unit; a missing one is a dash.
export function value(x, unit) {
  if (x === null || x === undefined || Number.isNaN(x)) return "\u2013";
  if (unit === "s") return duration(x);
  if (unit === "%") return `${trim(100 * x)} %`;
  const [by, name] = scaleOf(unit, Math.abs(x));
  if (unit === "1" && Math.abs(x) >= 1000) return Math.round(x).toLocaleString("en");
  return trim(x / by) + (name ? ` ${name}` : "");
}

// duration returns a time in words, as the table of the run has it.
export function duration(s) {
  if (s < 0) return `-${duration(-s)}`;
  if (s < 60) return `${trim(s)} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(Math.floor(s % 60)).padStart(2, "0")} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${String(Math.floor(s % 3600 / 60)).padStart(2, "0")} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor(s % 86400 / 3600)} h`;
}

// timeUnit returns the divisor and the unit for times up to longest.
export function timeUnit(longest) {
  if (longest > 3 * 86400) return [86400, "days"];
  if (longest > 3 * 3600) return [3600, "h"];
  return longest > 600 ? [60, "min"] : [1, "s"];
}

export { trim };
