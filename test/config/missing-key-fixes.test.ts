import { describe, expect, it } from "vitest";
import { applyFix, fixesOf, readAutoscalerFile } from "../../src/config/index.js";

/** What the text becomes with each fix of its missing key. */
function mended(text: string): readonly string[] {
  const reading = readAutoscalerFile(text, { file: "autoscaler.yaml" });
  const finding = reading.findings.find(({ code }) => code === "missing-key");
  return finding === undefined ? [] : fixesOf(reading, finding).map((fix) => applyFix(text, fix));
}

describe("a key that is missing", () => {
  it.each([
    [
      "in lines",
      "version: 1\npolicies:\n  - name: web # ours\n    cpu: { target: 60% }\n",
      "version: 1\npolicies:\n  - name: web # ours\n    match: { tags: [web] }\n    cpu: { target: 60% }\n",
    ],
    [
      "in brackets",
      "version: 1\npolicies: [{ name: web, cpu: { target: 60% } }]\n",
      "version: 1\npolicies: [{ name: web, match: { tags: [web] }, cpu: { target: 60% } }]\n",
    ],
    [
      "with carriage returns, at the end of the text",
      "version: 1\r\npolicies:\r\n  - name: web",
      "version: 1\r\npolicies:\r\n  - name: web\r\n    match: { tags: [web] }",
    ],
    [
      "as a map of what it must have",
      "version: 1\ngroups:\n  - { name: g, template: { vmid: 900 } }\n",
      "version: 1\ngroups:\n  - { name: g, instances: { min: 2, max: 6 }, template: { vmid: 900 } }\n",
    ],
    [
      "in a map of the entry",
      "version: 1\ngroups:\n  - name: g\n    template: { vmid: 900 }\n    instances:\n      min: 1\n",
      "version: 1\ngroups:\n  - name: g\n    template: { vmid: 900 }\n    instances:\n      min: 1\n      max: 6\n",
    ],
  ])("is added %s, with a value to begin with", (_, before, after) => {
    expect(mended(before)).toEqual([after]);
  });

  it("is added with each kind that there is to choose from and that mends the file", () => {
    expect(mended("version: 1\nnotifications: [{ url: https://a.example }]\n")).toEqual([
      "version: 1\nnotifications: [{ url: https://a.example, type: webhook }]\n",
      "version: 1\nnotifications: [{ url: https://a.example, type: uptime-kuma }]\n",
    ]);
  });
});
