import assert from "node:assert/strict";
import test from "node:test";
import { createClock, defaultSpeed } from "./clock.js";

// stage runs frames by hand.
function stage(end) {
  let next = null, stamp = 0;
  const clock = createClock(end, (f) => { next = f; });
  const frame = (ms) => {
    const f = next;
    next = null;
    stamp += ms;
    f?.(stamp);
  };
  return { clock, frame, waiting: () => next !== null };
}

test("time passes at the speed, while it plays", () => {
  const { clock, frame, waiting } = stage(100);
  clock.setSpeed(8);
  clock.play();
  frame(16);
  for (let i = 0; i < 10; i++) frame(100);
  assert.ok(Math.abs(clock.time() - 8) < 1e-9, `${clock.time()}`);
  clock.pause();
  frame(100);
  assert.ok(Math.abs(clock.time() - 8) < 1e-9);
  assert.equal(waiting(), false);
});

test("a slow frame does not skip a part of the run", () => {
  const { clock, frame } = stage(1000);
  clock.setSpeed(1);
  clock.play();
  frame(16);
  frame(60_000);
  assert.ok(clock.time() <= 0.25);
});

test("it stops at the end, and plays again from the beginning", () => {
  const { clock, frame } = stage(1);
  clock.setSpeed(64);
  clock.play();
  frame(16);
  frame(200);
  assert.equal(clock.time(), 1);
  assert.equal(clock.playing(), false);
  clock.play();
  assert.equal(clock.time(), 0);
});

test("a run lasts 30 to 60 s by default", () => {
  for (const seconds of [20, 75, 200, 600, 1500, 7200, 90_000]) {
    const lasts = seconds / defaultSpeed(seconds);
    assert.ok(lasts > 20 && lasts < 75, `${seconds} s last ${lasts} s`);
  }
});

test("nonsense is no time", () => {
  const { clock } = stage(10);
  for (const [t, want] of [[NaN, 0], [-1, 0], [11, 10]]) {
    clock.seek(t);
    assert.equal(clock.time(), want);
  }
});
