(() => {
  // src/replay/dom.js
  function make(tag, properties = {}, ...children) {
    const element2 = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name.startsWith("on")) element2.addEventListener(name.slice(2), value);
      else if (name.includes("-") || name === "role" || name === "for") element2.setAttribute(name, value);
      else element2[name] = value;
    }
    element2.append(...children);
    return element2;
  }
  function setText(element2, text) {
    if (element2.textContent !== text) element2.textContent = text;
  }
  function keep(parent, items, keyOf, create, update) {
    const old = /* @__PURE__ */ new Map();
    for (const child of [...parent.children]) old.set(child.dataset.key, child);
    let before = null;
    for (const item of items) {
      const key = String(keyOf(item));
      let child = old.get(key);
      if (child) old.delete(key);
      else {
        child = create(item);
        child.dataset.key = key;
      }
      update(child, item);
      const wanted = before ? before.nextSibling : parent.firstChild;
      if (child !== wanted) parent.insertBefore(child, wanted);
      before = child;
    }
    for (const child of old.values()) child.remove();
  }

  // src/replay/clock.js
  var SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64];
  function speedsFor(seconds2) {
    const speeds = SPEEDS.slice();
    while (seconds2 / speeds[speeds.length - 1] > 60) speeds.push(speeds[speeds.length - 1] * 2);
    return speeds;
  }
  function defaultSpeed(seconds2) {
    const wanted = seconds2 / 45;
    return speedsFor(seconds2).reduce((best, s) => Math.abs(Math.log(s / wanted)) < Math.abs(Math.log(best / wanted)) ? s : best);
  }
  function createClock(end, frames = (f) => requestAnimationFrame(f)) {
    let now = 0, speed = defaultSpeed(Math.max(end, 1e-9)), playing = false, last = null;
    const onTime = /* @__PURE__ */ new Set(), onState = /* @__PURE__ */ new Set();
    const tell = (listeners) => {
      for (const f of [...listeners]) f(clock);
    };
    function frame(stamp) {
      if (!playing) return;
      const passed = last === null ? 0 : Math.min(250, stamp - last) / 1e3;
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
      onTime(f) {
        onTime.add(f);
        return () => onTime.delete(f);
      },
      onState(f) {
        onState.add(f);
        return () => onState.delete(f);
      }
    };
    return clock;
  }

  // src/replay/words.js
  function count(n, one, many = one + "s") {
    return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
  }
  function seconds(s, digits = 1) {
    if (s < 600) return `${s.toFixed(digits)} s`;
    const minutes = Math.floor(s / 60);
    if (s < 6 * 3600) return `${minutes} min ${Math.floor(s - 60 * minutes)} s`;
    const hours = Math.floor(s / 3600);
    if (s < 3 * 86400) return `${hours} h ${minutes - 60 * hours} min`;
    return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  }
  function rate(bytesPerSecond) {
    for (const [unit2, by] of [["GB/s", 1e9], ["MB/s", 1e6], ["kB/s", 1e3]]) {
      if (bytesPerSecond >= by) return `${short(bytesPerSecond / by)} ${unit2}`;
    }
    return `${Math.round(bytesPerSecond)} B/s`;
  }
  function short(x) {
    return x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1).replace(/\.0$/, "") : x.toFixed(2).replace(/\.?0+$/, "");
  }
  function ordinal(n) {
    const tens = n % 100;
    if (tens >= 11 && tens <= 13) return `${n}th`;
    return n + (["th", "st", "nd", "rd"][n % 10] ?? "th");
  }
  function peerName(trace, peer) {
    const name = `peer ${trace.numbers[peer]}`;
    return peer < trace.shown ? name : `${name} (not shown)`;
  }
  function capital(text) {
    return text.charAt(0).toUpperCase() + text.slice(1);
  }

  // src/replay/controls.js
  function createControls(clock, step) {
    const play = make("button", { type: "button", className: "replay-play", onclick: () => toggle(clock) });
    const back = make("button", { type: "button", textContent: "◂ Step", "aria-label": "step back to the event before", onclick: () => step(-1) });
    const forth = make("button", { type: "button", textContent: "Step ▸", "aria-label": "step to the next event", onclick: () => step(1) });
    const speed = make(
      "select",
      { "aria-label": "speed", onchange: () => clock.setSpeed(Number(speed.value)) },
      ...clock.speeds.map((s) => make("option", { value: String(s), textContent: `${s}×` }))
    );
    const scrub = make("input", {
      type: "range",
      className: "replay-scrub",
      min: "0",
      max: String(clock.end),
      step: "any",
      value: "0",
      "aria-label": "time",
      oninput: () => clock.seek(Number(scrub.value))
    });
    const time2 = make("output", { className: "replay-time" });
    const whole = seconds(clock.end);
    function showTime() {
      const t = seconds(clock.time());
      if (document.activeElement !== scrub || Math.abs(Number(scrub.value) - clock.time()) > clock.end / 2e3) scrub.value = String(clock.time());
      scrub.setAttribute("aria-valuetext", `${t} of ${whole}`);
      setText(time2, `${t} of ${whole}`);
    }
    function showState() {
      setText(play, clock.playing() ? "❚❚ Pause" : "▶ Play");
      speed.value = String(clock.speed());
    }
    const stop = [clock.onTime(showTime), clock.onState(showState)];
    showTime();
    showState();
    const element2 = make(
      "div",
      { className: "replay-controls", role: "group", "aria-label": "playback" },
      make("div", { className: "replay-buttons" }, play, back, forth, make("label", {}, "speed ", speed), time2),
      scrub
    );
    return { element: element2, destroy() {
      for (const f of stop) f();
    } };
  }
  function toggle(clock) {
    if (clock.playing()) clock.pause();
    else clock.play();
  }
  function onKey(event, { clock, step, follow, unfollow }) {
    const tag = event.target.tagName;
    if (event.ctrlKey || event.altKey || event.metaKey) return false;
    if (tag === "SELECT" || tag === "INPUT" && event.key !== " ") return false;
    if (event.key === " " && tag === "BUTTON") return false;
    switch (event.key) {
      case " ":
        toggle(clock);
        break;
      case "ArrowRight":
        event.shiftKey ? clock.seek(clock.time() + clock.end / 20) : step(1);
        break;
      case "ArrowLeft":
        event.shiftKey ? clock.seek(clock.time() - clock.end / 20) : step(-1);
        break;
      case "ArrowDown":
        follow(1);
        break;
      case "ArrowUp":
        follow(-1);
        break;
      case "Home":
        clock.seek(0);
        break;
      case "End":
        clock.seek(clock.end);
        break;
      case "+":
      case "=":
        clock.faster(1);
        break;
      case "-":
        clock.faster(-1);
        break;
      case "Escape":
        unfollow();
        break;
      default:
        return false;
    }
    event.preventDefault();
    return true;
  }

  // src/replay/colours.js
  var STEPS = 256;
  function readColours(element2) {
    const style = getComputedStyle(element2);
    const get = (name) => style.getPropertyValue(`--replay-${name}`).trim();
    const stops = [];
    for (let i = 1; get(`piece-${i}`); i++) stops.push(parse(get(`piece-${i}`)));
    const groups = [];
    for (let i = 1; get(`group-${i}`); i++) groups.push(get(`group-${i}`));
    return {
      ground: get("ground"),
      ink: get("ink"),
      muted: get("muted"),
      empty: get("empty"),
      seed: get("seed"),
      regular: get("regular"),
      optimistic: get("optimistic"),
      choked: get("choked"),
      accent: get("accent"),
      groups,
      pieces: gradient(stops, STEPS)
    };
  }
  function pieceStep(piece, pieces) {
    return Math.min(STEPS - 1, Math.floor(piece * STEPS / pieces));
  }
  function parse(hex) {
    const n = parseInt(hex.slice(1), 16);
    return [n >> 16 & 255, n >> 8 & 255, n & 255];
  }
  function gradient(stops, steps) {
    const light = (c) => (c / 255) ** 2.2, byte = (l) => Math.round(255 * l ** (1 / 2.2));
    return Array.from({ length: steps }, (_, i) => {
      const at = i / Math.max(1, steps - 1) * (stops.length - 1);
      const k = Math.min(stops.length - 2, Math.floor(at)), part = at - k;
      const c = stops[k].map((a, j) => byte(light(a) * (1 - part) + light(stops[k + 1][j]) * part));
      return `rgb(${c[0]}, ${c[1]}, ${c[2]})`;
    });
  }

  // src/replay/trace.js
  var ARRIVED = 0;
  var GONE = 1;
  var PIECE = 2;
  var BAD_PIECE = 3;
  var COMPLETED = 4;
  var UNCHOKED = 5;
  var CHOKED = 6;
  var TRANSFER = 7;
  var RECEIVED = 8;
  var CANDIDATE = 9;
  var PICK = 10;
  var OTHER = 255;
  var KINDS = {
    arrived: ARRIVED,
    gone: GONE,
    piece: PIECE,
    "bad-piece": BAD_PIECE,
    completed: COMPLETED,
    unchoked: UNCHOKED,
    choked: CHOKED,
    transfer: TRANSFER,
    received: RECEIVED,
    candidate: CANDIDATE,
    pick: PICK
  };
  var isTransfer = (kind) => kind === TRANSFER || kind === RECEIVED;
  var hasOther = (kind) => isTransfer(kind) || kind === UNCHOKED || kind === CHOKED || kind === CANDIDATE;
  var hasPiece = (kind) => isTransfer(kind) || kind === PIECE || kind === BAD_PIECE || kind === PICK;
  var hasWhy = (kind) => kind === GONE || kind === UNCHOKED || kind === CANDIDATE || kind === PICK;
  var BLOCK = 16384;
  function decode(data) {
    const rows = data.kind.length;
    const shown = data.peers.number.length;
    const numbers = data.peers.number.concat(data.outside.number);
    const trace = {
      rows,
      shown,
      peers: numbers.length,
      numbers,
      group: data.peers.group.concat(data.outside.group),
      groups: data.groups,
      seed: data.peers.seed,
      // 1: from the start
      decided: data.peers.decided,
      // 1: its decisions were recorded
      decidedCount: data.peers.decided.reduce((a, b) => a + b, 0),
      arrivals: data.arrived,
      // peers that arrived in the run, shown or not
      pieces: data.pieces,
      tick: data.tick_ns / 1e9,
      end: data.end,
      // ticks
      whys: data.whys,
      kind: new Uint8Array(rows),
      at: new Float64Array(rows),
      peer: new Int32Array(rows),
      other: new Int32Array(rows).fill(-1),
      piece: new Int32Array(rows).fill(-1),
      since: new Float64Array(rows),
      why: new Int16Array(rows).fill(-1),
      amount: new Float64Array(rows),
      // bytes of a transfer, rate of a candidate, copies at a pick
      least: new Int32Array(rows)
      // fewest copies at a pick
    };
    readColumns(trace, data);
    addIndexes(trace);
    return trace;
  }
  function readColumns(trace, data) {
    const kinds = data.kinds.map((name) => KINDS[name] ?? OTHER);
    const lastEnd = /* @__PURE__ */ new Map();
    const senders = Array.from({ length: trace.shown }, () => new Recent());
    const parts = Array.from({ length: trace.shown }, () => new Recent());
    let now = 0, other = 0, piece = 0, transfer = 0, why = 0, candidate = 0, pick = 0;
    for (let r = 0; r < trace.rows; r++) {
      const kind = kinds[data.kind[r]];
      now += data.dt[r];
      trace.kind[r] = kind;
      trace.at[r] = now;
      trace.peer[r] = data.peer[r];
      if (hasOther(kind)) trace.other[r] = isTransfer(kind) ? senders[trace.peer[r]].read(data.other[other++]) : data.other[other++];
      if (hasPiece(kind)) trace.piece[r] = isTransfer(kind) ? parts[trace.peer[r]].read(data.piece[piece++]) : data.piece[piece++];
      if (hasWhy(kind)) trace.why[r] = data.why[why++];
      if (isTransfer(kind)) {
        const pair = trace.peer[r] * trace.peers + trace.other[r];
        const span = data.span[transfer];
        trace.since[r] = span === 0 ? lastEnd.get(pair) ?? now : now - (span - 1);
        lastEnd.set(pair, now);
        const blocks = data.blocks[transfer++];
        trace.amount[r] = blocks >= 0 ? blocks * BLOCK : -blocks;
      } else if (kind === CANDIDATE) {
        trace.amount[r] = data.rate[candidate++];
      } else if (kind === PICK) {
        trace.amount[r] = data.copies[pick];
        trace.least[r] = data.least[pick++];
      }
    }
  }
  var RECENT = 32;
  var Recent = class {
    list = [];
    read(code) {
      const x = code < RECENT ? this.list[code] : code - RECENT;
      this.#front(code < RECENT ? code : Math.min(this.list.length, RECENT - 1), x);
      return x;
    }
    write(x) {
      const i = this.list.indexOf(x);
      this.#front(i >= 0 ? i : Math.min(this.list.length, RECENT - 1), x);
      return i >= 0 ? i : RECENT + x;
    }
    // #front moves a number to the front, and those before place i back by one.
    #front(i, x) {
      for (; i > 0; i--) this.list[i] = this.list[i - 1];
      this.list[0] = x;
    }
  };
  function addIndexes(trace) {
    const transfers = [];
    for (let r = 0; r < trace.rows; r++) if (isTransfer(trace.kind[r])) transfers.push(r);
    trace.starts = Int32Array.from(transfers).sort((a, b) => trace.since[a] - trace.since[b] || a - b);
    trace.receivedBy = rowsBy(trace.peers, transfers, trace.peer);
    trace.sentBy = rowsBy(trace.peers, transfers, trace.other);
    const ofKind = (wanted) => {
      const out = [];
      for (let r = 0; r < trace.rows; r++) if (trace.kind[r] === wanted) out.push(r);
      return out;
    };
    trace.candidatesOf = rowsBy(trace.peers, ofKind(CANDIDATE), trace.peer);
    trace.picksOf = rowsBy(trace.peers, ofKind(PICK), trace.peer);
    trace.completedAt = new Float64Array(trace.shown).fill(Infinity);
    for (const r of ofKind(COMPLETED)) trace.completedAt[trace.peer[r]] = trace.at[r];
  }
  function rowsBy(peers, rows, column) {
    const counts = new Int32Array(peers + 1);
    for (const r of rows) counts[column[r] + 1]++;
    for (let p = 0; p < peers; p++) counts[p + 1] += counts[p];
    const next = counts.slice();
    const sorted = new Int32Array(rows.length);
    for (const r of rows) sorted[next[column[r]]++] = r;
    return (peer) => sorted.subarray(counts[peer], counts[peer + 1]);
  }
  function rowsConcerning(trace, peer) {
    const out = [];
    for (let r = 0; r < trace.rows; r++) {
      if (trace.kind[r] < CANDIDATE && (trace.peer[r] === peer || trace.other[r] === peer)) out.push(r);
    }
    return Int32Array.from(out);
  }
  function firstAfter(trace, rows, t) {
    let low = 0, high = rows.length;
    while (low < high) {
      const mid = low + high >> 1;
      if (trace.at[rows[mid]] <= t) low = mid + 1;
      else high = mid;
    }
    return low;
  }
  function neighbourTick(trace, t, direction, rows) {
    const count2 = rows ? rows.length : trace.rows;
    const row = (i2) => rows ? rows[i2] : i2;
    let low = 0, high = count2;
    while (low < high) {
      const mid = low + high >> 1;
      const at = trace.at[row(mid)];
      if (direction > 0 ? at <= t : at < t) low = mid + 1;
      else high = mid;
    }
    let i = direction > 0 ? low : low - 1;
    while (i >= 0 && i < count2 && trace.kind[row(i)] >= CANDIDATE) i += direction;
    return i >= 0 && i < count2 ? trace.at[row(i)] : null;
  }
  function rowsAt(trace, t) {
    const bound = (before) => {
      let low = 0, high = trace.rows;
      while (low < high) {
        const mid = low + high >> 1;
        if (before(trace.at[mid])) low = mid + 1;
        else high = mid;
      }
      return low;
    };
    return [bound((at) => at < t), bound((at) => at <= t)];
  }

  // src/replay/state.js
  var ABSENT = 0;
  var LEECHER = 1;
  var SEED = 2;
  var LEFT = 3;
  var ROWS_PER_KEYFRAME = 4096;
  var MOST_KEYFRAME_BYTES = 64 << 20;
  var State = class {
    constructor(trace) {
      this.trace = trace;
      this.words = trace.pieces + 31 >> 5;
      this.status = new Uint8Array(trace.shown);
      this.have = new Uint32Array(trace.shown * this.words);
      this.count = new Int32Array(trace.shown);
      this.links = /* @__PURE__ */ new Map();
      this.active = new Int32Array(trace.starts.length);
      this.place = new Int32Array(trace.rows).fill(-1);
      this.changes = [];
      this.linkVersion = 0;
      this.clear();
      this.makeKeyframes();
    }
    clear() {
      this.time = -1;
      this.row = 0;
      this.start = 0;
      this.status.fill(ABSENT);
      this.have.fill(0);
      this.count.fill(0);
      this.links.clear();
      this.activeCount = 0;
      this.place.fill(-1);
      this.changes = null;
      this.linkVersion++;
    }
    makeKeyframes() {
      const { trace } = this;
      const bytes = Math.max(1, this.have.byteLength + 16 * trace.shown);
      const frames = Math.max(1, Math.min(128, Math.floor(MOST_KEYFRAME_BYTES / bytes)));
      const step = Math.max(ROWS_PER_KEYFRAME, Math.ceil(trace.rows / frames));
      this.keyframes = [];
      while (this.row < trace.rows) {
        this.keyframes.push(this.snapshot());
        this.advance(trace.at[Math.min(this.row + step, trace.rows) - 1]);
      }
      this.clear();
    }
    snapshot() {
      return {
        time: this.time,
        row: this.row,
        start: this.start,
        status: this.status.slice(),
        have: this.have.slice(),
        count: this.count.slice(),
        links: [...this.links],
        active: this.active.slice(0, this.activeCount)
      };
    }
    restore(frame) {
      for (let i = 0; i < this.activeCount; i++) this.place[this.active[i]] = -1;
      this.time = frame.time;
      this.row = frame.row;
      this.start = frame.start;
      this.status.set(frame.status);
      this.have.set(frame.have);
      this.count.set(frame.count);
      this.links = new Map(frame.links);
      this.activeCount = 0;
      for (const r of frame.active) this.begin(r);
      this.changes = null;
      this.linkVersion++;
    }
    // seek brings the state to the time t, in ticks.
    seek(t) {
      let frame = null;
      for (const f of this.keyframes) if (f.time <= t) frame = f;
      const ahead = frame && frame.row - this.row > ROWS_PER_KEYFRAME;
      if (t < this.time || ahead) frame ? this.restore(frame) : this.clear();
      this.advance(t);
    }
    advance(t) {
      const { trace } = this;
      const { starts, since, at } = trace;
      while (this.start < starts.length && since[starts[this.start]] <= t) {
        const r = starts[this.start++];
        if (at[r] > t) this.begin(r);
      }
      while (this.row < trace.rows && at[this.row] <= t) this.apply(this.row++);
      this.time = t;
    }
    begin(row) {
      this.place[row] = this.activeCount;
      this.active[this.activeCount++] = row;
    }
    finish(row) {
      const i = this.place[row];
      if (i < 0) return;
      this.place[row] = -1;
      const last = this.active[--this.activeCount];
      if (last !== row) {
        this.active[i] = last;
        this.place[last] = i;
      }
    }
    apply(row) {
      const { trace } = this;
      const peer = trace.peer[row];
      switch (trace.kind[row]) {
        case ARRIVED:
          return this.arrive(peer);
        case COMPLETED:
          this.setStatus(peer, SEED);
          return this.dropLinks(peer, false);
        case GONE:
          this.setStatus(peer, LEFT);
          return this.dropLinks(peer, true);
        case PIECE:
          return this.addPiece(peer, trace.piece[row]);
        case TRANSFER:
          return this.finish(row);
        case RECEIVED:
          this.finish(row);
          return this.addPiece(peer, trace.piece[row]);
        case UNCHOKED:
          this.links.set(peer * trace.peers + trace.other[row], row);
          this.linkVersion++;
          return;
        case CHOKED:
          this.links.delete(peer * trace.peers + trace.other[row]);
          this.linkVersion++;
          return;
        case BAD_PIECE:
        default:
      }
    }
    arrive(peer) {
      if (!this.trace.seed[peer]) return this.setStatus(peer, LEECHER);
      this.setStatus(peer, SEED);
      for (let i = 0; i < this.trace.pieces; i++) this.addPiece(peer, i);
    }
    setStatus(peer, status) {
      this.status[peer] = status;
      this.linkVersion++;
      this.changes?.push([peer, -1]);
    }
    addPiece(peer, piece) {
      const word = peer * this.words + (piece >> 5), bit = 1 << (piece & 31);
      if (this.have[word] & bit) return;
      this.have[word] |= bit;
      this.count[peer]++;
      this.changes?.push([peer, piece]);
    }
    // dropLinks removes the links to a peer, which downloads no more and, if it is gone, those from it.
    dropLinks(peer, gone) {
      const { peers } = this.trace;
      for (const key of this.links.keys()) {
        if (key % peers === peer || gone && Math.floor(key / peers) === peer) this.links.delete(key);
      }
    }
    has(peer, piece) {
      return (this.have[peer * this.words + (piece >> 5)] >>> (piece & 31) & 1) === 1;
    }
    // takeChanges returns the pieces and statuses that have changed since the last call; null means all.
    takeChanges() {
      const changes = this.changes;
      this.changes = [];
      return changes;
    }
    // counts returns how many peers and links are in which state.
    counts() {
      const { trace } = this;
      const out = { leechers: 0, seeds: 0, left: 0, transfers: this.activeCount, regular: 0, optimistic: 0, share: 0 };
      let pieces = 0;
      for (let p = 0; p < trace.shown; p++) {
        if (this.status[p] === LEECHER) {
          out.leechers++;
          pieces += this.count[p];
        } else if (this.status[p] === SEED) out.seeds++;
        else if (this.status[p] === LEFT) out.left++;
      }
      for (const row of this.links.values()) out[isOptimistic(trace, row) ? "optimistic" : "regular"]++;
      out.share = out.leechers ? pieces / (out.leechers * trace.pieces) : 0;
      return out;
    }
  };
  function isOptimistic(trace, row) {
    return trace.whys[trace.why[row]] === "optimistic";
  }
  var WINDOW_S = 5;
  function rates(state, peer) {
    const { trace } = state;
    const window2 = WINDOW_S / trace.tick, from = Math.max(0, state.time - window2);
    const part = (r) => {
      const length = trace.at[r] - trace.since[r];
      if (length <= 0) return trace.at[r] > from && trace.at[r] <= state.time ? trace.amount[r] : 0;
      const overlap = Math.min(trace.at[r], state.time) - Math.max(trace.since[r], from);
      return overlap > 0 ? trace.amount[r] * overlap / length : 0;
    };
    const sum = (rows) => {
      let bytes = 0;
      let low = 0, high = rows.length;
      while (low < high) {
        const mid = low + high >> 1;
        if (trace.at[rows[mid]] <= from) low = mid + 1;
        else high = mid;
      }
      for (let i = low; i < rows.length && trace.at[rows[i]] <= state.time; i++) bytes += part(rows[i]);
      return bytes;
    };
    let down = sum(trace.receivedBy(peer)), up = sum(trace.sentBy(peer));
    for (let i = 0; i < state.activeCount; i++) {
      const r = state.active[i];
      if (trace.peer[r] === peer) down += part(r);
      if (trace.other[r] === peer) up += part(r);
    }
    const seconds2 = Math.max(1e-9, (state.time - from) * trace.tick);
    return { down: down / seconds2, up: up / seconds2 };
  }

  // src/replay/sprites.js
  var Sprites = class {
    constructor(trace, radius, ratio, colours) {
      Object.assign(this, { trace, radius, ratio, colours });
      this.leecherGroups = groupsOfLeechers(trace);
      this.bins = Math.max(1, Math.min(trace.pieces, Math.max(12, Math.min(64, Math.floor(2 * Math.PI * radius / 1.5)))));
      this.filled = new Int32Array(trace.shown * this.bins);
      this.size = Math.ceil(2 * (radius + 2) * ratio);
      this.columns = Math.max(1, Math.ceil(Math.sqrt(trace.shown)));
      this.sheet = sheet(this.columns * this.size, Math.ceil(trace.shown / this.columns) * this.size);
      this.context = this.sheet.getContext("2d");
      this.drawPieces();
    }
    // update draws what has changed in the state since the last call; all if everything may have.
    update(state, all) {
      const changes = state.takeChanges();
      if (all || changes === null) {
        this.filled.fill(0);
        for (let p = 0; p < this.trace.shown; p++) {
          for (let i = 0; i < this.trace.pieces; i++) if (state.has(p, i)) this.filled[p * this.bins + this.bin(i)]++;
          this.drawPeer(state, p);
        }
        return;
      }
      const whole = /* @__PURE__ */ new Set();
      for (const [peer, piece] of changes) {
        if (piece < 0) whole.add(peer);
        else {
          const bin = this.bin(piece);
          this.filled[peer * this.bins + bin]++;
          this.drawBin(peer, bin);
        }
      }
      for (const peer of whole) this.drawPeer(state, peer);
    }
    bin(piece) {
      return Math.floor(piece * this.bins / this.trace.pieces);
    }
    // enter returns the corner of a peer's picture.
    enter(peer) {
      const c = this.context, x = peer % this.columns * this.size, y = Math.floor(peer / this.columns) * this.size;
      c.setTransform(1, 0, 0, 1, 0, 0);
      c.globalAlpha = 1;
      return [x, y];
    }
    centre(x, y) {
      this.context.setTransform(this.ratio, 0, 0, this.ratio, x + this.size / 2, y + this.size / 2);
    }
    drawPeer(state, peer) {
      const c = this.context, [x, y] = this.enter(peer);
      c.clearRect(x, y, this.size, this.size);
      this.centre(x, y);
      const status = state.status[peer];
      if (status === LEFT) return this.drawLeft(c);
      const r = this.radius - this.width() - 0.8;
      c.beginPath();
      if (status === SEED) {
        c.fillStyle = this.colours.seed;
        c.rect(-r * 0.82, -r * 0.82, r * 1.64, r * 1.64);
      } else {
        c.fillStyle = this.groupColour(peer);
        c.arc(0, 0, r, 0, 2 * Math.PI);
      }
      c.fill();
      for (let b = 0; b < this.bins; b++) this.drawBin(peer, b);
    }
    drawLeft(c) {
      const r = Math.max(1.5, this.radius * 0.22);
      c.strokeStyle = this.colours.muted;
      c.globalAlpha = 0.5;
      c.lineWidth = 1;
      c.beginPath();
      c.moveTo(-r, -r);
      c.lineTo(r, r);
      c.moveTo(r, -r);
      c.lineTo(-r, r);
      c.stroke();
    }
    groupColour(peer) {
      const { groups } = this.colours;
      return groups[Math.max(0, this.leecherGroups.indexOf(this.trace.group[peer])) % groups.length];
    }
    width() {
      return Math.max(2, this.radius * 0.42);
    }
    // drawBin draws a part of the ring: in the colour of its pieces, as far as the peer has them.
    drawBin(peer, bin) {
      const c = this.context, [x, y] = this.enter(peer);
      this.centre(x, y);
      const { trace, bins } = this;
      const first = Math.ceil(bin * trace.pieces / bins), end = Math.ceil((bin + 1) * trace.pieces / bins);
      const share = Math.min(1, this.filled[peer * bins + bin] / Math.max(1, end - first));
      const from = 2 * Math.PI * bin / bins - Math.PI / 2, to = 2 * Math.PI * (bin + 1) / bins - Math.PI / 2;
      c.lineWidth = this.width();
      c.beginPath();
      c.arc(0, 0, this.radius - this.width() / 2, from, to + 0.01);
      c.globalAlpha = 1;
      c.strokeStyle = this.colours.empty;
      c.stroke();
      if (share > 0) {
        c.globalAlpha = 0.3 + 0.7 * share;
        c.strokeStyle = this.colours.pieces[pieceStep((first + end - 1) / 2, trace.pieces)];
        c.stroke();
      }
    }
    // drawPieces draws a small square in each colour.
    drawPieces() {
      const side = Math.max(3.5, Math.min(8, this.radius * 0.75));
      this.side = side;
      this.step = Math.ceil((side + 2) * this.ratio);
      this.strip = sheet(this.step * this.colours.pieces.length, this.step);
      const c = this.strip.getContext("2d");
      this.colours.pieces.forEach((colour, i) => {
        c.setTransform(this.ratio, 0, 0, this.ratio, i * this.step, 0);
        c.fillStyle = this.colours.ground;
        c.fillRect(0, 0, side + 2, side + 2);
        c.fillStyle = colour;
        c.fillRect(1, 1, side, side);
      });
    }
    putPeer(to, peer, x, y) {
      const s = this.size, w = s / this.ratio;
      to.drawImage(this.sheet, peer % this.columns * s, Math.floor(peer / this.columns) * s, s, s, x - w / 2, y - w / 2, w, w);
    }
    putPiece(to, piece, x, y, scale2) {
      const w = this.step / this.ratio * scale2;
      to.drawImage(this.strip, pieceStep(piece, this.trace.pieces) * this.step, 0, this.step, this.step, x - w / 2, y - w / 2, w, w);
    }
  };
  function groupsOfLeechers(trace) {
    const groups = /* @__PURE__ */ new Set();
    for (let p = 0; p < trace.shown; p++) if (!trace.seed[p]) groups.add(trace.group[p]);
    return [...groups].sort((a, b) => a - b);
  }
  function sheet(width, height) {
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.ceil(width));
    canvas.height = Math.max(1, Math.ceil(height));
    return canvas;
  }

  // src/replay/legend.js
  function createLegend(trace) {
    const groups = groupsOfLeechers(trace);
    const entry = (mark, text) => make("li", {}, make("span", { className: `replay-mark ${mark}`, "aria-hidden": "true" }), text);
    const leechers = groups.length < 2 ? [entry("replay-leecher replay-group-1", "leecher")] : groups.slice(0, 7).map((g, i) => entry(`replay-leecher replay-group-${i % 7 + 1}`, `leecher of ${trace.groups[g]}`));
    return make(
      "ul",
      { className: "replay-legend", "aria-label": "legend" },
      entry("replay-seedmark", "seed"),
      ...leechers,
      entry("replay-leftmark", "left"),
      entry("replay-regularline", "regular unchoke"),
      entry("replay-optimisticline", "optimistic unchoke"),
      entry("replay-chokedline", "choked (followed peer's last round)"),
      entry("replay-pieces", "pieces, first to last; the ring is what a peer has")
    );
  }

  // src/replay/narrate.js
  function countsText(trace, state) {
    const c = state.counts();
    return `${seconds(Math.max(0, state.time) * trace.tick)}: ${count(c.leechers, "leecher")} with ${(100 * c.share).toFixed(0)} % of the pieces on average, ${count(c.seeds, "seed")}, ${c.left} left; ${count(c.transfers, "transfer")}; ${count(c.regular, "regular unchoke")}, ${c.optimistic} optimistic`;
  }
  function sampleText(trace) {
    const parts = [];
    if (trace.shown < trace.arrivals) {
      parts.push(`shows ${trace.shown.toLocaleString("en")} of ${count(trace.arrivals, "peer")}`);
    }
    if (trace.decidedCount === 0) parts.push("no decisions were recorded");
    else if (trace.decidedCount < trace.shown) parts.push(`decisions were recorded for ${count(trace.decidedCount, "peer")}`);
    return parts.join("; ");
  }
  var MOST_EVENTS = 3;
  function eventsText(trace, t, followed) {
    const [from, to] = rowsAt(trace, t);
    const texts = [];
    for (let r = from; r < to; r++) {
      const text = eventText(trace, r);
      if (!text) continue;
      if (followed !== null && (trace.peer[r] === followed || trace.other[r] === followed)) texts.unshift(text);
      else texts.push(text);
    }
    const more = texts.length - MOST_EVENTS;
    return texts.slice(0, MOST_EVENTS).join("; ") + (more > 0 ? `; and ${more} more` : "");
  }
  function eventText(trace, r) {
    const who = peerName(trace, trace.peer[r]);
    const whom = trace.other[r] >= 0 ? peerName(trace, trace.other[r]) : "";
    const piece = trace.piece[r], why = trace.whys[trace.why[r]];
    switch (trace.kind[r]) {
      case ARRIVED:
        return `${who} arrives`;
      case GONE:
        return `${who} is gone (${why})`;
      case PIECE:
        return `${who} completes piece ${piece}`;
      case BAD_PIECE:
        return `${who} discards piece ${piece}, whose hash is wrong`;
      case COMPLETED:
        return `${who} is complete`;
      case UNCHOKED:
        return `${who} unchokes ${whom} (${why})`;
      case CHOKED:
        return `${who} chokes ${whom}`;
      case TRANSFER:
        return `${who} has received a part of piece ${piece} from ${whom}`;
      case RECEIVED:
        return `${who} completes piece ${piece} with blocks from ${whom}`;
      case CANDIDATE:
      case PICK:
      default:
        return "";
    }
  }

  // src/replay/layout.js
  function order(trace) {
    const arrival = new Float64Array(trace.shown).fill(Infinity);
    for (let r = 0; r < trace.rows; r++) {
      if (trace.kind[r] === ARRIVED) arrival[trace.peer[r]] = trace.at[r];
    }
    const all = Array.from({ length: trace.shown }, (_, p) => p);
    const sorted = (peers) => peers.sort((a, b) => trace.group[a] - trace.group[b] || arrival[a] - arrival[b] || a - b);
    return {
      middle: sorted(all.filter((p) => trace.seed[p])),
      around: sorted(all.filter((p) => !trace.seed[p]))
    };
  }
  function layout(trace, width, height, places = order(trace)) {
    const x = new Float64Array(trace.shown), y = new Float64Array(trace.shown);
    const margin = Math.max(16, Math.min(34, width / 20));
    const rx = Math.max(40, width / 2 - margin), ry = Math.max(40, height / 2 - margin);
    const cx = width / 2, cy = height / 2;
    const n = places.around.length;
    const rings = ringCount(n, rx, ry);
    const inner = rings > 1 ? 0.52 : 1;
    const share = (ring) => rings > 1 ? 1 - (1 - inner) * ring / (rings - 1) : 1;
    places.around.forEach((p, i) => {
      const angle = 2 * Math.PI * i / n - Math.PI / 2;
      x[p] = cx + rx * share(i % rings) * Math.cos(angle);
      y[p] = cy + ry * share(i % rings) * Math.sin(angle);
    });
    placeMiddle(places.middle, x, y, cx, cy, Math.min(rx, ry) * inner * 0.62);
    return { x, y, width, height, radius: dotRadius(x, y, trace.shown), groups: groupLabels(trace, places.around, n) };
    function groupLabels(t, around) {
      const names = [];
      for (let i = 0; i < around.length; i++) {
        const g = t.group[around[i]];
        const last = names[names.length - 1];
        if (last && last.group === g) last.to = i;
        else names.push({ group: g, from: i, to: i });
      }
      return names.map(({ group, from, to }) => {
        const angle = 2 * Math.PI * (from + to) / 2 / n - Math.PI / 2;
        return { group, x: cx + rx * Math.cos(angle), y: cy + ry * Math.sin(angle), angle };
      });
    }
  }
  function ringCount(n, rx, ry) {
    let best = 1, room = 0;
    for (let rings = 1; rings <= 6; rings++) {
      const around = Math.PI * (rx + ry) * 0.52 * rings / Math.max(1, n);
      const between = rings > 1 ? Math.min(rx, ry) * 0.48 / (rings - 1) : Infinity;
      const outermost = Math.PI * (rx + ry) * rings / Math.max(1, n);
      const least = Math.min(rings === 1 ? outermost : around, between);
      if (least > room) [best, room] = [rings, least];
      if (room > 30) break;
    }
    return best;
  }
  function placeMiddle(peers, x, y, cx, cy, radius) {
    const golden = Math.PI * (3 - Math.sqrt(5));
    peers.forEach((p, i) => {
      const r = peers.length === 1 ? 0 : radius * Math.sqrt((i + 0.5) / peers.length);
      x[p] = cx + r * Math.cos(i * golden);
      y[p] = cy + r * Math.sin(i * golden);
    });
  }
  function dotRadius(x, y, n) {
    let least = Infinity;
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < a; b++) least = Math.min(least, Math.hypot(x[a] - x[b], y[a] - y[b]));
    }
    return Math.max(3, Math.min(14, least * 0.5));
  }
  var bend = 0.1;
  function along(x0, y0, x1, y1, part) {
    const mx = (x0 + x1) / 2 - bend * (y1 - y0), my = (y0 + y1) / 2 + bend * (x1 - x0);
    const a = (1 - part) * (1 - part), b = 2 * part * (1 - part), c = part * part;
    return [a * x0 + b * mx + c * x1, a * y0 + b * my + c * y1];
  }
  function curve(context, x0, y0, x1, y1) {
    context.moveTo(x0, y0);
    context.quadraticCurveTo((x0 + x1) / 2 - bend * (y1 - y0), (y0 + y1) / 2 + bend * (x1 - x0), x1, y1);
  }
  function origin(layout2, trace, sender, receiver) {
    if (sender < trace.shown) return [layout2.x[sender], layout2.y[sender]];
    const dx = layout2.x[receiver] - layout2.width / 2, dy = layout2.y[receiver] - layout2.height / 2;
    const far = Math.max(1, Math.hypot(dx, dy));
    return [layout2.x[receiver] + 40 * dx / far, layout2.y[receiver] + 40 * dy / far];
  }

  // src/replay/why.js
  var MOST_ROWS = 10;
  function whyUnchoked(state, from, to) {
    const { trace } = state;
    const who = capital(peerName(trace, from)), whom = peerName(trace, to);
    const sentences = [];
    const row = state.links.get(from * trace.peers + to);
    if (row !== void 0) {
      const slot = isOptimistic(trace, row) ? "an optimistic slot" : "a regular slot";
      sentences.push(`${who} has unchoked ${whom} since ${time(trace, trace.at[row])}, with ${slot}.`);
    } else {
      sentences.push(`${who} is not recorded to have unchoked ${whom} at this time: what arrives was requested before a choke, or needs no unchoke (allowed fast).`);
    }
    const round = lastRound(trace, from, state.time);
    if (!round) return { sentences: [...sentences, noRound(trace, from)], table: null };
    const at = Array.prototype.findIndex.call(round, (r) => trace.other[r] === to);
    const rates2 = isSeedAt(trace, from, trace.at[round[0]]) ? "the rate to each, as it is a seed" : "the rate from each";
    const began = `In its last round, at ${time(trace, trace.at[round[0]])}, its choker had ${count(round.length, "candidate")}, here in the order of ${rates2}: `;
    sentences.push(began + (at < 0 ? `${whom} was not among them.` : outcomeOf(trace, round, at, whom)));
    return { sentences, table: roundTable(trace, round, at) };
  }
  function isSeedAt(trace, peer, t) {
    return trace.seed[peer] === 1 || trace.completedAt[peer] <= t;
  }
  function time(trace, ticks) {
    return seconds(ticks * trace.tick, 2);
  }
  function noRound(trace, peer) {
    if (trace.decided[peer]) return "No round of its choker is recorded up to this time.";
    if (trace.decidedCount === 0) return "The record holds no decisions (record: {decisions: sample}).";
    return `Its decisions were not recorded: they were for ${count(trace.decidedCount, "peer")}.`;
  }
  function lastRound(trace, peer, t) {
    const rows = trace.candidatesOf(peer);
    const end = firstAfter(trace, rows, t);
    if (end === 0) return null;
    let begin = end - 1;
    while (begin > 0 && trace.at[rows[begin - 1]] === trace.at[rows[end - 1]]) begin--;
    return rows.subarray(begin, end);
  }
  var outcomes = {
    regular: "it got a regular slot",
    optimistic: "its slot is optimistic, which does not depend on the rate",
    choked: "it got no slot",
    "not-interested": "it was choked, as it was not interested any more"
  };
  function outcomeOf(trace, round, at, whom) {
    const r = round[at];
    const word = trace.whys[trace.why[r]];
    return `${whom} was ${ordinal(at + 1)} with ${rate(trace.amount[r])}, and ${outcomes[word] ?? word}.`;
  }
  function roundTable(trace, round, marked) {
    const rows = [];
    for (let i = 0; i < round.length; i++) {
      if (i >= MOST_ROWS && i !== marked) continue;
      const r = round[i];
      rows.push({
        cells: [String(i + 1), String(trace.numbers[trace.other[r]]), rate(trace.amount[r]), trace.whys[trace.why[r]]],
        marked: i === marked
      });
    }
    const more = round.length - rows.length;
    return { head: ["rank", "peer", "rate", "outcome"], rows, more: more > 0 ? `and ${more} more` : "" };
  }
  var reasons = {
    suggested: "a neighbour suggested it",
    "end-game": "the end game: the last missing blocks are asked of several neighbours",
    started: "it was started already, and a started piece is completed before another"
  };
  function whyPicked(state, peer, piece) {
    const { trace } = state;
    const who = capital(peerName(trace, peer));
    const rows = trace.picksOf(peer);
    let i = firstAfter(trace, rows, state.time) - 1;
    while (i >= 0 && trace.piece[rows[i]] !== piece) i--;
    if (i < 0) return { sentences: [noPick(trace, peer, piece, who)], table: null };
    const r = rows[i];
    const copies = trace.amount[r], least = trace.least[r], word = trace.whys[trace.why[r]];
    const copiesText = `${count(copies, "copy", "copies")} of it ${copies === 1 ? "was" : "were"} among its neighbours`;
    const rarest = copies <= least ? "no piece that it could have picked had fewer" : `the rarest that it could have picked had ${least}`;
    return {
      sentences: [
        `${who} picked piece ${piece} at ${time(trace, trace.at[r])}: ${copiesText}, and ${rarest}.`,
        `What decided: ${reasons[word] ?? word}.`
      ],
      table: {
        head: ["copies", "fewest", "decided by"],
        rows: [{ cells: [String(copies), String(least), word], marked: false }],
        more: ""
      }
    };
  }
  function noPick(trace, peer, piece, who) {
    if (peer >= trace.shown || !trace.decided[peer]) {
      if (trace.decidedCount === 0) return `Why ${peerName(trace, peer)} picked piece ${piece} is not in the record.`;
      return `Why ${peerName(trace, peer)} picked piece ${piece} was not recorded: decisions were recorded for ${count(trace.decidedCount, "peer")}.`;
    }
    return `${who}'s pick of piece ${piece} is not recorded up to this time.`;
  }

  // src/replay/painter.js
  var LINKS_MS = 200;
  var Painter = class {
    constructor(canvas, trace, state) {
      Object.assign(this, { canvas, trace, state });
      this.places = order(trace);
      this.links = sheet(1, 1);
      this.linksDrawn = { version: -1, at: -Infinity, key: "" };
      this.resize();
    }
    // resize adapts everything to the size of the canvas and the colours of the page.
    resize() {
      const { canvas } = this;
      const box = canvas.getBoundingClientRect();
      this.width = Math.max(60, box.width);
      this.height = Math.max(60, box.height);
      this.ratio = Math.max(1, Math.min(2, window.devicePixelRatio || 1));
      for (const c of [canvas, this.links]) {
        c.width = Math.round(this.width * this.ratio);
        c.height = Math.round(this.height * this.ratio);
      }
      this.context = canvas.getContext("2d");
      this.colours = readColours(canvas);
      this.layout = layout(this.trace, this.width, this.height, this.places);
      this.sprites = new Sprites(this.trace, this.layout.radius, this.ratio, this.colours);
      this.larger = Math.max(1.2, 9 / this.sprites.side);
      this.fresh = true;
    }
    // paint draws the state. view says which peer is followed, what is pointed at, and what is shown.
    paint(view, stamp, playing) {
      const c = this.context;
      this.sprites.update(this.state, this.fresh);
      this.drawLinks(view, stamp, playing);
      this.fresh = false;
      c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      c.globalAlpha = 1;
      c.clearRect(0, 0, this.width, this.height);
      this.drawGroups(c);
      c.drawImage(this.links, 0, 0, this.width, this.height);
      const near = view.followed === null ? null : this.neighbours(view.followed);
      if (near) this.drawFollowedLinks(c, view.followed);
      this.drawPointed(c, view.pointed);
      this.drawTransfers(c, view, near);
      this.drawPeers(c, view, near);
    }
    drawGroups(c) {
      if (this.layout.groups.length < 2) return;
      c.fillStyle = this.colours.muted;
      c.font = "12px system-ui, sans-serif";
      for (const g of this.layout.groups) {
        const name = this.trace.groups[g.group] ?? "";
        const right = Math.cos(g.angle) > 0.3, left = Math.cos(g.angle) < -0.3;
        c.textAlign = right ? "right" : left ? "left" : "center";
        const x = Math.min(this.width - 4, Math.max(4, g.x + (right ? 30 : left ? -30 : 0)));
        const y = Math.min(this.height - 4, Math.max(12, g.y + (Math.sin(g.angle) > 0 ? 28 : -20)));
        c.fillText(name.slice(0, 24), x, y);
      }
    }
    drawLinks(view, stamp, playing) {
      const { state, trace, linksDrawn: drawn } = this;
      const key = `${view.followed} ${view.links}`;
      const same = !this.fresh && drawn.version === state.linkVersion && drawn.key === key;
      if (same || playing && !this.fresh && drawn.key === key && stamp - drawn.at < LINKS_MS) return;
      this.linksDrawn = { version: state.linkVersion, at: stamp, key };
      const c = this.links.getContext("2d");
      c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      c.clearRect(0, 0, this.width, this.height);
      if (view.links === "none" || view.followed !== null) return;
      for (const optimistic of [false, true]) {
        this.strokeStyle(c, optimistic ? "optimistic" : "regular");
        c.globalAlpha = optimistic ? 0.5 : 0.3;
        c.lineWidth = 0.8;
        for (const [pair, row] of state.links) {
          const from = Math.floor(pair / trace.peers), to = pair % trace.peers;
          if (isOptimistic(trace, row) !== optimistic || !this.drawn(from) || !this.drawn(to)) continue;
          c.beginPath();
          this.curve(c, from, to);
          c.stroke();
        }
      }
      c.setLineDash([]);
    }
    strokeStyle(c, kind) {
      c.strokeStyle = this.colours[kind];
      c.setLineDash(kind === "optimistic" ? [5, 3] : kind === "choked" ? [1, 3] : []);
    }
    curve(c, from, to) {
      const { x, y } = this.layout;
      curve(c, x[from], y[from], x[to], y[to]);
    }
    drawn(peer) {
      return peer < this.trace.shown && this.state.status[peer] !== ABSENT;
    }
    // neighbours returns the peers that a peer has a link or a transfer with.
    neighbours(peer) {
      const { state, trace } = this;
      const out = /* @__PURE__ */ new Set([peer]);
      for (const pair of state.links.keys()) {
        const from = Math.floor(pair / trace.peers), to = pair % trace.peers;
        if (from === peer) out.add(to);
        if (to === peer) out.add(from);
      }
      for (let i = 0; i < state.activeCount; i++) {
        const r = state.active[i];
        if (trace.peer[r] === peer) out.add(trace.other[r]);
        if (trace.other[r] === peer) out.add(trace.peer[r]);
      }
      return out;
    }
    drawFollowedLinks(c, peer) {
      const { state, trace } = this;
      for (const r of lastRound(trace, peer, state.time) ?? []) {
        const other = trace.other[r];
        if (trace.whys[trace.why[r]] === "choked" && this.drawn(other)) this.strokeLink(c, peer, other, "choked", 1);
      }
      for (const [pair, row] of state.links) {
        const from = Math.floor(pair / trace.peers), to = pair % trace.peers;
        if (from !== peer && to !== peer || !this.drawn(from) || !this.drawn(to)) continue;
        this.strokeLink(c, from, to, isOptimistic(trace, row) ? "optimistic" : "regular", 1.8);
      }
    }
    strokeLink(c, from, to, kind, width) {
      const { x, y } = this.layout;
      this.strokeStyle(c, kind);
      c.lineWidth = width;
      c.globalAlpha = kind === "choked" ? 0.55 : 0.95;
      c.beginPath();
      this.curve(c, from, to);
      c.stroke();
      c.setLineDash([]);
      if (kind === "choked") return;
      const length = Math.max(1, Math.hypot(x[to] - x[from], y[to] - y[from]));
      const tip = Math.max(0.5, 1 - (this.layout.radius + 1) / length);
      const [tx, ty] = along(x[from], y[from], x[to], y[to], tip);
      const [bx, by] = along(x[from], y[from], x[to], y[to], tip - 8 / length);
      const dx = (tx - bx) / 2, dy = (ty - by) / 2;
      c.fillStyle = this.colours[kind];
      c.beginPath();
      c.moveTo(tx, ty);
      c.lineTo(bx - dy, by + dx);
      c.lineTo(bx + dy, by - dx);
      c.fill();
    }
    drawPointed(c, pointed) {
      if (!pointed || pointed.kind === "peer") return;
      const { from, to } = pointed;
      if (!this.drawn(from) || !this.drawn(to)) return;
      const row = this.state.links.get(from * this.trace.peers + to);
      this.strokeLink(c, from, to, row !== void 0 && isOptimistic(this.trace, row) ? "optimistic" : "regular", 3);
    }
    // placeOf returns where the piece of a transfer is.
    placeOf(row, still) {
      const { trace, state, layout: l } = this;
      const receiver = trace.peer[row];
      const [x0, y0] = origin(l, trace, trace.other[row], receiver);
      const length = trace.at[row] - trace.since[row];
      const part = still ? 0.5 : length > 0 ? (state.time - trace.since[row]) / length : 1;
      return along(x0, y0, l.x[receiver], l.y[receiver], Math.max(0, Math.min(1, part)));
    }
    drawTransfers(c, view, near) {
      const { state, trace, sprites } = this;
      const { followed, pointed } = view;
      for (let i = 0; i < state.activeCount; i++) {
        const r = state.active[i];
        c.globalAlpha = near && trace.peer[r] !== followed && trace.other[r] !== followed ? 0.12 : 1;
        const [x2, y2] = this.placeOf(r, view.still);
        sprites.putPiece(c, trace.piece[r], x2, y2, near && c.globalAlpha === 1 ? this.larger : 1);
      }
      c.globalAlpha = 1;
      if (pointed?.kind !== "transfer" || state.place[pointed.row] < 0) return;
      const [x, y] = this.placeOf(pointed.row, view.still);
      c.strokeStyle = this.colours.ink;
      c.lineWidth = 2;
      c.strokeRect(x - sprites.side / 2 - 3, y - sprites.side / 2 - 3, sprites.side + 6, sprites.side + 6);
    }
    drawPeers(c, view, near) {
      const { layout: l, state, trace } = this;
      for (let p = 0; p < trace.shown; p++) {
        if (state.status[p] === ABSENT) continue;
        c.globalAlpha = near && !near.has(p) ? 0.4 : 1;
        this.sprites.putPeer(c, p, l.x[p], l.y[p]);
      }
      c.globalAlpha = 1;
      for (const [p, colour] of [[view.followed, this.colours.accent], [view.pointed?.kind === "peer" ? view.pointed.peer : null, this.colours.ink]]) {
        if (p === null || p === void 0) continue;
        c.strokeStyle = colour;
        c.lineWidth = 2.5;
        c.beginPath();
        c.arc(l.x[p], l.y[p], l.radius + 3, 0, 2 * Math.PI);
        c.stroke();
      }
      this.drawLabels(c, view, near);
    }
    drawLabels(c, view, near) {
      const { layout: l, state, trace } = this;
      const named = (p) => view.labels === "all" || p === view.followed || view.labels === "some" && near?.has(p) || view.pointed?.kind === "peer" && view.pointed.peer === p;
      c.font = `${view.labels === "all" && l.radius < 9 ? 9 : 11}px system-ui, sans-serif`;
      c.textAlign = "center";
      c.lineWidth = 3;
      c.lineJoin = "round";
      for (let p = 0; p < trace.shown; p++) {
        if (state.status[p] === ABSENT || !named(p)) continue;
        const text = String(trace.numbers[p]);
        const y = l.y[p] - l.radius - 4 > 10 ? l.y[p] - l.radius - 4 : l.y[p] + l.radius + 12;
        c.strokeStyle = this.colours.ground;
        c.strokeText(text, l.x[p], y);
        c.fillStyle = this.colours.ink;
        c.fillText(text, l.x[p], y);
      }
    }
    // at returns what is at a place of the canvas: a peer, a transfer, a link, or null.
    at(x, y, view) {
      const { layout: l, state, trace } = this;
      let best = null, least = l.radius + 2;
      for (let p = 0; p < trace.shown; p++) {
        const d = Math.hypot(l.x[p] - x, l.y[p] - y);
        if (state.status[p] !== ABSENT && d < least) [best, least] = [{ kind: "peer", peer: p }, d];
      }
      if (best) return best;
      least = 9;
      const ours = (a, b) => view.followed === null || a === view.followed || b === view.followed;
      for (let i = 0; i < state.activeCount; i++) {
        const r = state.active[i];
        if (!ours(trace.peer[r], trace.other[r])) continue;
        const [px, py] = this.placeOf(r, view.still);
        const d = Math.hypot(px - x, py - y);
        if (d < least) [best, least] = [{ kind: "transfer", row: r, from: trace.other[r], to: trace.peer[r] }, d];
      }
      if (best || view.links === "none") return best;
      least = view.followed === null ? 3 : 6;
      for (const pair of state.links.keys()) {
        const from = Math.floor(pair / trace.peers), to = pair % trace.peers;
        if (!ours(from, to) || !this.drawn(from) || !this.drawn(to)) continue;
        const d = this.distance(from, to, x, y);
        if (d < least) [best, least] = [{ kind: "link", from, to }, d];
      }
      return best;
    }
    // distance returns how far a place is from the curve of a link, measured at points of it.
    distance(from, to, x, y) {
      const { x: xs, y: ys } = this.layout;
      const steps = Math.max(8, Math.ceil(Math.hypot(xs[to] - xs[from], ys[to] - ys[from]) / 6));
      let least = Infinity;
      for (let i = 1; i < steps; i++) {
        const [px, py] = along(xs[from], ys[from], xs[to], ys[to], i / steps);
        least = Math.min(least, Math.hypot(px - x, py - y));
      }
      return least;
    }
  };

  // src/replay/panel.js
  var MOST_LISTED = 12;
  function createPanel(trace, state, { choose, point, follow }) {
    const title = make("h3", {});
    const facts = make("p", { className: "replay-facts" });
    const bar = make("canvas", { className: "replay-bar", role: "img" });
    const lists = [["receives", "Receives from"], ["sends", "Sends to"]].map(([name, heading]) => {
      const list = make("ul", { className: "replay-links" });
      return { name, list, head: make("h4", { textContent: heading }), heading };
    });
    const peer = make("div", { className: "replay-peer", hidden: true }, title, facts, bar, ...lists.flatMap((l) => [l.head, l.list]));
    const hint = make("p", {
      className: "replay-hint",
      textContent: "Click a peer to follow it. Point at a moving piece or at a link to see why it is there."
    });
    const why = createWhy();
    const element2 = make("div", { className: "replay-panel" }, hint, peer, why.element);
    function update(view) {
      const followed = view.followed;
      peer.hidden = followed === null;
      hint.hidden = followed !== null || view.pointed !== null || view.pinned !== null;
      if (followed !== null) updatePeer(followed);
      why.update(trace, state, view.pointed?.kind === "peer" ? view.pinned : view.pointed ?? view.pinned);
    }
    function updatePeer(p) {
      setText(title, `${capital(peerName(trace, p))}, ${trace.groups[trace.group[p]] ?? ""}`);
      setText(facts, statusText(trace, state, p));
      drawBar(bar, trace, state, p);
      const links = linksOf(trace, state, p);
      for (const { name, list, head, heading } of lists) {
        const all = links[name];
        setText(head, `${heading} ${all.length === 0 ? "no peer" : count(all.length, "peer")}`);
        keep(list, all.slice(0, MOST_LISTED), (l) => l.other, (l) => createItem(l, p), (item, l) => updateItem(item, l, p));
      }
    }
    function createItem(link) {
      const item = make("li", {});
      const button = make("button", {
        type: "button",
        onclick: () => choose(item.target),
        onfocus: () => point(item.target),
        onblur: () => point(null),
        onmouseenter: () => point(item.target),
        onmouseleave: () => point(null)
      });
      const go = make("button", {
        type: "button",
        className: "replay-go",
        textContent: "follow",
        "aria-label": `follow ${peerName(trace, link.other)}`,
        onclick: () => follow(link.other),
        hidden: link.other >= trace.shown
      });
      item.append(button, go);
      return item;
    }
    function updateItem(item, link) {
      item.target = link.target;
      item.className = `replay-${link.kind}`;
      setText(item.firstChild, linkText(trace, link));
    }
    return { element: element2, update };
  }
  function statusText(trace, state, p) {
    const what = state.status[p] === ABSENT ? "not there yet" : state.status[p] === LEECHER ? "leecher" : state.status[p] === SEED ? "seed" : "left";
    if (what === "not there yet" || what === "left") return capital(what) + ".";
    const { down, up } = rates(state, p);
    const partial = trace.shown < trace.arrivals ? " to shown peers" : "";
    return `${capital(what)} with ${state.count[p]} of ${count(trace.pieces, "piece")}. Down ${rate(down)}, up ${rate(up)}${partial} (last ${WINDOW_S} s).`;
  }
  function linksOf(trace, state, p) {
    const out = { receives: /* @__PURE__ */ new Map(), sends: /* @__PURE__ */ new Map() };
    const entry = (side, other, from, to) => {
      if (!out[side].has(other)) out[side].set(other, { other, kind: "none", piece: -1, target: { kind: "link", from, to } });
      return out[side].get(other);
    };
    const each = (from, to, f) => {
      if (to === p) f(entry("receives", from, from, to));
      if (from === p) f(entry("sends", to, from, to));
    };
    for (const [pair, row] of state.links) {
      each(Math.floor(pair / trace.peers), pair % trace.peers, (l) => {
        l.kind = isOptimistic(trace, row) ? "optimistic" : "regular";
      });
    }
    for (let i = 0; i < state.activeCount; i++) {
      const r = state.active[i];
      each(trace.other[r], trace.peer[r], (l) => {
        l.piece = trace.piece[r];
        l.target = { kind: "transfer", row: r, from: trace.other[r], to: trace.peer[r] };
      });
    }
    const sorted = (links) => [...links.values()].sort((a, b) => (b.piece >= 0) - (a.piece >= 0) || a.other - b.other);
    return { receives: sorted(out.receives), sends: sorted(out.sends) };
  }
  function linkText(trace, link) {
    const kind = { regular: "regular", optimistic: "optimistic", none: "no unchoke" }[link.kind];
    return `peer ${trace.numbers[link.other]}, ${kind}${link.piece >= 0 ? `: piece ${link.piece}` : ""}`;
  }
  function drawBar(canvas, trace, state, p) {
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const width = Math.max(1, Math.round(canvas.clientWidth * ratio)), height = Math.max(1, Math.round(canvas.clientHeight * ratio));
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const c = canvas.getContext("2d"), colours = readColours(canvas);
    c.fillStyle = colours.empty;
    c.fillRect(0, 0, width, height);
    const bins = Math.min(width, trace.pieces);
    for (let b = 0; b < bins; b++) {
      const first = Math.floor(b * trace.pieces / bins), end = Math.floor((b + 1) * trace.pieces / bins);
      let n = 0;
      for (let i = first; i < end; i++) if (state.has(p, i)) n++;
      if (n === 0) continue;
      c.globalAlpha = 0.25 + 0.75 * n / (end - first);
      c.fillStyle = colours.pieces[pieceStep(first, trace.pieces)];
      const x = Math.floor(b * width / bins);
      c.fillRect(x, 0, Math.max(1, Math.floor((b + 1) * width / bins) - x), height);
    }
    c.globalAlpha = 1;
    canvas.setAttribute("aria-label", `has ${state.count[p]} of ${trace.pieces} pieces`);
  }
  function createWhy() {
    const title = make("h3", {}), body = make("div", {});
    const element2 = make("div", { className: "replay-why", hidden: true, role: "note" }, title, body);
    let shown = "";
    return {
      element: element2,
      update(trace, state, target) {
        element2.hidden = !target;
        if (!target) return;
        const parts = explain(trace, state, target);
        const text = JSON.stringify(parts);
        if (text === shown) return;
        shown = text;
        setText(title, parts.title);
        body.replaceChildren(...parts.parts.flatMap(paragraphs));
      }
    };
  }
  function explain(trace, state, target) {
    const { from, to } = target;
    const pair = `peer ${trace.numbers[from]} to peer ${trace.numbers[to]}`;
    if (target.kind === "link") return { title: `Why from ${pair}?`, parts: [whyUnchoked(state, from, to)] };
    const piece = trace.piece[target.row];
    return {
      title: `Why piece ${piece} from ${pair}?`,
      parts: [whyUnchoked(state, from, to), whyPicked(state, to, piece)]
    };
  }
  function paragraphs({ sentences, table }) {
    const out = [make("p", { textContent: sentences.join(" ") })];
    if (!table) return out;
    const row = (tag, cells, marked) => make("tr", marked ? { className: "replay-marked" } : {}, ...cells.map((t) => make(tag, { textContent: t })));
    out.push(make(
      "table",
      {},
      make("thead", {}, row("th", table.head)),
      make("tbody", {}, ...table.rows.map((r) => row("td", r.cells, r.marked)))
    ));
    if (table.more) out.push(make("p", { className: "replay-more", textContent: table.more }));
    return out;
  }

  // src/replay/index.js
  var TEXT_MS = 250;
  var STILL_MS = 500;
  function mountReplay(element2, data, options = {}) {
    const trace = decode(data), state = new State(trace);
    const end = trace.end * trace.tick;
    const clock = options.clock ?? createClock(end);
    const reduced = window.matchMedia("(prefers-reduced-motion: reduce)");
    const view = { followed: null, pointed: null, pinned: null, labels: "some", links: "all", still: reduced.matches };
    const stops = [];
    let concerning = null;
    let dirty = true, paintedAt = -Infinity, textAt = -Infinity, frame = 0;
    const canvas = make("canvas", {
      className: "replay-canvas",
      tabIndex: 0,
      role: "img",
      "aria-label": `${options.title ?? "Replay of the swarm"}. Keys: space plays, arrows left and right step, up and down follow a peer, plus and minus change the speed, escape follows no peer.`
    });
    const tip = make("div", { className: "replay-tip", hidden: true });
    const counts = make("p", { className: "replay-counts" });
    const events = make("p", { className: "replay-events" });
    const live = make("p", { className: "replay-live", role: "status", "aria-live": "polite" });
    const note = make("p", { className: "replay-note", textContent: sampleText(trace) });
    note.hidden = note.textContent === "";
    const panel = createPanel(trace, state, { choose: pin, point, follow: choose });
    const controls = options.clock ? null : createControls(clock, step);
    const choices = createChoices(trace, view, { select: choose, changed: touch });
    const stage = make("div", { className: "replay-stage" }, canvas, tip);
    const root = make(
      "div",
      { className: "replay", role: "region", "aria-label": options.title ?? "replay" },
      make(
        "div",
        { className: "replay-main" },
        stage,
        ...controls ? [controls.element] : [],
        counts,
        events,
        note,
        live,
        ...options.panel === false ? [] : [choices.element, createLegend(trace)]
      ),
      ...options.panel === false ? [] : [panel.element]
    );
    element2.append(root);
    const painter = new Painter(canvas, trace, state);
    const ticks = () => Math.min(trace.end, Math.floor(clock.time() / trace.tick + 1e-6));
    function touch() {
      dirty = true;
      if (!frame) frame = requestAnimationFrame(paint);
    }
    function paint(stamp) {
      frame = 0;
      const playing = clock.playing();
      if (view.still && playing && stamp - paintedAt < STILL_MS) return touch();
      if (!dirty) return;
      dirty = false;
      paintedAt = stamp;
      state.seek(ticks());
      painter.paint(view, stamp, playing);
      if (!playing || stamp - textAt >= TEXT_MS) {
        textAt = stamp;
        showTexts(playing);
      }
    }
    function showTexts(playing) {
      setText(counts, countsText(trace, state));
      const now = playing ? "" : eventsText(trace, state.time, view.followed);
      setText(events, now);
      if (!playing) setText(live, [counts.textContent, now].filter(Boolean).join(". "));
      if (options.panel !== false) panel.update(view);
    }
    function step(n) {
      clock.pause();
      for (let i = 0; i < Math.abs(n); i++) {
        const t = neighbourTick(trace, ticks(), Math.sign(n), concerning);
        if (t === null) break;
        clock.seek(t * trace.tick);
      }
    }
    function select(peer) {
      view.followed = peer !== null && peer >= 0 && peer < trace.shown ? peer : null;
      view.pinned = view.pointed = null;
      concerning = view.followed === null ? null : rowsConcerning(trace, view.followed);
      choices.show();
      textAt = -Infinity;
      touch();
    }
    function choose(peer) {
      select(peer);
      options.onSelect?.(view.followed === null ? null : trace.numbers[view.followed]);
    }
    function point(target) {
      view.pointed = target;
      textAt = -Infinity;
      touch();
    }
    function pin(target) {
      view.pinned = target;
      point(null);
    }
    function pointAt(event) {
      const box = canvas.getBoundingClientRect();
      const x = event.clientX - box.left, y = event.clientY - box.top;
      const target = painter.at(x, y, view);
      point(target);
      tip.hidden = !target;
      canvas.classList.toggle("replay-over", target !== null);
      if (!target) return target;
      setText(tip, tipText(trace, state, target));
      tip.style.left = `${Math.max(0, Math.min(x + 12, box.width - 190))}px`;
      tip.style.top = `${Math.max(0, y > box.height - 60 ? y - 44 : y + 14)}px`;
      return target;
    }
    canvas.addEventListener("pointermove", pointAt);
    canvas.addEventListener("pointerleave", () => {
      tip.hidden = true;
      point(null);
    });
    canvas.addEventListener("click", (event) => {
      const target = pointAt(event);
      if (target?.kind === "peer") choose(target.peer === view.followed ? null : target.peer);
      else if (target) pin(target);
      else if (view.pinned) pin(null);
      else choose(null);
      canvas.focus({ preventScroll: true });
    });
    root.addEventListener("keydown", (event) => onKey(event, {
      clock,
      step: options.step ?? step,
      follow: (n) => choose(view.followed === null ? n > 0 ? 0 : trace.shown - 1 : (view.followed + n + trace.shown) % trace.shown),
      unfollow: () => choose(null)
    }));
    stops.push(clock.onTime(touch), clock.onState(touch));
    stops.push(...followPage());
    if (options.cursor) stops.push(shareCursor(clock, options.cursor));
    touch();
    function followPage() {
      const again = () => {
        view.still = reduced.matches;
        painter.resize();
        touch();
      };
      const watch = new ResizeObserver(again);
      watch.observe(stage);
      const dark = window.matchMedia("(prefers-color-scheme: dark)");
      dark.addEventListener("change", again);
      reduced.addEventListener("change", again);
      return [() => watch.disconnect(), () => dark.removeEventListener("change", again), () => reduced.removeEventListener("change", again)];
    }
    return {
      play: clock.play,
      pause: clock.pause,
      seek: clock.seek,
      setSpeed: clock.setSpeed,
      step,
      // select follows the peer of that number in peers.csv.
      select: (number) => select(number === null ? null : trace.numbers.indexOf(number)),
      time: clock.time,
      onTime: (f) => clock.onTime(() => f(clock.time())),
      recolour() {
        painter.resize();
        touch();
      },
      trace,
      state,
      destroy() {
        if (!options.clock) clock.pause();
        for (const f of stops) f();
        controls?.destroy();
        cancelAnimationFrame(frame);
        root.remove();
      }
    };
  }
  function shareCursor(clock, cursor) {
    let moving = false;
    const guarded = (f) => {
      if (moving) return;
      moving = true;
      try {
        f();
      } finally {
        moving = false;
      }
    };
    const stops = [
      clock.onTime(() => guarded(() => cursor.set(clock.time()))),
      cursor.subscribe((t) => guarded(() => {
        if (Number.isFinite(t) && Math.abs(t - clock.time()) > 1e-9) clock.seek(t);
      }))
    ];
    return () => {
      for (const f of stops) if (typeof f === "function") f();
    };
  }
  function tipText(trace, state, target) {
    if (target.kind === "peer") return `${peerName(trace, target.peer)}: ${state.count[target.peer]} of ${trace.pieces} pieces`;
    const pair = `peer ${trace.numbers[target.from]} → peer ${trace.numbers[target.to]}`;
    return target.kind === "transfer" ? `piece ${trace.piece[target.row]}: ${pair}` : `unchoked: ${pair}`;
  }
  function createChoices(trace, view, { select, changed }) {
    const peers = make(
      "select",
      { onchange: () => select(peers.value === "" ? null : Number(peers.value)) },
      make("option", { value: "", textContent: "none" })
    );
    for (let g = 0; g < trace.groups.length; g++) {
      const group = make("optgroup", { label: trace.groups[g] });
      for (let p = 0; p < trace.shown; p++) {
        if (trace.group[p] === g) group.append(make("option", { value: String(p), textContent: String(trace.numbers[p]) }));
      }
      if (group.children.length) peers.append(group);
    }
    const choice = (name, values) => {
      const s = make(
        "select",
        { onchange: () => {
          view[name] = s.value;
          changed();
        } },
        ...values.map(([value, text]) => make("option", { value, textContent: text }))
      );
      s.value = view[name];
      return s;
    };
    const labels = choice("labels", [["some", "followed peer"], ["all", "all"], ["none", "none"]]);
    const links = choice("links", [["all", "all"], ["none", "none"]]);
    return {
      element: make(
        "div",
        { className: "replay-choices" },
        make("label", {}, "follow peer ", peers),
        make("label", {}, "labels ", labels),
        make("label", {}, "links ", links)
      ),
      show() {
        peers.value = view.followed === null ? "" : String(view.followed);
      }
    };
  }

  // src/replay/pair.js
  function mountPair(element2, replays) {
    const end = Math.max(...replays.map((r) => r.data.end * r.data.tick_ns / 1e9));
    const clock = createClock(end);
    const side = make("div", { className: "replay-side" });
    const controls = createControls(clock, step);
    const root = make("div", { className: "replay-pair", role: "region", "aria-label": "replays in step" }, controls.element, side);
    element2.append(root);
    const mounted = replays.map(({ title, data, href }) => {
      const head = make("h3", {}, title);
      if (href) head.append(" ", make("a", { href, textContent: "report" }));
      const host = make("div", { className: "replay-host" });
      side.append(make("section", {}, head, host));
      return mountReplay(host, data, { clock, step, onSelect: follow, title: `Replay of ${title}`, panel: false });
    });
    root.append(createLegend(mounted[0].trace));
    function step(n) {
      clock.pause();
      const times = mounted.map(({ trace }) => {
        const t = neighbourTick(trace, Math.floor(clock.time() / trace.tick + 1e-6), n);
        return t === null ? null : t * trace.tick;
      }).filter((t) => t !== null);
      if (times.length) clock.seek(n > 0 ? Math.min(...times) : Math.max(...times));
    }
    function follow(number) {
      for (const m of mounted) m.select(number);
    }
    root.addEventListener("keydown", (event) => {
      if (!event.defaultPrevented) onKey(event, { clock, step, follow() {
      }, unfollow() {
      } });
    });
    return {
      ...clock,
      step,
      replays: mounted,
      destroy() {
        clock.pause();
        for (const m of mounted) m.destroy();
        controls.destroy();
        root.remove();
      }
    };
  }

  // src/seeds.js
  var ROW = 64;
  var LEFT2 = 12;
  var RIGHT = 24;
  var TOP = 8;
  var AXIS = 34;
  function mountSeeds(element2, chart) {
    const line = make("p", { className: "seeds-line", role: "status" });
    const holder = make("div", { className: "seeds-chart" });
    const figure = make(
      "figure",
      { className: "seeds" },
      make("figcaption", {}, make("strong", { textContent: chart.title }), ` ${caption(chart)}`),
      holder,
      line
    );
    element2.append(figure);
    const numbers = [...new Set(chart.rows.flatMap((r) => r.seeds))].sort((a, b) => a - b);
    let chosen = null;
    function draw() {
      holder.replaceChildren(drawChart(chart, Math.max(260, holder.clientWidth || 700), chosen, choose, open));
      setText(line, chosen === null ? "Point at a value, or use the arrow keys, to see its seed in every variant." : describe(chart, chosen));
    }
    function choose(seed) {
      if (seed === chosen) return;
      chosen = seed;
      draw();
    }
    function open(href) {
      window.location.assign(href);
    }
    holder.tabIndex = 0;
    holder.setAttribute("role", "img");
    holder.setAttribute("aria-label", `${chart.title}, by variant and seed. Arrow keys choose a seed.`);
    holder.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (event.key === "Escape") choose(null);
      else if (step) choose(numbers[((chosen === null ? step > 0 ? -1 : 0 : numbers.indexOf(chosen)) + step + numbers.length) % numbers.length]);
      else return;
      event.preventDefault();
    });
    new ResizeObserver(draw).observe(holder);
    draw();
  }
  function caption(chart) {
    return `Each dot is the run of a seed${chart.crn ? ", and one seed is the same draw of arrivals, links and latencies in every variant" : ""}; the bar is the mean with its 95 % interval. A dot with a ring was played again: click it for its report.`;
  }
  function describe(chart, seed) {
    const parts = [];
    for (const row of chart.rows) {
      const i = row.seeds.indexOf(seed);
      if (i >= 0) parts.push(`${row.name} ${format(row.values[i])}${unit(chart)}`);
    }
    return `Seed ${seed}: ${parts.join("; ")}`;
  }
  function unit(chart) {
    return chart.unit ? ` ${chart.unit}` : "";
  }
  function format(x) {
    if (x === null || x === void 0) return "none";
    const size = Math.abs(x);
    return size >= 1e3 ? Math.round(x).toLocaleString("en") : size === 0 ? "0" : String(Number(x.toPrecision(4)));
  }
  function scale(values, wanted = 6) {
    let low = Math.min(...values), high = Math.max(...values);
    if (!(high > low)) [low, high] = [low - Math.abs(low) / 10 - 1e-9, high + Math.abs(high) / 10 + 1e-9];
    const raw = (high - low) / wanted, power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].find((m) => m * power >= raw) * power;
    const ticks = [];
    for (let i = Math.ceil(low / step); i * step <= high + step * 1e-9; i++) ticks.push(Number((i * step).toPrecision(12)));
    return { low, high, ticks };
  }
  function drawChart(chart, width, chosen, choose, open) {
    const height = TOP + chart.rows.length * ROW + AXIS;
    const svg = element("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
    const all = chart.rows.flatMap((r) => [...r.values, r.low, r.high, r.mean]).filter((v) => v !== null);
    if (all.length === 0) return svg;
    const spread = (Math.max(...all) - Math.min(...all)) / 30;
    const { low, high, ticks } = scale([...all, Math.min(...all) - spread, Math.max(...all) + spread]);
    const x = (v) => LEFT2 + (v - low) / (high - low) * (width - LEFT2 - RIGHT);
    for (const t of ticks) {
      svg.append(
        element("line", { class: "seeds-grid", x1: x(t), x2: x(t), y1: TOP, y2: height - AXIS }),
        label("seeds-tick", x(t), height - AXIS + 16, format(t), "middle")
      );
    }
    svg.append(label("seeds-axis", width - RIGHT, height - 2, chart.title + (chart.unit ? ` (${chart.unit})` : ""), "end"));
    const places = [];
    chart.rows.forEach((row, i) => drawRow(svg, row, i, x, chosen, choose, open, places));
    if (places.length > 1) {
      svg.append(element("polyline", { class: "seeds-same", points: places.map((p) => p.join(",")).join(" ") }));
    }
    return svg;
  }
  function drawRow(svg, row, i, x, chosen, choose, open, places) {
    const top = TOP + i * ROW, colour = `seeds-colour-${i % 7 + 1}`;
    svg.append(label("seeds-name", LEFT2, top + 14, `${row.name}: ${format(row.mean)}`, "start"));
    const middle = top + 40;
    if (row.low !== null && row.high !== null) {
      svg.append(element("line", { class: `seeds-interval ${colour}`, x1: x(row.low), x2: x(row.high), y1: middle, y2: middle }));
      for (const end of [row.low, row.high]) {
        svg.append(element("line", { class: `seeds-interval ${colour}`, x1: x(end), x2: x(end), y1: middle - 7, y2: middle + 7 }));
      }
    }
    if (row.mean !== null) svg.append(element("line", { class: `seeds-mean ${colour}`, x1: x(row.mean), x2: x(row.mean), y1: middle - 11, y2: middle + 11 }));
    row.seeds.forEach((seed, k) => {
      if (row.values[k] === null) return;
      const cx = x(row.values[k]), cy = middle + (k % 3 - 1) * 6;
      const href = row.links[k];
      const dot = element("circle", {
        class: `seeds-dot ${colour}${seed === chosen ? " seeds-chosen" : ""}${href ? " seeds-played" : ""}`,
        cx,
        cy,
        r: seed === chosen ? 7 : href ? 6 : 5
      });
      dot.addEventListener("pointerenter", () => choose(seed));
      dot.addEventListener("click", () => href ? open(href) : choose(seed));
      svg.append(dot);
      if (seed === chosen) places.push([cx, cy]);
    });
  }
  function label(className, x, y, text, anchor) {
    const t = element("text", { class: className, x, y, "text-anchor": anchor });
    t.textContent = text;
    return t;
  }
  function element(name, attributes) {
    const e = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, String(value));
    return e;
  }

  // src/unpack.js
  async function unpack(id) {
    const element2 = document.getElementById(id);
    if (!element2) return null;
    const bytes = Uint8Array.from(atob(element2.textContent.trim()), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  // src/sheet.js
  async function main() {
    const data = await unpack("data-sheet");
    if (!data) return;
    const seeds = document.getElementById("seeds");
    for (const chart of data.charts ?? []) mountSeeds(seeds, chart);
    const place = document.getElementById("replays");
    if (!place || !data.replays?.length) return;
    const replays = [];
    for (const [i, { title, href }] of data.replays.entries()) {
      replays.push({ title, href, data: await unpack(`data-replay-${i}`) });
    }
    window.swarmsim = { pair: mountPair(place, replays) };
  }
  main().catch((error) => {
    document.body.prepend(make("p", { className: "page-error", role: "alert", textContent: `This page could not be shown: ${error.message}` }));
    throw error;
  });
})();
