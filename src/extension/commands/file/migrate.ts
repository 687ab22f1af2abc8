import { basename } from "node:path/posix";
import { commands, l10n, Uri, window, workspace } from "vscode";
import type { App } from "../../app.js";
import { loadConfig } from "../../base/rooms.js";
import { proposalOf, type Proposal } from "../../migration/proposal.js";
import { runCommand, tell } from "../../notify.js";

/** A file larger than this is no configuration. */
const largestFile = 5 * 1024 * 1024;

/**
 * Shows an older file beside what it becomes as version 1. From the explorer and from a finding it is given the file, from
 * the palette it takes the one in the active editor, or asks. Nothing is written.
 */
export async function migrate(app: App, target?: unknown): Promise<Uri | null> {
  const source = await sourceOf(target);
  if (source === null) return null;
  const name = basename(source.path);
  const text = await textOf(source);
  if (text === null) {
    tell("error", l10n.t("{0} can't be read as text of at most 5 MB, so it can't be migrated.", name));
    return null;
  }
  const { migrateConfiguration } = await loadConfig();
  const migration = migrateConfiguration(text, { file: name });
  if (migration.kind !== "migrated") {
    const [first] = migration.findings;
    const where = first === undefined ? "" : ` ${l10n.t("Line {0}: {1}", first.line, first.message)}`;
    const messages = {
      current: l10n.t("{0} is no older file: it has a version already.", name),
      unknown: l10n.t("{0} is of no format that is known here.", name),
      unreadable: l10n.t("{0} can't be read, so it can't be migrated.", name),
    };
    tell(migration.kind === "unreadable" ? "error" : "information", `${messages[migration.kind]}${where}`);
    return null;
  }
  const proposal = proposalOf(migration);
  const proposed = app.migrations.propose(source, proposal);
  const title = l10n.t("{0} ↔ {1} (proposed)", name, proposal.fileName);
  await commands.executeCommand("vscode.diff", source, proposed, title, { preview: false });
  tell(
    proposal.warnings > 0 ? "warning" : "information",
    [l10n.t("{0} is of the format of {1}.", name, migration.formatName), ...adviceOf(proposal)].join(" "),
    {
      title: l10n.t("Save as {0}", proposal.fileName),
      run: () => runCommand("lxcAutoscaler.saveMigrated", proposed),
    },
  );
  return proposed;
}

function adviceOf({ warnings, variables }: Proposal): readonly string[] {
  return [
    ...(warnings === 1 ? [l10n.t("One thing in it needs a look: it stands in Problems.")] : []),
    ...(warnings > 1 ? [l10n.t("{0} things in it need a look: they stand in Problems.", warnings)] : []),
    ...(variables.length > 0 ? [l10n.t("Before it is used, set {0}.", variables.join(", "))] : []),
  ];
}

async function sourceOf(target: unknown): Promise<Uri | null> {
  if (target instanceof Uri) return target;
  // A code action of the language server carries the address as text.
  if (typeof target === "string") return Uri.parse(target);
  const active = window.activeTextEditor?.document.uri;
  if (active !== undefined) return active;
  const [picked] =
    (await window.showOpenDialog({ title: l10n.t("File of an earlier program"), openLabel: l10n.t("Migrate") })) ?? [];
  return picked ?? null;
}

/** What stands in the file now, in an editor or on the disk; `null`: it is no text, too large, or not there. */
async function textOf(uri: Uri): Promise<string | null> {
  const open = workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open !== undefined) return open.getText();
  try {
    const { size } = await workspace.fs.stat(uri);
    return size > largestFile ? null : (await workspace.openTextDocument(uri)).getText();
  } catch {
    return null;
  }
}
