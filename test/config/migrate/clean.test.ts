import { describe, expect, it } from "vitest";
import { migrateConfiguration, readAutoscalerFile } from "../../../src/config/index.js";

/** The migrated text, and the codes of what is found in it beside variables that are not set here. */
function migrated(
  text: string,
  file: string,
): { readonly text: string; readonly codes: readonly string[]; readonly notes: readonly string[] } {
  const migration = migrateConfiguration(text, { file });
  if (migration.kind !== "migrated") throw new Error(`not migrated: ${migration.kind}`);
  const { findings } = readAutoscalerFile(migration.text, { file: "autoscaler.yaml" });
  return {
    text: migration.text,
    codes: findings.map(({ code }) => code).filter((code) => code !== "unresolved-reference" && code !== "unbounded"),
    notes: migration.notes.map(({ key, message }) => `${key}: ${message}`),
  };
}

const group = (lines: readonly string[]): string =>
  [
    "DEFAULT: {}",
    "HORIZONTAL_SCALING_GROUP_1:",
    '  base_snapshot_name: "101"',
    ...lines.map((line) => `  ${line}`),
    "",
  ].join("\n");

describe("a migrated file is clean where", () => {
  it("a group was to have more instances than its pool has addresses, and says what it was", () => {
    const { text, codes, notes } = migrated(
      group([
        "min_instances: 3",
        "max_instances: 6",
        "clone_network_type: static",
        "static_ip_range: [192.0.2.10, 192.0.2.11]",
      ]),
      "lxc_autoscale.yaml",
    );
    expect(codes).toEqual([]);
    expect(text).toContain("instances: { min: 2, max: 2 }");
    expect(text).toContain("At most 6 instances were asked for");
    expect(notes.some((note) => note.startsWith("HORIZONTAL_SCALING_GROUP_1.max_instances: At most 6"))).toBe(true);
    expect(notes.some((note) => note.startsWith("HORIZONTAL_SCALING_GROUP_1.min_instances: At least 3"))).toBe(true);
  });

  it("as many or more addresses are there, which changes nothing", () => {
    const { text, codes } = migrated(
      group(["max_instances: 2", "clone_network_type: static", "static_ip_range: [192.0.2.10, 192.0.2.11]"]),
      "lxc_autoscale.yaml",
    );
    expect(codes).toEqual([]);
    expect(text).toContain("max: 2 }");
    expect(text).not.toContain("were asked for");
  });

  it.each(["http://192.168.1.5:8080", "http://gotify.lan", "http://gotify", "http://[fd00::5]:80", "http://127.0.0.1"])(
    "notifications went to %s, in the network of the host",
    (url) => {
      const { text, codes } = migrated(`POLL_INTERVAL=60\nGOTIFY_URL=${url}\nGOTIFY_TOKEN=abc\n`, ".env");
      expect(codes).toEqual([]);
      expect(text).toContain(url);
    },
  );

  it("but says so of one that goes out into the world", () => {
    const { codes } = migrated("POLL_INTERVAL=60\nGOTIFY_URL=http://gotify.example.com\nGOTIFY_TOKEN=abc\n", ".env");
    expect(codes).toEqual(["unverified-tls"]);
  });
});
