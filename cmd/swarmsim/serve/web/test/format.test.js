import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

// The module is loaded by its text: without a package.json beside it, node takes a .js file for CommonJS.
const source = await readFile(new URL('../format.js', import.meta.url), 'utf8');
const f = await import(`data:text/javascript,${encodeURIComponent(source)}`);

test('rates, spans and times ago are short', () => {
  assert.deepEqual([0, 999, 12_345, 1e6, 12_345_678, 2.5e9].map(f.rate),
    ['0 B/s', '999 B/s', '12.3 kB/s', '1 MB/s', '12.3 MB/s', '2.50 GB/s']);
  assert.deepEqual([0, 2.5, 60, 95, 3600, 5400, 200_000].map(f.span),
    ['0 s', '2.5 s', '1 min', '1 min 35 s', '1 h', '1 h 30 min', '2.31 days']);
  assert.deepEqual([1000, 100_000, 7_200_000, 260_000_000].map((ms) => f.ago(0, ms)),
    ['just now', '2 minutes ago', '2 hours ago', '3 days ago']);
});

test('settings are written as the scenario language has them', () => {
  assert.equal(f.text('bytes', 64 * 2 ** 20), '64 MiB');
  assert.equal(f.text('rate', 2_500_000), '20 Mbit/s');
  assert.equal(f.text('rate', 50_000), '400 kbit/s');
  assert.equal(f.text('duration', 90), '90 s');
  assert.equal(f.text('duration', 120), '2 min');
  assert.equal(f.text('frequency', 0.25), '0.25 /s');
  assert.equal(f.text('count', 200), '200');
});

test("a slider stops at round values and at the scenario's own", () => {
  const counts = f.stops({ kind: 'count', low: 1, high: 100, number: 73 });
  assert.ok(counts.includes(73) && counts.includes(50) && counts.every(Number.isInteger));
  assert.deepEqual([counts[0], counts.at(-1)], [1, 100]);
  assert.deepEqual(counts, [...counts].sort((a, b) => a - b));
  assert.equal(counts[f.nearest(counts, 73)], 73);
  assert.equal(f.nearest([0, 1, 2], 0), 0);
  const rates = f.stops({ kind: 'rate', low: 12_500, high: 125e6, number: 1e6 });
  assert.ok(rates.map((x) => f.text('rate', x)).includes('2.5 Mbit/s'));
});

test('axes have round ticks', () => {
  assert.deepEqual(f.ticks(10, 5), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(f.ticks(0, 5), [0]);
  assert.deepEqual(f.timeTicks(200, 4), [0, 60, 120, 180]);
});
