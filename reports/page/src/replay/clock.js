// Virtual time while a replay plays. Several replays may share a clock: they are then in step.

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64];

// speedsFor adds faster speeds, until a run of that many seconds can be seen in a minute.
export function speedsFor(seconds) {
  const speeds = SPEEDS.slice();
  while (seconds / speeds[speeds.length - 1] > 60) speeds.push(speeds[speeds.length - 1] * 2);
  return speeds;
}

// defaultSpeed makes the run last about 45 s.
export function defaultSpeed(seconds) {
  const wanted = seconds / 45;
  return speedsFor(seconds).reduce((best, s) =>
    Math.abs(Math.log(s / wanted)) < Math.abs(Math.log(best / wanted)) ? s : best);
}

// createClock returns a clock that runs from 0 to end seconds. frames calls a function before the
// next frame, as requestAnimationFrame does.
export function createClock(end, frames = (f) => requestAnimationFrame(f)) {
  let now = 0, speed = defaultSpeed(Math.max(end, 1e-9)), playing = false, last = null;
  const onTime = new Set(), onState = new Set();
  const tell = (listeners) => { for (const f of [...listeners]) f(clock); };

  function frame(stamp) {
    if (!playing) return;
    // A tab that was hidden, or a frame that took long, does not skip a part of the run.
    const passed = last === null ? 0 : Math.min(250, stamp - last) / 1000;
    last = stamp;
    set(now + passed * speed);
    if (now >= end) clock.pause();
    else frames(frame);
  }

  function set(t) {
    now = Math.min(end, Math.max(0, Number.isFinite(t) ? t : 0));
    tell(onTime);
  }

  const clock = {
    end,
    speeds: speedsFor(end),
    time: () => now,
    speed: () => speed,
    playing: () => playing,
    seek: set,
    play() {
      if (playing) return;
      if (now >= end) set(0);
      playing = true;
      last = null;
      frames(frame);
      tell(onState);
    },
    pause() {
      if (!playing) return;
      playing = false;
      tell(onState);
    },
    setSpeed(x) {
      if (!(x > 0)) return;
      speed = x;
      tell(onState);
    },
    faster(steps) {
      const i = clock.speeds.findIndex((s) => s >= speed);
      clock.setSpeed(clock.speeds[Math.min(clock.speeds.length - 1, Math.max(0, (i < 0 ? clock.speeds.length : i) + steps))]);
    },
    onTime(f) { onTime.add(f); return () => onTime.delete(f); },
    onState(f) { onState.add(f); return () => onState.delete(f); },
  };
  return clock;
}
