import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { migrateConfiguration, readAutoscalerFile } from "../../src/config/index.js";
import { freeName, proposalOf } from "../../src/extension/migration/proposal.js";

const folder = join(import.meta.dirname, "../fixtures/older");
const files = readdirSync(folder);

/** What must not be seen again of the samples. */
const secrets = [
  "0a1b2c3d-0000-4000-8000-000000000000",
  "b7e6d5c4-secret-only",
  "docker-vm-pass",
  "c0rrect horse",
  "ZmFrZS1zZWNyZXQ=",
  "abcdef123456",
  "swordfish99",
  "admin-of-grafana",
  "AbCdEfGh123",
  "let me in",
];

function proposed(file: string) {
  const migration = migrateConfiguration(readFileSync(join(folder, file), "utf8"), { file });
  if (migration.kind !== "migrated") throw new Error(`${file}: ${migration.kind}`);
  return proposalOf(migration);
}

describe("the proposal that an editor shows of an older file", () => {
  it.each(files)("%s: is without its secrets, in the text and in the notes", (file) => {
    const shown = JSON.stringify(proposed(file));
    for (const secret of secrets) expect(shown).not.toContain(secret);
  });

  it.each(files)("%s: becomes an autoscaler file without errors, or a trace", (file) => {
    const { fileName, text } = proposed(file);
    if (fileName === "trace.csv") expect(text).toMatch(/^time,vmid,/u);
    else {
      const { findings } = readAutoscalerFile(text, { file: fileName });
      expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    }
  });

  it("names the key in each note that is about one, and each variable once", () => {
    const { notes, warnings, variables } = proposed("lxc-autoscale.env");
    expect(notes.length).toBeGreaterThan(0);
    for (const { key, message } of notes) if (key !== null) expect(message).toContain(key);
    expect(warnings).toBe(notes.filter(({ severity }) => severity === "warning").length);
    expect(new Set(variables).size).toBe(variables.length);
  });
});

describe("the name of the new file", () => {
  it("is the proposed one, or another that nobody has", () => {
    const taken = new Set(["autoscaler.yaml", "migrated.autoscaler.yaml"]);
    expect(freeName("autoscaler.yaml", () => false)).toBe("autoscaler.yaml");
    expect(freeName("autoscaler.yaml", (name) => taken.has(name))).toBe("migrated-2.autoscaler.yaml");
  });
});
