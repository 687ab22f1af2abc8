import { describe, expect, it } from "vitest";
import { readAutoscalerFile, type AutoscalerConfig } from "../../src/config/index.js";
import { PoliciesInForce } from "../../src/extension/containers/policies-in-force.js";
import { container } from "./builders.js";

function configuration(...policies: readonly string[]): AutoscalerConfig {
  const text = [
    "version: 1",
    "defaults: { match: { pools: [office] } }",
    "ignore: { vmids: [102] }",
    "policies:",
    ...policies.map((name) => `  - { name: ${name}, match: { tags: [web] }, cpu: { min: 1, max: 2, target: 60% } }`),
  ].join("\n");
  const { config } = readAutoscalerFile(text, { file: "autoscaler.yaml", environment: {}, readFile: () => null });
  if (config === null) throw new Error("the file has errors");
  return config;
}

describe("the policy in force", () => {
  it("is the last that matches, the defaults where only those do, and none where it is ignored or meant by nothing", async () => {
    const policies = new PoliciesInForce(() => Promise.resolve(configuration("web", "nights")));
    expect(policies.policyOf(container())).toBeUndefined();
    await policies.whenIdle();
    expect(policies.policyOf(container())).toBe("nights");
    expect(policies.policyOf(container({ vmid: 103, tags: [], pool: "office" }))).toBe("defaults");
    expect(policies.policyOf(container({ vmid: 104, tags: [] }))).toBeNull();
    expect(policies.policyOf(container({ vmid: 102 }))).toBeNull();
  });

  it("is not read before somebody asks, and told when it is known", async () => {
    let reads = 0;
    const policies = new PoliciesInForce(() => {
      reads += 1;
      return Promise.resolve(null);
    });
    let told = 0;
    policies.onDidChange(() => (told += 1));
    policies.refresh();
    await policies.whenIdle();
    expect([reads, told]).toEqual([0, 0]);
    expect(await policies.knownPolicyOf(container())).toBeUndefined();
    expect([reads, told]).toEqual([1, 1]);
  });

  it("stays what it was while the file has errors", async () => {
    const answers = [Promise.resolve(configuration("web")), Promise.reject(new Error("line 3 is wrong"))];
    const policies = new PoliciesInForce(() => answers.shift() ?? Promise.resolve(null));
    await policies.knownPolicyOf(container());
    policies.refresh();
    await policies.whenIdle();
    expect(policies.policyOf(container())).toBe("web");
    policies.refresh();
    await policies.whenIdle();
    expect(policies.policyOf(container())).toBeUndefined();
  });
});
