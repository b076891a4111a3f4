// The time that all parts of a page show.

// createCursor returns a cursor without a time. It has two times, in seconds of the run or null: the one
// that was chosen, which the replay shows, too, and the one that is pointed at, which charts show instead
// while there is one.
export function createCursor() {
  let chosen = null, pointed = null;
  const onChosen = new Set(), onShown = new Set();
  const shown = () => pointed ?? chosen;
  const tell = (listeners, t) => { for (const f of [...listeners]) f(t); };
  const add = (listeners, f) => {
    listeners.add(f);
    return () => listeners.delete(f);
  };
  return {
    get: () => chosen,
    shown,
    set(t) {
      if (t === chosen) return;
      chosen = t;
      tell(onChosen, t);
      if (pointed === null) tell(onShown, t);
    },
    point(t) {
      if (t === pointed) return;
      pointed = t;
      tell(onShown, shown());
    },
    // subscribe calls f with every time that is chosen, until the returned function is called.
    subscribe: (f) => add(onChosen, f),
    // onShown calls f with every time that charts are to show.
    onShown: (f) => add(onShown, f),
  };
}
