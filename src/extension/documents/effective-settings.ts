import type { SettingOrigin } from "../../config/index.js";
import type * as operate from "../../operate/index.js";
import type { PlacedLink } from "./read-only-documents.js";

type Words = Pick<
  typeof operate,
  "explainCircumstances" | "explainHeadline" | "explainTime" | "originText" | "settingText"
>;

export interface EffectiveSettingsInput {
  readonly document: operate.ExplainDocument;
  readonly nameOf: operate.NameOfOrigin;
  /** Of the file. */
  readonly fileName: string;
  /** IANA name, in which times are shown. */
  readonly timezone: string;
  /** The address of a line of the file, or of a file that it includes. */
  readonly addressOf: (line: number, file: string | undefined) => string;
  /** Of the room `operate`, which is loaded when it is needed. */
  readonly words: Words;
}

interface Branch {
  readonly children: Map<string, Branch>;
  setting: SettingOrigin | null;
}

/** Values wider than this push their own comment away, and no other. */
const widest = 36;

/** The settings of a container as they would stand in a file, each with where it comes from behind it. */
export function effectiveSettingsText(input: EffectiveSettingsInput): {
  readonly text: string;
  readonly links: readonly PlacedLink[];
} {
  const { document, fileName, timezone, words } = input;
  const lines: string[] = [
    words.explainHeadline(document),
    ...words.explainCircumstances(document, timezone),
    `By ${fileName}. Behind each value stands where it comes from.`,
    ...document.notes,
  ].map((line) => `# ${printable(line)}`);
  const rows = rowsOf(treeOf(document.settings), 0, words);
  const width = Math.min(widest, Math.max(0, ...rows.map(({ text, setting }) => (setting === null ? 0 : text.length))));
  const links: PlacedLink[] = [];
  if (rows.length > 0) lines.push("");
  for (const { text, setting } of rows) {
    if (setting === null) {
      lines.push(text);
      continue;
    }
    const before = `${text.padEnd(width)}  # `;
    const origin = printable(words.originText(setting, input.nameOf));
    const { line, file } = setting;
    if (line !== null) {
      const place = printable(file === undefined ? `line ${line}` : `${file}:${line}`);
      const start = before.length + origin.indexOf(place);
      links.push({ line: lines.length, start, end: start + place.length, target: input.addressOf(line, file) });
    }
    lines.push(`${before}${origin}`);
  }
  return { text: `${lines.join("\n")}\n`, links };
}

function treeOf(settings: readonly SettingOrigin[]): Branch {
  const root: Branch = { children: new Map(), setting: null };
  for (const setting of settings) {
    let branch = root;
    for (const key of setting.path.split(".")) {
      const next = branch.children.get(key) ?? { children: new Map(), setting: null };
      branch.children.set(key, next);
      branch = next;
    }
    branch.setting = setting;
  }
  return root;
}

interface Row {
  readonly text: string;
  readonly setting: SettingOrigin | null;
}

function rowsOf({ children }: Branch, depth: number, words: Words): readonly Row[] {
  return [...children].flatMap(([key, branch]): readonly Row[] => {
    const { setting } = branch;
    const indent = "  ".repeat(depth);
    const value = setting === null ? "" : ` ${printable(words.settingText(setting))}`;
    return [{ text: `${indent}${key}:${value}`, setting }, ...rowsOf(branch, depth + 1, words)];
  });
}

/** Names come from elsewhere: one with a line break would be a line of its own. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu, " ");
}
