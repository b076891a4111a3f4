// The page's views, by the part of the address after #.

import { follow, onRun, runs } from './api.js';
import { h, say, show } from './dom.js';
import { showScenarios } from './scenarios.js';
import { showSetup } from './setup.js';
import { showRun } from './run.js';
import { showRuns } from './runs.js';
import { showResults } from './results.js';

const view = document.getElementById('view');
const banner = document.getElementById('banner');
const views = { scenarios: showScenarios, setup: showSetup, run: showRun, runs: showRuns, results: showResults };
const sections = { setup: 'scenarios', run: 'runs' };
let leave = () => {};
let visit = 0;

/** Shows the view that the address names. A view returns its title and what to do when it is left. */
async function route(first) {
  const [name, ...parts] = location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  const known = Object.hasOwn(views, name) ? name : 'scenarios';
  leave();
  leave = () => {};
  const mine = ++visit;
  for (const link of document.querySelectorAll('nav a')) {
    const here = link.dataset.view === (sections[known] ?? known);
    if (here) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const place = h('div', { class: `view ${known}` });
  try {
    const shown = await views[known](place, ...parts);
    if (mine !== visit) { shown.leave?.(); return; }
    leave = shown.leave ?? leave;
    document.title = `${shown.title} - swarmsim`;
  } catch (e) {
    show(place, h('p', { class: 'problem', role: 'alert' }, e.message));
  }
  if (mine !== visit) return;
  show(view, place);
  if (!first) { view.focus({ preventScroll: true }); scrollTo(0, 0); }
}

/** Counts the runs in progress, and says when one ends. */
function watch() {
  const states = new Map();
  const count = document.getElementById('running');
  onRun((run) => {
    const busy = [...runs.values()].filter((r) => !['finished', 'stopped', 'failed'].includes(r.state)).length;
    count.hidden = busy === 0;
    say(count, String(busy));
    if (states.has(run.id) && states.get(run.id) !== run.state) say(document.getElementById('news'), `${run.name} is ${run.state}`);
    states.set(run.id, run.state);
  });
}

watch();
follow((there) => {
  banner.hidden = there;
  if (!there) say(banner, 'The server does not answer: swarmsim serve was stopped, or too many pages are open.');
});
addEventListener('hashchange', () => route(false));
route(true);
