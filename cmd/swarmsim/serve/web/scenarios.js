// The list of scenarios.

import { get } from './api.js';
import { h, show } from './dom.js';

export async function showScenarios(place) {
  const all = await get('/api/scenarios');
  const lists = h('div');
  const filter = h('input', { type: 'search', name: 'find', placeholder: 'Find a scenario', 'aria-label': 'Find a scenario', oninput: draw });
  function draw() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const match = (s) => words.every((w) => `${s.name} ${s.about ?? ''} ${s.file ?? ''}`.toLowerCase().includes(w));
    show(lists,
      all.path && section(`Yours, in ${all.path}`, all.folder.filter(match), all.folder.length
        ? 'None matches.' : 'The folder has no scenario: a .yaml file with groups.'),
      all.path && !all.complete && h('p', { class: 'soft' }, 'The folder has more files than are listed.'),
      section(all.path ? 'The library' : '', all.library.filter(match), 'None matches.'));
  }
  show(place, h('div', { class: 'heading' }, h('h1', {}, 'Scenarios'), filter),
    h('p', { class: 'lead' }, 'Choose a swarm, move its sliders, and watch it.'), lists);
  draw();
  return { title: 'Scenarios' };
}

function section(title, scenarios, none) {
  return h('section', {}, title && h('h2', {}, title),
    scenarios.length ? h('ul', { class: 'cards' }, scenarios.map(card)) : h('p', { class: 'soft' }, none));
}

function card(s) {
  if (s.problem) {
    return h('li', { class: 'card broken' }, h('strong', {}, s.file ?? s.name), h('p', { class: 'problem' }, s.problem));
  }
  return h('li', {}, h('a', { class: 'card', href: `#/setup/${encodeURIComponent(s.id)}` },
    h('strong', {}, s.name), s.file && h('code', {}, s.file), h('span', { class: 'about' }, s.about ?? ''),
    h('small', {}, s.facts)));
}
