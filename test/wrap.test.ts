import { expect, test } from "vitest";
import { wrap } from "../src/text/wrap.ts";

test.each([
  ["one two -o wide", 12, ["one two", "-o wide"]],
  ["(ctr -n k8s.io images)", 9, ["(ctr", "-n k8s.io", "images)"]],
  // What is joined by a hyphen, stands behind a dash, or is a word of its own, is no flag with a value.
  ["one a-b two", 7, ["one a-b", "two"]],
  ["one - two", 5, ["one -", "two"]],
  ["one --all two", 9, ["one --all", "two"]],
])("%j is broken at a width of %i so that a flag stays with its value", (text, width, lines) => {
  expect(wrap(text, width)).toEqual(lines);
});
