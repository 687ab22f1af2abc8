import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ruleNames } from "../../src/engine/index.js";

const documented = [
  ...readFileSync(new URL("../../docs/reasons.md", import.meta.url), "utf8").matchAll(/^\| `([a-z-]+)` \|/gmu),
].map(([, name]) => name);

const sources = new URL("../../src/engine/", import.meta.url);

const code = readdirSync(sources, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.startsWith("wording"))
  .map((name) => readFileSync(new URL(name, sources), "utf8"))
  .join("\n");

describe("reasons", () => {
  it("are all explained, each once", () => {
    expect([...documented].sort()).toEqual([...ruleNames].sort());
  });

  it("are all given somewhere", () => {
    expect(ruleNames.filter((name) => !code.includes(`"${name}"`))).toEqual([]);
  });
});
