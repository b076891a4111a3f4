// The runs that this server has played since it began.

import { onRun, runs } from './api.js';
import { h, show } from './dom.js';
import { hasEnded, share, stateWords } from './run.js';

export async function showRuns(place) {
  const list = h('div');
  show(place, h('h1', {}, 'Runs'), h('p', { class: 'lead' }, 'Started here, latest first. Two are played at a time; earlier ones are among the ',
    h('a', { href: '#/results' }, 'results'), '.'), list);
  const draw = () => {
    const all = [...runs.values()].sort((a, b) => b.id - a.id);
    if (!all.length) {
      show(list, h('p', { class: 'empty' }, 'No run so far. ', h('a', { href: '#/scenarios' }, 'Choose a scenario'), '.'));
      return;
    }
    show(list, h('ul', { class: 'rows' }, all.map(row)));
  };
  draw();
  let waiting = false; // one drawing a moment is enough
  const quiet = onRun(() => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => { waiting = false; if (!list.contains(document.activeElement)) draw(); }, 300);
  });
  return { title: 'Runs', leave: quiet };
}

function row(run) {
  return h('li', {}, h('a', { class: 'row', href: `#/run/${run.id}` },
    h('span', { class: 'name' }, h('strong', {}, run.name), h('span', { class: `state ${run.state}` }, stateWords(run))),
    h('span', { class: 'about' }, run.message ?? run.changes.map((c) => `${c.path} = ${c.value}`).join(', ')),
    !hasEnded(run) && h('progress', { max: 1, value: share(run), 'aria-label': 'Progress' })));
}
