import { CodeActionKind, type CodeAction, type Diagnostic, type Range } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { fixesOf, type AutoscalerReading } from "../config/index.js";
import type { Finding, Fix } from "../model/index.js";
import { diagnosticsOf, shownFindings } from "./diagnostics.js";
import { toRange } from "./positions.js";
import type { ClientCommands } from "./protocol.js";

/** Each finding's fixes are tried out on the whole text; nobody chooses from more than those of so many. */
const mostFindings = 20;

/** Fixes for the findings that touch a range, the same that `validate --fix` knows. */
export function quickFixes(
  document: TextDocument,
  reading: AutoscalerReading,
  range: Range,
  commands: ClientCommands,
): CodeAction[] {
  const diagnostics = diagnosticsOf(document, reading, undefined);
  return shownFindings(reading)
    .map((finding, index) => ({ finding, diagnostic: diagnostics[index] }))
    .filter(({ diagnostic }) => diagnostic !== undefined && touch(diagnostic.range, range))
    .slice(0, mostFindings)
    .flatMap(({ finding, diagnostic }) =>
      diagnostic === undefined
        ? []
        : finding.code === "older-format"
          ? migration(document, diagnostic, commands)
          : fixActions(document, reading, finding, diagnostic, commands),
    );
}

/** A command of the extension, which shows both files beside each other. */
function migration({ uri }: TextDocument, diagnostic: Diagnostic, { migrate }: ClientCommands): CodeAction[] {
  if (migrate === undefined) return [];
  const title = "Migrate to version 1…";
  return [
    {
      title,
      kind: CodeActionKind.QuickFix,
      isPreferred: true,
      diagnostics: [diagnostic],
      command: { title, command: migrate, arguments: [uri] },
    },
  ];
}

function fixActions(
  document: TextDocument,
  reading: AutoscalerReading,
  finding: Finding,
  diagnostic: Diagnostic,
  commands: ClientCommands,
): CodeAction[] {
  const fixes = fixesOf(reading, finding);
  const kept = finding.code === "secret-in-clear-text" ? keepingSecret(document, fixes, diagnostic, commands) : [];
  return [...kept, ...fixes.map((fix) => quickFix(document, fix, diagnostic))];
}

/** A command of the extension, which puts the value where it is safe before the reference takes its place. */
function keepingSecret(
  { uri }: TextDocument,
  fixes: readonly Fix[],
  diagnostic: Diagnostic,
  { keepSecret }: ClientCommands,
): CodeAction[] {
  const edits = fixes.flatMap((fix) => fix.edits);
  const variable = edits.map(({ newText }) => /\$\{env:(\w+)\}/u.exec(newText)?.[1]).find((name) => name !== undefined);
  const [edit] = edits;
  if (keepSecret === undefined || variable === undefined || edit === undefined) return [];
  const title = `Keep it in the key store of this editor, and refer to it as ${variable}`;
  return [
    {
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      command: { title, command: keepSecret, arguments: [uri, toRange(edit.range), variable] },
    },
  ];
}

function quickFix(document: TextDocument, { title, edits, preferred }: Fix, diagnostic: Diagnostic): CodeAction {
  return {
    title,
    kind: CodeActionKind.QuickFix,
    isPreferred: preferred,
    diagnostics: [diagnostic],
    edit: {
      changes: { [document.uri]: edits.map(({ range, newText }) => ({ range: toRange(range), newText })) },
    },
  };
}

function touch(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Range["start"], b: Range["start"]): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
