// The form: a scenario, and sliders and choices for its main settings.

import { make, setText } from "../../../reports/page/src/replay/dom.js";

// changed returns the settings that differ from the scenario's, as path=value. A choker without slots
// is given none.
export function changed(scenario, chosen) {
  const choker = scenario.settings.find((s) => s.path === "client.choker");
  const hasSlots = !choker || choker.values[chosen.get(choker.path) ?? choker.initial].slots;
  const sets = [];
  for (const s of scenario.settings) {
    const i = chosen.get(s.path) ?? s.initial;
    if (i === s.initial || (s.path === "client.choker.slots" && !hasSlots)) continue;
    sets.push(`${s.path}=${s.values[i].set}`);
  }
  return sets;
}

// commandLine writes the same run for a terminal.
export function commandLine(scenario, sets, seed) {
  const quote = (text) => (/^[\w.=:/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
  const words = ["swarmsim", "run", scenario.name, ...sets.map((s) => `--set ${quote(s)}`)];
  if (seed !== scenario.seed) words.push(`--seed ${seed}`);
  return words.join(" ");
}

// fromHash reads a link's settings: the scenario's name, the seed, and set=path=value.
export function fromHash(hash, library) {
  const link = new URLSearchParams(hash.replace(/^#/, ""));
  const scenario = library.find((s) => s.name === link.get("scenario"));
  if (!scenario) return null;
  const chosen = new Map();
  for (const set of link.getAll("set")) {
    const at = set.indexOf("="), setting = scenario.settings.find((s) => s.path === set.slice(0, at));
    const i = setting ? setting.values.findIndex((v) => v.set === set.slice(at + 1)) : -1;
    if (i >= 0) chosen.set(setting.path, i);
  }
  const seed = /^\d{1,15}$/.test(link.get("seed") ?? "") ? Number(link.get("seed")) : scenario.seed;
  return { scenario, chosen, seed };
}

// toHash is the reverse.
export function toHash(scenario, sets, seed) {
  const link = new URLSearchParams({ scenario: scenario.name });
  for (const s of sets) link.append("set", s);
  if (seed !== scenario.seed) link.append("seed", String(seed));
  return `#${link}`;
}

// createForm fills the elements of the form with the scenarios and the settings of one. onChange is
// called after each change, and value returns {scenario, sets, seed}.
export function createForm(top, element, library, onChange) {
  let scenario, chosen = new Map();
  const picker = make("select", { id: "scenario", onchange: () => show(library.find((s) => s.name === picker.value), new Map()) },
    ...library.map((s) => make("option", { value: s.name, textContent: s.name })));
  const about = make("p", { className: "about" });
  const settings = make("div", { className: "settings" });
  const seed = make("input", { id: "seed", type: "number", min: "0", max: String(Number.MAX_SAFE_INTEGER), step: "1", required: true, oninput: tell });
  const reset = make("button", { type: "button", textContent: "Reset settings", onclick: () => show(scenario, new Map()) });
  top.append(make("div", { className: "field" }, make("label", { htmlFor: "scenario", textContent: "Scenario" }), picker), about);
  element.append(settings,
    make("div", { className: "field seed" }, make("label", { htmlFor: "seed", textContent: "Seed of the random numbers" }), seed), reset);

  function show(next, values, number = next.seed) {
    scenario = next;
    chosen = values;
    picker.value = next.name;
    setText(about, next.about);
    seed.value = String(number);
    const groups = new Map();
    for (const s of next.settings) groups.set(s.group ?? "", [...(groups.get(s.group ?? "") ?? []), s]);
    settings.replaceChildren(...[...groups].map(([name, list]) =>
      make("fieldset", {}, make("legend", { textContent: name === "" ? "Content and clients" : name }), ...list.map(control))));
    tell();
  }

  function control(s) {
    const id = `set-${s.path}`;
    const at = chosen.get(s.path) ?? s.initial;
    const set = (i) => {
      chosen.set(s.path, i);
      tell();
    };
    if (!s.slider) {
      const choice = make("select", { id, onchange: () => set(choice.selectedIndex) },
        ...s.values.map((v, i) => make("option", { textContent: v.shown + (i === s.initial && s.path.startsWith("client.") ? " (the scenario's)" : "") })));
      choice.selectedIndex = at;
      return make("div", { className: "field" }, make("label", { htmlFor: id, textContent: s.label }), choice);
    }
    const shown = make("output", { htmlFor: id });
    const range = make("input", { id, type: "range", min: "0", max: String(s.values.length - 1), step: "1", oninput: () => {
      update();
      set(Number(range.value));
    } });
    const update = () => {
      const v = s.values[Number(range.value)].shown;
      setText(shown, v);
      range.setAttribute("aria-valuetext", v);
    };
    range.value = String(at);
    update();
    return make("div", { className: "field" }, make("label", { htmlFor: id, textContent: s.label }), shown, range);
  }

  function tell() {
    const choker = scenario.settings.find((s) => s.path === "client.choker");
    const slots = document.getElementById("set-client.choker.slots");
    if (slots) slots.disabled = !choker.values[chosen.get(choker.path) ?? choker.initial].slots;
    onChange();
  }

  return {
    show,
    valid: () => seed.reportValidity(),
    value: () => ({ scenario, sets: changed(scenario, chosen), seed: Number(seed.value) }),
  };
}
