import assert from "node:assert/strict";
import test from "node:test";

import { changed, commandLine, fromHash, toHash } from "./form.js";

const values = (...sets) => sets.map((set) => ({ set, shown: set }));
const scenario = {
  name: "crowd", seed: 1,
  settings: [
    { path: "groups.a.count", values: values("1", "2", "5"), initial: 1 },
    { path: "groups.a.arrival", values: values("", "{pattern: at-once}"), initial: 0 },
    { path: "client.choker", values: [{ set: "never", shown: "never" }, { set: "random", shown: "random", slots: true }], initial: 1 },
    { path: "client.choker.slots", values: values("3", "4"), initial: 1 },
  ],
};

test("only what differs from the scenario is set", () => {
  assert.deepEqual(changed(scenario, new Map()), []);
  assert.deepEqual(changed(scenario, new Map([["groups.a.count", 1], ["client.choker.slots", 0]])), ["client.choker.slots=3"]);
  assert.deepEqual(changed(scenario, new Map([["client.choker", 0], ["client.choker.slots", 0]])), ["client.choker=never"]);
});

test("the command line is quoted for a shell", () => {
  assert.equal(commandLine(scenario, ["groups.a.arrival={pattern: at-once}", "groups.a.count=5"], 7),
    "swarmsim run crowd --set 'groups.a.arrival={pattern: at-once}' --set groups.a.count=5 --seed 7");
  assert.equal(commandLine(scenario, [], 1), "swarmsim run crowd");
});

test("a link brings the same settings back, and what it may not say is ignored", () => {
  const chosen = new Map([["groups.a.count", 2], ["groups.a.arrival", 1]]);
  const link = fromHash(toHash(scenario, changed(scenario, chosen), 7), [scenario]);
  assert.deepEqual(link, { scenario, chosen, seed: 7 });
  assert.deepEqual(fromHash("#scenario=crowd&set=groups.a.count%3D999&set=other%3D1&seed=-4", [scenario]),
    { scenario, chosen: new Map(), seed: 1 });
  assert.equal(fromHash("#scenario=nothing", [scenario]), null);
});
