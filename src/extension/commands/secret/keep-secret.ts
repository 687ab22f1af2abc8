import { l10n, Range, Uri, workspace, WorkspaceEdit } from "vscode";
import type { App } from "../../app.js";
import { tell } from "../../notify.js";

/** A place as the language server gives it: 0-based. */
interface Place {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

/**
 * Moves a secret out of a file into the editor's key store: in the text a reference takes its place, which is there to be
 * seen, and not saved. The name it is kept under; `null`: nothing was changed.
 */
export async function keepSecret(
  app: App,
  target?: unknown,
  place?: unknown,
  variable?: unknown,
): Promise<string | null> {
  if (typeof target !== "string" || !isPlace(place) || typeof variable !== "string") return null;
  const uri = Uri.parse(target);
  const document = await workspace.openTextDocument(uri);
  const { start, end } = place;
  const range = new Range(start.line, start.character, end.line, end.character);
  const { version } = document;
  const { scalarText } = await import("../../secrets/scalar-text.js");
  const value = scalarText(document.getText(range));
  if (value === null) return null;
  const name = app.keptSecrets.freeName(variable, value, process.env);
  const wasKept = app.keptSecrets.names.includes(name);
  // First it is kept, then taken out of the text: nothing is lost in between.
  await app.keptSecrets.keep(name, value);
  const edit = new WorkspaceEdit();
  edit.replace(uri, range, `"\${env:${name}}"`);
  if (document.version !== version || !(await workspace.applyEdit(edit))) {
    if (!wasKept) await app.keptSecrets.forget(name);
    tell("warning", l10n.t("The text has changed meanwhile: the secret still stands in it. Try it again."));
    return null;
  }
  tell(
    "information",
    l10n.t(
      "The secret is kept in the key store of this editor, for every file that refers to {0}. Elsewhere, such as for the command line, set that variable. If the file was ever committed with it, replace the secret.",
      name,
    ),
  );
  return name;
}

function isPlace(value: unknown): value is Place {
  return (
    typeof value === "object" &&
    value !== null &&
    isPoint(Reflect.get(value, "start")) &&
    isPoint(Reflect.get(value, "end"))
  );
}

function isPoint(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    Number.isInteger(Reflect.get(value, "line")) &&
    Number.isInteger(Reflect.get(value, "character"))
  );
}
