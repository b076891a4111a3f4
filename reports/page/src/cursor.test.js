import assert from "node:assert/strict";
import test from "node:test";
import { createCursor } from "./cursor.js";

test("pointing shows a time without choosing it", () => {
  const cursor = createCursor(), chosen = [], shown = [];
  cursor.subscribe((t) => chosen.push(t));
  cursor.onShown((t) => shown.push(t));
  cursor.set(5);
  cursor.point(9);
  cursor.set(6); // as a replay that plays on
  assert.equal(cursor.get(), 6);
  assert.equal(cursor.shown(), 9);
  cursor.point(null);
  assert.deepEqual(chosen, [5, 6]);
  assert.deepEqual(shown, [5, 9, 6]);
});

test("a listener hears nothing twice, and nothing once it has stopped", () => {
  const cursor = createCursor(), heard = [];
  const stop = cursor.subscribe((t) => heard.push(t));
  cursor.set(1);
  cursor.set(1);
  stop();
  cursor.set(2);
  assert.deepEqual(heard, [1]);
});
