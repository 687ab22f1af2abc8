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
    await output.complain(findingsText(shown.map(withKey), new Map(), look));
  }
  await output.note(migrationSummary(file, migration, written, output.notePaint));
}

/** A note that says which key it is about. */
function withKey(note: MigrationNote): MigrationNote {
  const { key, message } = note;
  return key === null || message.includes(key) ? note : { ...note, message: `${key}: ${message}` };
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
