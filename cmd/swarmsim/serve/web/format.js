// Numbers in words, and the values that a slider stops at.

const trim = (x) => String(Number(x.toPrecision(12)));

/** 12345678 bytes per second: 12.3 MB/s. */
export function rate(bytes) {
  const [by, unit] = bytes >= 1e9 ? [1e9, 'GB/s'] : bytes >= 1e6 ? [1e6, 'MB/s'] : bytes >= 1e3 ? [1e3, 'kB/s'] : [1, 'B/s'];
  return `${short(bytes / by)} ${unit}`;
}

/** A number with about three digits. */
export function short(x) {
  return x >= 100 || Number.isInteger(x) ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2);
}

/** A span of time in one or two units: 95 s is 1 min 35 s. */
export function span(seconds) {
  const s = Math.round(seconds);
  if (seconds < 10 && s !== seconds) return `${seconds.toFixed(1)} s`;
  if (s < 60) return `${s} s`;
  if (s < 3600) return s % 60 ? `${Math.floor(s / 60)} min ${s % 60} s` : `${s / 60} min`;
  const minutes = Math.round(s / 60);
  if (s < 86400) return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
  return `${short(s / 86400)} days`;
}

/** How long ago something was, given two times in milliseconds. */
export function ago(then, now) {
  const s = Math.max(0, (now - then) / 1000);
  if (s < 45) return 'just now';
  const [n, unit] = s < 2700 ? [s / 60, 'minute'] : s < 79200 ? [s / 3600, 'hour'] : [s / 86400, 'day'];
  const whole = Math.max(1, Math.round(n));
  if (unit === 'day' && whole > 30) return `on ${new Date(then).toISOString().slice(0, 10)}`;
  return `${whole} ${unit}${whole === 1 ? '' : 's'} ago`;
}

/** A setting's number as the scenario language writes it. */
export function text(kind, n) {
  switch (kind) {
    case 'bytes': {
      const [by, unit] = n >= 2 ** 30 ? [2 ** 30, 'GiB'] : n >= 2 ** 20 ? [2 ** 20, 'MiB'] : n >= 1024 ? [1024, 'KiB'] : [1, 'B'];
      return `${trim(n / by)} ${unit}`;
    }
    case 'rate': {
      const bits = 8 * n;
      const [by, unit] = bits >= 1e9 ? [1e9, 'Gbit/s'] : bits >= 1e6 ? [1e6, 'Mbit/s'] : bits >= 1e3 ? [1e3, 'kbit/s'] : [1, 'bit/s'];
      return `${trim(bits / by)} ${unit}`;
    }
    case 'duration': {
      const [by, unit] = n >= 3600 && n % 3600 === 0 ? [3600, 'h'] : n >= 60 && n % 60 === 0 ? [60, 'min'] : [1, 's'];
      return `${trim(n / by)} ${unit}`;
    }
    case 'frequency': return `${trim(n)} /s`;
    default: return trim(n);
  }
}

const decimal = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

/** The values that a setting's slider stops at, in order: round ones, and the scenario's own. */
export function stops(setting) {
  const { kind, low, high, number } = setting;
  const values = new Set([low, high, number]);
  const add = (x) => { if (x > low && x < high) values.add(x); };
  if (kind === 'bytes') {
    for (let x = 1; x < high; x *= 2) { add(x); add(1.5 * x); }
  } else if (kind === 'duration') {
    for (const unit of [1, 60, 3600]) for (const n of [1, 2, 3, 5, 7, 10, 15, 20, 30, 45]) add(n * unit);
  } else {
    const scale = kind === 'rate' ? 1 / 8 : 1; // round in bits
    for (let e = -3; e < 13; e++) {
      for (const m of decimal) {
        const x = Number(`${m}e${e}`) * scale;
        if (kind !== 'count' || Number.isInteger(x)) add(x);
      }
    }
  }
  return [...values].sort((a, b) => a - b);
}

/** The number of the stop that is nearest to a value, by ratio. */
export function nearest(values, n) {
  let best = 0;
  const distance = (x) => Math.abs(Math.log((x || 0.5) / (n || 0.5)));
  values.forEach((x, i) => { if (distance(x) < distance(values[best])) best = i; });
  return best;
}

/** About so many round numbers from 0 to high, for an axis. */
export function ticks(high, about) {
  if (!(high > 0)) return [0];
  const rough = high / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((m) => m * power >= rough));
  const out = [];
  for (let i = 0; i * step <= high * (1 + 1e-9); i++) out.push(Number((i * step).toPrecision(12)));
  return out;
}

/** At most so many round times from 0 to a time in seconds, for an axis. */
export function timeTicks(longest, most) {
  const steps = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 21600, 43200];
  const step = steps.find((s) => longest / s <= most) ?? 86400 * Math.ceil(longest / most / 86400);
  const out = [];
  for (let t = 0; t <= longest; t += step) out.push(t);
  return out;
}
