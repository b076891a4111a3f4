// The results folder.

import { get } from './api.js';
import { h, show } from './dom.js';
import { ago } from './format.js';

const kinds = { run: 'run', sweep: 'sweep', bench: 'bench', page: 'page' };

export async function showResults(place) {
  const all = await get('/api/results');
  const list = h('div');
  const filter = h('input', { type: 'search', name: 'find', placeholder: 'Find results', 'aria-label': 'Find results', oninput: draw });
  const present = Object.keys(kinds).filter((k) => all.results.some((r) => r.kind === k));
  const kind = h('select', { name: 'kind', 'aria-label': 'Kind', onchange: draw, hidden: present.length < 2 },
    h('option', { value: '' }, 'all kinds'), present.map((k) => h('option', { value: k }, kinds[k])));
  function draw() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = all.results.filter((r) => (!kind.value || r.kind === kind.value)
      && words.every((w) => `${r.name} ${r.path} ${r.about ?? ''} ${r.facts} ${(r.marks ?? []).join(' ')}`.toLowerCase().includes(w)));
    show(list, found.length ? h('ul', { class: 'rows' }, found.map(row)) : h('p', { class: 'empty' },
      all.results.length ? 'None matches.' : ['Nothing here so far. ', h('a', { href: '#/scenarios' }, 'Run a scenario'), '.']),
    !all.complete && h('p', { class: 'soft' }, 'There are more results than are listed.'));
  }
  show(place, h('div', { class: 'heading' }, h('h1', {}, 'Results'), h('span', { class: 'pair' }, kind, filter)),
    h('p', { class: 'lead' }, `In ${all.path}, newest first.`), list);
  draw();
  return { title: 'Results' };
}

function row(r) {
  const inner = [
    h('span', { class: 'name' }, h('strong', {}, r.name), h('span', { class: 'kind' }, kinds[r.kind]),
      (r.marks ?? []).map((m) => h('span', { class: 'mark' }, m)),
      h('time', { datetime: new Date(r.modified_ms).toISOString() }, ago(r.modified_ms, Date.now()))),
    h('span', { class: 'about' }, r.facts),
    r.path !== r.name && r.path !== '.' && h('small', {}, r.path),
  ];
  if (!r.page) return h('li', {}, h('div', { class: 'row' }, inner, h('small', {}, 'without a page; swarmsim report draws it')));
  return h('li', {}, h('a', { class: 'row', href: `/results/${r.page.split('/').map(encodeURIComponent).join('/')}` }, inner));
}
