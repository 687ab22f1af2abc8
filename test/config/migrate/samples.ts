import { readdirSync, readFileSync } from "node:fs";
import { migrateConfiguration } from "../../../src/config/index.js";
import type { Migration } from "../../../src/config/index.js";

const folder = new URL("../../fixtures/older/", import.meta.url);

/** The samples of older files, by name. */
export const sampleNames: readonly string[] = readdirSync(folder).sort();

export function sample(name: string): string {
  return readFileSync(new URL(name, folder), "utf8");
}

/** Migrates a text that must be one of an older format. */
export function migrated(text: string, file = "old.yaml"): Migration {
  const result = migrateConfiguration(text, { file });
  if (result.kind !== "migrated") {
    throw new Error(`${file} is ${result.kind}: ${result.findings.map(({ message }) => message).join(" ")}`);
  }
  return result;
}

/** Variables set for every reference, so that only what the migration itself did is found. */
export const environment: Readonly<Record<string, string>> = {
  PROXMOX_TOKEN: "root@pam!ours=00000000-0000-0000-0000-000000000000",
  OLLAMA_TEMPLATE: "900",
  GIBD_NEWS_TEMPLATE: "901",
};
