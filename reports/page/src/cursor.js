// The time that all parts of a page show.

// createCursor returns a cursor without a time. Its time is in seconds of the run, or null.
export function createCursor() {
  let now = null;
  const listeners = new Set();
  return {
    get: () => now,
    set(t) {
      if (t === now) return;
      now = t;
      for (const f of [...listeners]) f(t);
    },
    // subscribe calls f with every new time, until the returned function is called.
    subscribe(f) {
      listeners.add(f);
      return () => listeners.delete(f);
    },
  };
}
