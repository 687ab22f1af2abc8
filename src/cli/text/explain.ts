import {
  explainCircumstances,
  explainHeadline,
  explainTime,
  originText,
  settingText,
  type ExplainDocument,
  type NameOfOrigin,
} from "../../operate/index.js";
import { changeText, printable } from "../../model/index.js";
import type { Paint } from "../output.js";
import { table, wrap } from "../table.js";

export interface ExplainTextOptions {
  readonly paint: Paint;
  /** Columns of the terminal; `null`: no limit. */
  readonly width: number | null;
  readonly nameOf: NameOfOrigin;
  /** The file's, in which times are shown. */
  readonly timezone: string;
}

/** What `explain` says in words: what holds, where from, until when, and what was done. */
export function explainText(document: ExplainDocument, options: ExplainTextOptions): string {
  const { paint, width, timezone } = options;
  const fold = (text: string): readonly string[] => (width === null ? [text] : wrap(text, width));
  const sections: (readonly string[])[] = [
    [
      ...fold(paint("bold", printable(explainHeadline(document)))),
      ...explainCircumstances(document, timezone).map(printable).flatMap(fold),
    ],
  ];
  if (document.settings.length > 0) sections.push(settingsTable(document, options));
  if (document.history.length > 0) {
    const rows = document.history.map(({ time, resource, outcome, reasons, error, ...change }) => [
      explainTime(time, timezone),
      resource,
      changeText(change),
      outcome,
      printable(error ?? reasons[0]?.text ?? ""),
    ]);
    const columns = [
      { title: "WHEN" },
      { title: "RESOURCE" },
      { title: "CHANGE" },
      { title: "OUTCOME" },
      { title: "WHY", wraps: true },
    ];
    sections.push([
      paint("bold", "What the last runs did"),
      ...table(columns, rows, { width, heading: (text) => paint("dim", text) }),
    ]);
  }
  const notes = document.notes.flatMap((note) => fold(`${paint("yellow", "Note:")} ${printable(note)}`));
  if (notes.length > 0) sections.push(notes);
  return sections.map((lines) => lines.join("\n")).join("\n\n");
}

function settingsTable({ settings }: ExplainDocument, { paint, width, nameOf }: ExplainTextOptions): readonly string[] {
  const rows = settings.map((setting) => {
    const origin = printable(originText(setting, nameOf));
    return [setting.path, settingText(setting), setting.origin === "built-in" ? paint("dim", origin) : origin];
  });
  const columns = [{ title: "SETTING" }, { title: "VALUE" }, { title: "FROM", wraps: true }];
  return table(columns, rows, { width, heading: (text) => paint("dim", text) });
}
