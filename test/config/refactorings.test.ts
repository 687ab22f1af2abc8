import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addPolicy,
  applyFix,
  convertStrategy,
  effectiveSettings,
  ignoreContainer,
  readAutoscalerFile,
  type KnownContainer,
  type Refactoring,
} from "../../src/config/index.js";
import { example } from "./example.js";

const read = (text: string) => readAutoscalerFile(text, { file: "autoscaler.yaml" });
const web: KnownContainer = { vmid: 101, name: "web-1", cores: 2, memory: 1024, nodeCores: 8, nodeMemory: 32_768 };

/** The text after a change, which must have no finding that was not there before. */
function after(text: string, change: Refactoring | null): string {
  if (change === null) throw new Error("There is no such change.");
  const made = applyFix(text, { ...change, preferred: true, safe: false });
  const codes = read(text).findings.map(({ code }) => code);
  const added = read(made).findings.filter(({ code, severity }) => severity !== "information" && !codes.includes(code));
  expect(added, made).toEqual([]);
  return made;
}

const policy = "policies:\n  - name: web\n    match: { tags: [web] }\n    cpu: { min: 1, max: 4, target: 60% }\n";

describe("ignoring a container", () => {
  it.each([
    ["where nothing is ignored", "", "\nignore: { vmids: [101] }\n"],
    ["beside others", "ignore: { vmids: [104] }\n", "ignore: { vmids: [104, 101] }\n"],
    ["beside tags", "ignore: { tags: [no-scale] }\n", "ignore: { vmids: [101], tags: [no-scale] }\n"],
    ["in a list of lines", "ignore:\n  vmids:\n    - 104 # db\n", "ignore:\n  vmids:\n    - 104 # db\n    - 101\n"],
  ])("adds its id %s", (_, before, expected) => {
    const text = `version: 1\n${policy}${before}`;
    expect(after(text, ignoreContainer(read(text), web))).toBe(`version: 1\n${policy}${expected}`);
  });

  it("does nothing where it is ignored already", () => {
    expect(ignoreContainer(read(`version: 1\n${policy}ignore: { vmids: [100-110] }\n`), web)).toBeNull();
  });
});

describe("a policy for a container", () => {
  it("has bounds around its size, and leaves how it is scaled to defaults", () => {
    const text = `version: 1\ndefaults:\n  cpu: { target: 60% }\n  memory: { target: 70% }\n${policy}`;
    expect(after(text, addPolicy(read(text), web))).toBe(
      `${text.trimEnd()}\n  - name: web-1\n    match: { vmids: [101] }\n    cpu: { min: 1, max: 4 }\n    memory: { min: 512MiB, max: 2GiB }\n`,
    );
  });

  it("manages it from then on, whatever it is called", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 8 }), (name, cores) => {
        const text = `version: 1\n${policy}`;
        const { config } = read(after(text, addPolicy(read(text), { ...web, name, cores })));
        const subject = { vmid: 101, name, node: "pve1", tags: [], pool: null };
        const { cpu } = effectiveSettings(config!, subject, 0);
        expect(cpu).toMatchObject({ min: Math.max(1, Math.floor(cores / 2)), max: Math.min(8, cores * 2) });
      }),
      { numRuns: 50 },
    );
  });

  it("is the first where there is none, and has another name than its neighbours", () => {
    expect(after("version: 1\n", addPolicy(read("version: 1\n"), web))).toContain("\npolicies:\n  - name: web-1\n");
    const text = `version: 1\n${policy.replace("name: web", "name: WEB-1")}`;
    expect(after(text, addPolicy(read(text), web))).toContain("  - name: web-1-101\n");
  });
});

describe("converting between thresholds and a target", () => {
  const thresholds = `version: 1
policies:
  - name: web
    match: { tags: [web] }
    cpu:
      min: 1
      scaleUp: { above: 80%, for: 2m, step: 1, maxStep: 2 } 
      scaleDown: { below: 25%, for: 15m, step: 1 }
      max: 4
`;

  it("keeps what makes it act, in numbers", () => {
    const change = convertStrategy(read(thresholds), thresholds.indexOf("above"));
    expect(change?.title).toBe("Convert to a target of 52.5% ± 52.4% of it (acts from 80% and 25% on, as now)");
    expect(after(thresholds, change)).toContain(
      "      min: 1\n      target: 52.5%\n      tolerance: 52.4%\n      maxStep: 2 \n      max: 4\n",
    );
  });

  it("makes thresholds of a target with its tolerance", () => {
    const text = `version: 1
${policy.replace("60%", "50%, tolerance: 60%")}`;
    const change = convertStrategy(read(text), text.indexOf("target"));
    expect(change?.title).toBe("Convert to thresholds of 80% and 20% (50% ± 60% of it, as now)");
    expect(after(text, change)).toContain("scaleUp: { above: 80% }, scaleDown: { below: 20% } }");
  });

  it("lowers a threshold that would undo each growth, and says so", () => {
    const text = `version: 1
${policy}`;
    const change = convertStrategy(read(text), text.indexOf("target"));
    expect(change?.title).toMatch(
      /^Convert to thresholds of 66% and 29\.7% \(60% ± 10% of it, shrinking later than now/u,
    );
    expect(after(text, change)).toContain("scaleUp: { above: 66% }, scaleDown: { below: 29.7% } }");
  });

  it("loses no comment, and is offered inside of a resource alone", () => {
    const text = thresholds.replace(
      "scaleUp: { above: 80%, for: 2m, step: 1, maxStep: 2 }",
      "scaleUp:\n        above: 80% # busy",
    );
    expect(convertStrategy(read(text), text.indexOf("above"))).toBeNull();
    expect(convertStrategy(read(thresholds), thresholds.indexOf("match"))).toBeNull();
  });
});

describe("every change that is offered", () => {
  it("makes no new finding, at every place of a file, with both line ends", () => {
    for (const text of [example, example.replaceAll("\n", "\r\n")]) {
      const reading = read(text);
      after(text, ignoreContainer(reading, web));
      after(text, addPolicy(reading, web));
      let offered = 0;
      for (let offset = 0; offset < text.length; offset += 7) {
        const change = convertStrategy(reading, offset);
        if (change === null) continue;
        offered += 1;
        after(text, change);
      }
      expect(offered).toBeGreaterThan(0);
    }
  });
});
