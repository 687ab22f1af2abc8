import { expect, test } from "vitest";
import { whyEnded } from "../../src/extension/language/why-ended.js";

const stack = [
  "file:///opt/dist/server.js:12",
  "  throw new TypeError('x is not a function');",
  "        ^",
  "",
  "TypeError: x is not a function",
  "    at parse (file:///opt/dist/server.js:12:9)",
  "",
  "Node.js v22.14.0",
  "",
].join("\n");

test.each([
  [1, null, stack, "It said: TypeError: x is not a function"],
  [134, "SIGABRT", "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n", "memory"],
  [null, "SIGKILL", "", "ended from outside (SIGKILL)"],
  [null, "SIGTERM", "a warning about nothing\n", "signal SIGTERM"],
  [3, null, "", "code 3"],
  [null, null, "", "does not answer"],
] as const)("a process that ended with %s and %s", (code, signal, errors, words) => {
  expect(whyEnded(code, signal, errors)).toContain(words);
});

test("an error of endless length is cut", () => {
  expect(whyEnded(1, null, `Error: ${"x".repeat(5000)}`).length).toBeLessThan(400);
});
