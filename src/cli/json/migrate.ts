import type { Migration } from "../../config/index.js";
import { placeJson } from "./finding.js";

/** The public shape of a migration: what was made, and what became of everything in the older file. */
export function migrationJson(file: string, migration: Migration, written: string | null): object {
  const { format, formatName, product, text, notes, keys, variables } = migration;
  return {
    version: 1,
    file,
    format: { id: format, name: formatName },
    product,
    output: written,
    text,
    notes: notes.map((note) => ({ ...placeJson(note), key: note.key, message: note.message })),
    keys: keys.map(({ key, fate, to }) => ({ key, fate, to })),
    variables: variables.map(({ name, key, fromClearText }) => ({ name, key, fromClearText })),
  };
}
