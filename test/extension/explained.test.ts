import { describe, expect, it } from "vitest";
import { effectiveSettings, readAutoscalerFile } from "../../src/config/index.js";
import { effectiveSettingsText } from "../../src/extension/documents/effective-settings.js";
import { whyThisSizeText } from "../../src/extension/documents/why-this-size.js";
import * as operate from "../../src/operate/index.js";
import { parseDocument } from "yaml";
import type { DecisionDocument } from "../../src/model/index.js";
import { container } from "./builders.js";

const file = `version: 1
timezone: Europe/Berlin
defaults:
  cpu: { min: 1, max: 4 }
policies:
  - name: web
    match: { tags: [web] }
    cpu:
      scaleUp: { above: 80%, for: 2m }
      max: 8
schedules:
  - name: nights
    match: { tags: [web] }
    when: { from: "22:00", to: "06:00" }
    cpu: { max: 2 }
`;
const at = Date.parse("2026-11-21T12:00:00Z");

function explained(subject = container(), text = file) {
  const { config, findings } = readAutoscalerFile(text, { file: "autoscaler.yaml" });
  if (config === null) throw new Error(findings[0]?.message);
  const settings = effectiveSettings(config, subject, at);
  const past = { history: [], pauses: [], notes: [] };
  return effectiveSettingsText({
    document: operate.explainDocument({ config, subject, container: subject, settings, at, ...past }),
    nameOf: operate.originNames(config),
    fileName: "autoscaler.yaml",
    timezone: config.timezone,
    addressOf: (line, included) => `${included ?? "autoscaler.yaml"}#L${line}`,
    words: operate,
  });
}

describe("the effective settings of a container", () => {
  it("say what manages it, what is in force, and until when", () => {
    expect(explained().text.split("\n").slice(0, 3)).toEqual([
      "# CT 101 web-1 on pve1 is managed by policy web.",
      "# At Sat 21 Nov 2026 13:00 (Europe/Berlin).",
      "# Schedule nights is not in force before Sat 21 Nov 2026 22:00.",
    ]);
  });

  it("read as the file would, and lead from each value to the line that it comes from", () => {
    const { text, links } = explained();
    const lines = text.split("\n");
    expect(parseDocument(text).toJS()).toMatchObject({ cpu: { min: 1, max: 8, scaleUp: { above: "80%", for: "2m" } } });
    const max = lines.findIndex((line) => /^ {2}max: 8 +# policy web, line 10$/u.test(line));
    expect(max).toBeGreaterThan(0);
    const link = links.find(({ line }) => line === max);
    expect(link?.target).toBe("autoscaler.yaml#L10");
    expect(lines[max]?.slice(link?.start, link?.end)).toBe("line 10");
    expect(lines.some((line) => line.endsWith("# built in"))).toBe(true);
  });

  it("are one line each, whatever a name holds", () => {
    const { text } = explained(
      container({ tags: ["web"], name: "web\nversion: 2" }),
      file.replace("name: web", String.raw`name: "we\nb: 1"`),
    );
    expect(text.split("\n").filter((line) => /^(?:version|b): /u.test(line))).toEqual([]);
  });

  it("of one that no policy mentions are none", () => {
    expect(explained(container({ tags: [] })).text).toMatch(/^# CT 101 web-1 on pve1 is not managed: .*\n(?:#.*\n)*$/u);
  });
});

const reasons = [{ rule: "target" as const, text: "95 % of 2 cores is in use" }];
const growth: DecisionDocument = {
  vmid: 101,
  node: "pve1",
  name: "web-1",
  policy: "web",
  policies: ["web"],
  resource: "cores",
  unit: "cores",
  action: "scale-up",
  from: 2,
  to: 3,
  uncapped: 3,
  reasons,
};

describe("why a container has its size", () => {
  it("is told by the plan and by what was done, each with its reasons", () => {
    const text = whyThisSizeText({
      container: container(),
      plan: { fileName: "autoscaler.yaml", madeAt: "13:00", decisions: [growth], outcomeOf: () => undefined },
      history: [
        {
          ...{ time: "2026-11-21T11:00:00.000Z", run: "r1", cluster: "demo", resource: "cores", unit: "cores" },
          ...{ from: 1, to: 2, outcome: "applied", reasons },
        },
      ],
      faults: [],
      timeOf: (time) => operate.explainTime(time, "Europe/Berlin"),
    });
    expect(text).toBe(`Why web-1 (CT 101 on pve1) has its size
Now: 2 cores, 1GiB of memory.

The present plan: autoscaler.yaml, made at 13:00
  ▲ web-1 cores 2 → 3
    - 95 % of 2 cores is in use

What the last runs did
  Sat 21 Nov 2026 12:00  cores 1 → 2: applied, in run r1
    - 95 % of 2 cores is in use
`);
  });

  it("says so where there is neither", () => {
    const nothing = { plan: null, history: [], faults: ["The log could not be read."], timeOf: () => "" };
    const text = whyThisSizeText({ container: container(), ...nothing });
    expect(text).toContain("make a dry run");
    expect(text).toContain("Nothing is recorded on this machine");
    expect(text).toContain("The log could not be read.");
  });
});
