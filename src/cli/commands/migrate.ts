import { migrateConfiguration } from "../../config/index.js";
import type { Migration, MigrationNote, NotMigrated } from "../../config/index.js";
import { CommandFailure, exitCodes, type ExitCode } from "../failure.js";
import { readInputFile } from "../input-file.js";
import type { CommandContext } from "../context.js";
import { migrationJson } from "../json/migrate.js";
import { writeNewFile } from "../new-file.js";
import { findingsText } from "../text/findings.js";
import { migrationSummary } from "../text/migrate.js";

export interface MigrateCommandOptions {
  /** A new file for the result. */
  readonly output?: string;
}

/** `migrate <file>`: prints an older file as version 1, or writes it to a new file. Nothing is overwritten or connected to. */
export async function migrate(context: CommandContext, file: string, wanted: MigrateCommandOptions): Promise<ExitCode> {
  const { surroundings, output, options } = context;
  const text = await readInputFile(file, surroundings.stdin, surroundings.signal);
  const migration = migrateConfiguration(text, { file });
  if (migration.kind !== "migrated") throw await refusal(context, file, migration);
  if (wanted.output !== undefined) await writeNewFile(wanted.output, migration.text);
  if (options.format === "json") {
    await output.printJson(migrationJson(file, migration, wanted.output ?? null));
    return exitCodes.done;
  }
  if (wanted.output === undefined) await output.print(migration.text);
  await reportNotes(context, file, migration, wanted.output ?? null);
  return exitCodes.done;
}

async function reportNotes(
  { output }: CommandContext,
  file: string,
  migration: Migration,
  written: string | null,
): Promise<void> {
  const shown = output.options.quiet
    ? migration.notes.filter(({ severity }) => severity === "warning")
    : migration.notes;
  if (shown.length > 0) {
    // Lines of the older file are not shown: secrets may stand in them.
    const look = { paint: output.notePaint, width: output.noteWidth, source: false };
    await output.complain(findingsText(gathered(shown).map(withKeys), new Map(), look));
  }
  await output.note(migrationSummary(file, migration, written, output.notePaint));
}

/** What is said of several keys alike, with those keys. */
interface GatheredNote {
  readonly note: MigrationNote;
  readonly keys: readonly string[];
}

/** Each sentence once, at the place of its first key. */
function gathered(notes: readonly MigrationNote[]): readonly GatheredNote[] {
  const found = new Map<string, { readonly note: MigrationNote; readonly keys: string[] }>();
  for (const note of notes) {
    const same = `${note.severity} ${note.code} ${note.message}`;
    const before = found.get(same);
    if (before === undefined) found.set(same, { note, keys: note.key === null ? [] : [note.key] });
    else if (note.key !== null) before.keys.push(note.key);
  }
  return [...found.values()];
}

/** A list of more keys tells nobody more. */
const mostKeys = 5;

/** A note that says which keys it is about. */
function withKeys({ note, keys }: GatheredNote): MigrationNote {
  const { message } = note;
  const [only, ...others] = keys;
  if (only === undefined || (others.length === 0 && message.includes(only))) return note;
  const rest = keys.length - mostKeys;
  const named = rest > 1 ? `${keys.slice(0, mostKeys).join(", ")} and ${rest} more` : keys.join(", ");
  return { ...note, message: `${named}: ${message}` };
}

/** Says why there is nothing to migrate, with what is wrong in the text. */
async function refusal(
  { output }: CommandContext,
  file: string,
  { kind, findings }: NotMigrated,
): Promise<CommandFailure> {
  const name = file === "-" ? "Standard input" : file;
  if (findings.length > 0) {
    const look = { paint: output.notePaint, width: output.noteWidth, source: false };
    await output.complain(findingsText(findings, new Map(), look));
  }
  const messages = {
    current: [`${name} is no older file: it has a \`version\` already.`, "`lxc-autoscaler validate` checks it."],
    unknown: [
      `${name} is of no format that is known here.`,
      "docs/migration.md lists the formats that can be migrated.",
    ],
    unreadable: [`${name} can't be read, so it can't be migrated.`, null],
  } as const;
  const [message, advice] = messages[kind];
  return new CommandFailure(exitCodes.failed, message, advice);
}
