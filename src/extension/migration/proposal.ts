import type { Migration, MigrationNote } from "../../config/index.js";

/** What an editor shows of a migration. */
export interface Proposal {
  /** `autoscaler.yaml`, or `trace.csv` where recorded usage became a trace. */
  readonly fileName: string;
  readonly text: string;
  /** What to know of it, at its place in the older file. */
  readonly notes: readonly MigrationNote[];
  /** How many of the notes need a person. */
  readonly warnings: number;
  /** Names of variables to set before the new file is used, each once. */
  readonly variables: readonly string[];
}

/** A migration as an editor shows it: each note names its key, and no value of the older file is in any of it. */
export function proposalOf({ text, product, notes, variables }: Migration): Proposal {
  return {
    fileName: product === "trace" ? "trace.csv" : "autoscaler.yaml",
    text,
    notes: notes.map((note) =>
      note.key === null || note.message.includes(note.key)
        ? note
        : { ...note, message: `${note.key}: ${note.message}` },
    ),
    warnings: notes.filter(({ severity }) => severity === "warning").length,
    variables: [...new Set(variables.map(({ name }) => name))],
  };
}

/** The name of a new file beside the older one: the proposed one, or another where that is taken. */
export function freeName(fileName: string, isTaken: (name: string) => boolean): string {
  for (let attempt = 0; ; attempt += 1) {
    const name = attempt === 0 ? fileName : `migrated${attempt === 1 ? "" : `-${attempt}`}.${fileName}`;
    if (!isTaken(name)) return name;
  }
}
