// A run: live while it is played, then its report.

import { onRun, post, runs } from './api.js';
import { h, say, show } from './dom.js';
import { rate, short, span } from './format.js';
import { createChart } from './chart.js';

const words = {
  queued: 'waiting for another run to end', hashing: 'reading the content', running: 'running',
  drawing: 'drawing plots', finished: 'finished', stopped: 'stopped', failed: 'failed',
};

export const stateWords = (run) => (run.stopping && run.state === 'running' ? 'stopping' : words[run.state]);
export const hasEnded = (run) => ['finished', 'stopped', 'failed'].includes(run.state);

/** How much of a run is done, from 0 to 1. */
export function share(run) {
  if (run.state === 'hashing') return run.hashed;
  if (hasEnded(run) || run.state === 'drawing') return 1;
  if (run.to_the_end) return run.deadline_s ? run.now_s / run.deadline_s : 0;
  return run.delivered;
}

/** Shows a run, once the server has said that there is one. */
export async function showRun(place, number) {
  const id = Number(number);
  const first = await known(id);
  const state = h('span', { class: 'state' });
  const bar = h('progress', { max: 1, 'aria-label': 'Progress' });
  const message = h('p', { class: 'message', role: 'status' });
  const tiles = createTiles();
  const charts = createCharts(first);
  const stop = h('button', { type: 'button', class: 'stop', onclick: () => end(id, stop, message) }, 'Stop the run');
  const hint = h('small', {}, 'What was recorded until then is kept, marked incomplete.');
  const actions = h('div', { class: 'actions' }, stop, hint);
  const report = h('div', { class: 'report' });
  show(place, h('div', { class: 'heading' }, h('h1', {}, first.name), state), changes(first), bar, message, actions,
    tiles.element, h('div', { class: 'charts' }, charts.map((c) => c.element)), report,
    h('details', { class: 'story' }, h('summary', {}, 'The same on the command line'), h('code', { class: 'command' }, first.command)));
  let drawn = false;
  const update = (run) => {
    if (run.id !== id) return;
    say(state, stateWords(run));
    state.className = `state ${run.state}`;
    bar.value = share(run);
    bar.hidden = hasEnded(run);
    tiles.update(run);
    for (const c of charts) c.draw(run.series);
    stop.disabled = run.stopping || run.state === 'drawing';
    actions.hidden = hasEnded(run);
    if (run.message) say(message, run.message);
    message.classList.toggle('problem', run.state === 'failed');
    if (hasEnded(run) && !drawn) {
      drawn = true;
      show(report, ending(run));
    }
  };
  update(first);
  requestAnimationFrame(() => update(runs.get(id)));
  const quiet = onRun(update);
  return { title: first.name, leave: () => { quiet(); charts.forEach((c) => c.destroy()); } };
}

/** Waits a little for the event stream to name the run. */
function known(id) {
  return new Promise((resolve, reject) => {
    if (runs.has(id)) { resolve(runs.get(id)); return; }
    const done = (f, value) => { quiet(); clearTimeout(timer); f(value); };
    const quiet = onRun((run) => { if (run.id === id) done(resolve, run); });
    const timer = setTimeout(() => done(reject, new Error('There is no such run: it was of an earlier swarmsim serve, or is among the results.')), 4000);
  });
}

async function end(id, button, message) {
  button.disabled = true;
  try {
    await post(`/api/runs/${id}/stop`, {});
  } catch (e) {
    say(message, e.message);
  }
}

function changes(run) {
  if (!run.changes.length) return null;
  return h('ul', { class: 'chips', 'aria-label': 'Settings that differ from the scenario' },
    run.changes.map((c) => h('li', {}, `${c.path} = ${c.value}`)));
}

function createTiles() {
  const facts = [
    () => ['Completed', (r) => `${r.completed} of ${r.expected || '?'}`],
    (r) => (hasEnded(r) ? ['Highest throughput', () => rate(Math.max(0, ...r.series.rows.map((row) => row[1])))]
      : ['Throughput', (_, row) => (row ? rate(row[1]) : '-')]),
    (r) => (hasEnded(r) ? ['Without the content', () => String(Math.max(0, r.expected - r.completed))]
      : ['Downloading', (_, row) => (row ? String(row[2]) : '-')]),
    () => ['Virtual time', (r) => span(r.now_s)],
    () => ['Speed', (r) => (r.speed ? `${short(r.speed)} × real time` : '-')],
  ];
  const names = facts.map(() => h('dt'));
  const values = facts.map(() => h('dd'));
  return {
    element: h('dl', { class: 'tiles' }, facts.map((_, i) => h('div', {}, names[i], values[i]))),
    update: (run) => facts.forEach((fact, i) => {
      const [name, value] = fact(run);
      say(names[i], name);
      say(values[i], value(run, run.series.rows.at(-1)));
    }),
  };
}

function createCharts(run) {
  const groups = run.series.columns.filter((c) => c.startsWith('rate:'));
  return [
    createChart('Throughput: content that arrives', [{ name: 'all leechers', column: 'throughput_Bps' }], rate),
    createChart('Peers', [{ name: 'downloading', column: 'leechers' }, { name: 'seeds', column: 'seeds' },
      { name: 'completed', column: 'completed' }], (x) => String(x)),
    createChart('Mean download rate of a leecher', groups.map((c) => ({ name: c.slice('rate:'.length), column: c })), rate),
  ];
}

/** What is shown once a run has ended: its report, and what to do next. */
function ending(run) {
  const again = h('a', { class: 'button', href: `#/setup/${encodeURIComponent(run.scenario)}/${run.id}` }, 'Change it and run again');
  if (!run.result) return [h('p', { class: 'actions' }, again)];
  const address = `/results/${run.result.page.split('/').map(encodeURIComponent).join('/')}`;
  return [
    h('p', { class: 'actions' }, h('a', { class: 'button primary', href: address }, 'Open the report on its own'), again),
    run.result.marks?.length && h('ul', { class: 'chips marks' }, run.result.marks.map((m) => h('li', {}, m))),
    h('iframe', { src: address, title: `Report of ${run.name}`, sandbox: 'allow-scripts' }),
  ];
}
