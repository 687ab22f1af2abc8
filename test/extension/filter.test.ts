import { describe, expect, it } from "vitest";
import { noFacts, type Facts } from "../../src/extension/containers/facts.js";
import { parseFilter } from "../../src/extension/containers/filter.js";
import { container } from "./builders.js";

const gibibyte = 1024 ** 3;

const facts: Facts = {
  policyOf: ({ vmid }) => (vmid === 101 ? "Nights" : null),
  isFavourite: (vmid) => vmid === 102,
  isChanging: (vmid) => vmid === 103,
};

const some = [
  container({ vmid: 101, name: "web-1", node: "pve1", tags: ["web", "prod"], pool: "office", cpu: 0.9 }),
  container({ vmid: 102, name: "db-1", node: "pve2", tags: ["db"], cpu: 0.1, memory: 0.99 * gibibyte }),
  container({ vmid: 103, name: "old", node: "pve2", tags: [], status: "stopped", cpu: null, memory: null }),
  container({ vmid: 104, name: "golden", node: "pve1", tags: [], status: "stopped", template: true, lock: "backup" }),
  container({ vmid: 105, name: "far", node: "pve3", tags: [], stale: true, cpu: 0.95 }),
];

const found = (text: string): readonly number[] => {
  const holds = parseFilter(text);
  return some.filter((one) => holds === null || holds(one, facts)).map(({ vmid }) => vmid);
};

describe("the filter", () => {
  it.each([
    ["", [101, 102, 103, 104, 105]],
    ["   - ", [101, 102, 103, 104, 105]],
    // Anywhere: names, CT ids, nodes, tags, pools, policies, states.
    ["WEB", [101]],
    ["104", [104]],
    ["pve2", [102, 103]],
    ["prod", [101]],
    ["office", [101]],
    ["nights", [101]],
    ["stopped", [103]],
    ["backup", [104]],
    // In one place.
    ["node:pve2 tag:db", [102]],
    ["name:db", [102]],
    ["tag:office", []],
    ["pool:off", [101]],
    ["id:10", [101, 102, 103, 104, 105]],
    ["policy:night", [101]],
    ["status:unknown", [105]],
    ["status:template", [104]],
    // By figures, of what runs alone.
    ["cpu>80", [101]],
    ["cpu>=90%", [101]],
    ["cpu<50", [102]],
    ["memory>98", [102]],
    ["mem<=99", [101, 102]],
    ["disk>90", []],
    // By what is so of it.
    ["is:trouble", [102]],
    ["is:favourite", [102]],
    ["is:changing", [103]],
    ["is:locked", [104]],
    ["is:template", [104]],
    // Not.
    ["-node:pve2", [101, 104, 105]],
    ["pve2 -stopped", [102]],
    ["-cpu>80", [102, 103, 104, 105]],
    // What is no key of ours is looked for as it stands.
    ["colour:red", []],
    ["is:purple", []],
    ["speed>3", []],
  ])("“%s”", (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it("finds nothing by policy where no file is known", () => {
    const holds = parseFilter("policy:nights");
    expect(some.some((one) => holds?.(one, noFacts))).toBe(false);
  });
});
