// Numbers and names in words.

export function count(n, one, many = one + "s") {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}

export function seconds(s, digits = 1) {
  if (s < 600) return `${s.toFixed(digits)} s`;
  const minutes = Math.floor(s / 60);
  if (s < 6 * 3600) return `${minutes} min ${Math.floor(s - 60 * minutes)} s`;
  const hours = Math.floor(s / 3600);
  if (s < 3 * 86400) return `${hours} h ${minutes - 60 * hours} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function rate(bytesPerSecond) {
  for (const [unit, by] of [["GB/s", 1e9], ["MB/s", 1e6], ["kB/s", 1e3]]) {
    if (bytesPerSecond >= by) return `${short(bytesPerSecond / by)} ${unit}`;
  }
  return `${Math.round(bytesPerSecond)} B/s`;
}

export function size(bytes) {
  for (const [unit, by] of [["GiB", 2 ** 30], ["MiB", 2 ** 20], ["KiB", 2 ** 10]]) {
    if (bytes >= by) return `${short(bytes / by)} ${unit}`;
  }
  return `${bytes} B`;
}

function short(x) { return x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1).replace(/\.0$/, "") : x.toFixed(2).replace(/\.?0+$/, ""); }

export function ordinal(n) {
  const tens = n % 100;
  if (tens >= 11 && tens <= 13) return `${n}th`;
  return n + (["th", "st", "nd", "rd"][n % 10] ?? "th");
}

export function peerName(trace, peer) {
  const name = `peer ${trace.numbers[peer]}`;
  return peer < trace.shown ? name : `${name} (not shown)`;
}

export function capital(text) { return text.charAt(0).toUpperCase() + text.slice(1); }
