// A scenario with its settings, before it is started.

import { post, runs } from './api.js';
import { h, say, show } from './dom.js';
import { nearest, stops, text } from './format.js';

const debounce = 250; // milliseconds between the last move of a slider and the question what it means

/** Shows the settings of a scenario; with the number of a run, as that run had them. */
export async function showSetup(place, id, from) {
  const wanted = Object.fromEntries((runs.get(Number(from))?.changes ?? []).map((c) => [c.path, c.value]));
  const base = await post('/api/setup', { scenario: id, settings: {} });
  const form = h('form', { class: 'settings', onsubmit: start });
  const panel = createPanel();
  const page = { id, base, wanted, rows: new Map(), refresh, shape: '' };
  let timer;
  let asked = new AbortController();

  function refresh(at = debounce) {
    clearTimeout(timer);
    timer = setTimeout(update, at);
  }

  async function update() {
    asked.abort();
    asked = new AbortController();
    try {
      const answer = await post('/api/setup', { scenario: id, settings: wanted }, asked.signal);
      panel.show(answer);
      drawForm(form, page, answer);
    } catch (e) {
      if (e.name !== 'AbortError') panel.problem(e.message);
    }
  }

  async function start(event) {
    event.preventDefault();
    clearTimeout(timer);
    panel.button.disabled = true;
    try {
      const { id: number } = await post('/api/runs', { scenario: id, settings: wanted });
      location.hash = `#/run/${number}`;
    } catch (e) {
      panel.problem(e.message);
    }
    panel.button.disabled = false;
  }

  form.id = 'settings';
  show(place, h('h1', {}, base.name), base.about && h('p', { class: 'lead' }, base.about), story(base.story),
    h('div', { class: 'columns' }, form, panel.element));
  panel.show(base);
  drawForm(form, page, base);
  if (Object.keys(wanted).length) await update();
  return { title: base.name, leave: () => { clearTimeout(timer); asked.abort(); } };
}

/** The comment at the top of the scenario's file; its indented lines are commands. */
function story(comment) {
  const parts = [];
  for (const line of (comment ?? '').split('\n')) {
    const words = line.replace(/^#/, '');
    if (!words.trim()) continue;
    const command = words.startsWith('  ');
    const last = parts.at(-1);
    if (last && !command && !last.command) last.text += ` ${words.trim()}`;
    else parts.push({ command, text: words.trim() });
  }
  if (!parts.length) return null;
  return h('details', { class: 'story' }, h('summary', {}, 'What to look for'),
    parts.map((p) => h('p', {}, p.command ? h('code', {}, p.text) : p.text)));
}

/** The panel beside the settings: what the run needs, how to start it, and what is wrong. */
function createPanel() {
  const facts = h('p', { class: 'facts' });
  const problem = h('p', { class: 'problem', role: 'alert' });
  const notes = h('ul', { class: 'notes' });
  const command = h('code', { class: 'command', tabindex: 0 });
  const button = h('button', { type: 'submit', form: 'settings', class: 'primary' }, 'Start the run');
  const element = h('aside', { class: 'panel' }, button, facts, problem, notes,
    h('p', { class: 'label' }, 'The same on the command line'), command);
  return {
    element, button,
    show(answer) {
      say(facts, answer.estimate.text);
      say(command, answer.command);
      say(problem, answer.refused ?? '');
      button.disabled = Boolean(answer.refused);
      show(notes, (answer.warnings ?? []).map((w) => h('li', {}, w)));
    },
    problem(message) {
      say(problem, message);
      button.disabled = true;
    },
  };
}

/** Draws the settings again if there are others than before; otherwise updates their values. */
function drawForm(form, page, answer) {
  const changed = new Set(answer.changes.map((c) => c.path));
  const shape = answer.settings.map((s) => s.path).join(' ');
  if (shape !== page.shape) {
    const focus = document.activeElement?.id;
    page.shape = shape;
    page.rows.clear();
    const groups = [...new Set(answer.settings.map((s) => s.group ?? ''))];
    show(form, groups.map((g) => h('fieldset', {}, h('legend', {}, g || 'The whole swarm'),
      answer.settings.filter((s) => (s.group ?? '') === g).map((s) => {
        const row = s.kind === 'choice' ? choiceRow(page, s) : s.kind === 'seed' ? seedRow(page, s) : sliderRow(page, s);
        page.rows.set(s.path, row);
        return row.element;
      }))));
    if (focus) document.getElementById(focus)?.focus();
  }
  for (const s of answer.settings) page.rows.get(s.path).update(s, changed.has(s.path));
}

/** A row's frame: its label, its value, and a button that takes back what was changed. */
function frame(page, s, value, ...rest) {
  const undo = h('button', { type: 'button', class: 'undo', title: 'As in the scenario', 'aria-label': `${s.label}: as in the scenario`,
    onclick: () => { delete page.wanted[s.path]; page.refresh(0); } }, '↺');
  const element = h('div', { class: 'setting' },
    h('div', { class: 'line' }, h('label', { for: fieldID(s) }, s.label), undo, value), ...rest);
  const mark = (changed) => element.classList.toggle('changed', changed);
  return { element, mark };
}

const fieldID = (s) => `set-${s.path}`;

function want(page, path, value) {
  page.wanted[path] = value;
  page.refresh();
}

function choiceRow(page, s) {
  const about = h('small');
  const select = h('select', { id: fieldID(s), onchange: () => want(page, s.path, select.value) },
    s.choices.map((c) => h('option', { value: c.name }, c.name)));
  const { element, mark } = frame(page, s, select, about);
  return {
    element,
    update(now, changed) {
      select.value = now.text;
      say(about, now.choices.find((c) => c.name === now.text)?.about ?? '');
      mark(changed);
    },
  };
}

function seedRow(page, s) {
  const input = h('input', { id: fieldID(s), type: 'text', inputmode: 'numeric', class: 'value', autocomplete: 'off',
    oninput: () => want(page, s.path, input.value) });
  const another = h('button', { type: 'button', class: 'small', onclick: () => {
    input.value = String(1 + Math.floor(Math.random() * 9999));
    want(page, s.path, input.value);
  } }, 'another');
  const { element, mark } = frame(page, s, h('span', { class: 'pair' }, another, input), h('small', {}, s.about));
  return {
    element,
    update(now, changed) {
      if (document.activeElement !== input) input.value = now.text;
      mark(changed);
    },
  };
}

function sliderRow(page, s) {
  const own = page.base.settings.find((b) => b.path === s.path) ?? s;
  const values = stops({ ...own, low: Math.min(own.low, s.number), high: Math.max(own.high, s.number) });
  const input = h('input', { id: fieldID(s), type: 'text', class: 'value', autocomplete: 'off',
    oninput: () => want(page, s.path, input.value), onchange: () => page.refresh(0) });
  const slider = h('input', { type: 'range', name: s.path, min: 0, max: values.length - 1, step: 1, 'aria-label': s.label,
    oninput: () => {
      input.value = text(s.kind, values[slider.value]);
      slider.setAttribute('aria-valuetext', input.value);
      want(page, s.path, input.value);
    } });
  const { element, mark } = frame(page, s, input, slider, s.about && h('small', {}, s.about));
  return {
    element,
    update(now, changed) {
      const shown = text(s.kind, now.number);
      if (document.activeElement !== input) input.value = shown;
      if (document.activeElement !== slider) slider.value = nearest(values, now.number);
      slider.setAttribute('aria-valuetext', shown);
      mark(changed);
    },
  };
}
