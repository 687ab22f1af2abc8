import type { Migration } from "../../config/index.js";
import type { Paint } from "../output.js";

const fates = [
  ["carried", "carried over"],
  ["changed", "with another meaning"],
  ["idle", "without effect"],
  ["left-out", "left out"],
] as const;

/** What became of the older file in one line, and the variables to set. */
export function migrationSummary(file: string, migration: Migration, written: string | null, paint: Paint): string {
  const { formatName, keys, variables, product, notes } = migration;
  const counts = fates.flatMap(([fate, words]) => {
    const count = keys.filter((key) => key.fate === fate).length;
    return count === 0 ? [] : [`${count} ${words}`];
  });
  const left = notes.some(({ severity }) => severity === "warning");
  const mark = left ? paint("yellow", "!") : paint("green", "✔");
  const name = file === "-" ? "Standard input" : file;
  const where = written === null ? "" : ` Written to ${written}.`;
  const what = product === "trace" ? "as a trace" : "as version 1";
  const result = counts.length === 0 ? "" : `: ${counts.join(", ")}`;
  const lines = [`${mark} ${name}, of the format of ${formatName}, ${what}${result}.${where}`];
  const seen = new Set<string>();
  for (const { name: variable, key, fromClearText } of variables) {
    if (seen.has(variable)) continue;
    seen.add(variable);
    const value = fromClearText ? `to the value of \`${key}\`` : `(for \`${key}\`)`;
    lines.push(`  Set ${paint("bold", variable)} ${value}.`);
  }
  return lines.join("\n");
}
