import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyFix, effectiveSettings, moveToDefaults, readAutoscalerFile } from "../../src/config/index.js";

const read = (text: string) => readAutoscalerFile(text, { file: "autoscaler.yaml" });

/** The change offered where `|` stands, and the text after it; `null` where none is. */
function moved(marked: string): { readonly title: string; readonly text: string } | null {
  const offset = marked.indexOf("|");
  const text = marked.replace("|", "");
  const change = moveToDefaults(read(text), offset);
  return change && { title: change.title, text: applyFix(text, { ...change, preferred: true, safe: false }) };
}

describe("what every policy says alike", () => {
  it("goes into `defaults`, in brackets and in lines", () => {
    expect(
      moved(
        "version: 1\npolicies:\n  - { name: a, match: { tags: [a] }, cpu: { max: |4, target: 60% } }\n  - name: b\n    match: { tags: [b] }\n    cpu:\n      target: 50%\n      max: 4\n",
      ),
    ).toEqual({
      title: "Move “cpu.max: 4” of all 2 policies into “defaults”",
      text: "version: 1\ndefaults:\n  cpu: { max: 4 }\npolicies:\n  - { name: a, match: { tags: [a] }, cpu: { target: 60% } }\n  - name: b\n    match: { tags: [b] }\n    cpu:\n      target: 50%\n",
    });
  });

  it("goes as far out as it is the same, with the maps that would be empty", () => {
    const policy = (name: string, min: number): string =>
      `  - name: ${name}\n    match: { tags: [${name}] }\n    cpu: { min: ${min}, target: 60%, max: 4 }\n    memory:\n      scaleUp: { above: 80%, for: 2m }\n`;
    expect(
      moved(
        `version: 1\ndefaults: { memory: { max: 4GiB } }\npolicies:\n${policy("a", 1)}${policy("b", 2).replace("for", "fo|r")}`,
      )?.text,
    ).toBe(
      "version: 1\ndefaults: { memory: { scaleUp: { above: 80%, for: 2m }, max: 4GiB } }\npolicies:\n" +
        "  - name: a\n    match: { tags: [a] }\n    cpu: { min: 1, target: 60%, max: 4 }\n" +
        "  - name: b\n    match: { tags: [b] }\n    cpu: { min: 2, target: 60%, max: 4 }\n",
    );
  });

  it.each([
    [
      "one of them says otherwise",
      "  - { match: { tags: [a] }, cpu: { max: |4 } }\n  - { match: { tags: [b] }, cpu: { max: 5 } }\n",
    ],
    [
      "one of them does not say it",
      "  - { match: { tags: [a] }, cpu: { max: |4 } }\n  - { match: { tags: [b] }, cpu: { min: 1 } }\n",
    ],
    ["there is one alone", "  - { match: { tags: [a] }, cpu: { max: |4 } }\n"],
    [
      "a preset would come before it",
      "  - { match: { tags: [a] }, preset: postgresql, cpu: { max: |4 } }\n  - { match: { tags: [b] }, cpu: { max: 4 } }\n",
    ],
    [
      "it is no setting",
      "  - { match: { tags: [|a] }, cpu: { max: 4 } }\n  - { match: { tags: [a] }, cpu: { max: 5 } }\n",
    ],
    ["it has a name", "  - { match: { tags: [a] }, cpu: &c { max: |4 } }\n  - { match: { tags: [b] }, cpu: *c }\n"],
  ])("stays where %s", (_, policies) => {
    expect(moved(`version: 1\npolicies:\n${policies}`)).toBeNull();
  });

  it("stays where `defaults` says it, or matches containers itself", () => {
    const policies =
      "policies:\n  - { match: { tags: [a] }, cpu: { max: |4 } }\n  - { match: { tags: [b] }, cpu: { max: 4 } }\n";
    expect(moved(`version: 1\ndefaults: { cpu: { max: 8 } }\n${policies}`)).toBeNull();
    expect(moved(`version: 1\ndefaults: { match: { tags: [c] } }\n${policies}`)).toBeNull();
  });

  it("means the same afterwards, whichever policies match", () => {
    const setting = fc.constantFrom(
      "max: 4",
      "min: 2",
      "target: 60%",
      "scaleUp: { above: 80%, for: 5m }",
      "step: 2",
      "fixed: 3",
    );
    const policy = fc.record({
      cpu: fc.uniqueArray(setting, { minLength: 1, maxLength: 3 }),
      flow: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(policy, { minLength: 2, maxLength: 3 }), fc.nat(), (policies, at) => {
        const lines = policies.map(({ cpu, flow }, index) =>
          flow
            ? `  - { match: { tags: [t${index}] }, cpu: { ${cpu.join(", ")} } }`
            : `  - match: { tags: [t${index}] }\n    cpu:\n${cpu.map((one) => `      ${one}`).join("\n")}`,
        );
        const text = `version: 1\npolicies:\n${lines.join("\n")}\n`;
        const before = read(text);
        const change = moveToDefaults(before, at % text.length);
        if (change === null || before.config === null) return;
        const { config } = read(applyFix(text, { ...change, preferred: true, safe: false }));
        for (let set = 0; set < 2 ** policies.length; set += 1) {
          const tags = policies.flatMap((_, index) => ((set >> index) & 1 ? [`t${index}`] : []));
          const subject = { vmid: 101, name: "web", node: "pve1", tags, pool: null };
          const then = effectiveSettings(before.config, subject, 0);
          if (then.managed)
            expect({ ...effectiveSettings(config!, subject, 0), origins: [] }).toEqual({ ...then, origins: [] });
        }
      }),
      { numRuns: 300 },
    );
  });
});
