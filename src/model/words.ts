import type { Decision, Unit } from "./plan.js";
import { formatSize } from "./units.js";

/** A number with its noun: `1 change`, `2 changes`, `1,200 changes`. */
export function counted(number: number, noun: string): string {
  return `${number.toLocaleString("en", { maximumFractionDigits: 0 })} ${noun}${Math.round(number) === 1 ? "" : "s"}`;
}

/** A container for people: `101 web-1`. */
export function containerText({ vmid, name }: Pick<Decision, "vmid" | "name">): string {
  return name === "" ? String(vmid) : `${vmid} ${printable(name)}`;
}

/** A size with its unit where the resource does not say it: `4`, `0.5`, `1.5GiB`. Unknown is a dash. */
export function sizeText(size: number | null, unit: Unit): string {
  if (size === null) return "–";
  switch (unit) {
    case "MiB":
      return formatSize(size);
    case "GiB":
      return formatSize(size * 1024);
    case "cores":
    case "instances":
      return String(Number(size.toFixed(3)));
  }
}

/** `4 → 6`, and what was wanted where a limit gave less. */
export function changeText({ from, to, unit }: Pick<Decision, "from" | "to" | "unit">): string {
  return `${sizeText(from, unit)} → ${sizeText(to, unit)}`;
}

/** Makes a text from elsewhere safe to print: control characters could repaint the terminal, bidirectional ones turn it round. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}|[\u202A-\u202E\u2066-\u2069]/gu, (character) =>
    character === "\n" || character === "\t" ? character : "\u{FFFD}",
  );
}

/** Text from elsewhere for GitHub-flavoured Markdown: names must not become markup, links or mentions. */
export function escapeMarkdown(text: string): string {
  return printable(text)
    .replace(/[\\`*_{}[\]<>|~#]/gu, String.raw`\$&`)
    .replace(/@(?=\w)/gu, "@\u200B")
    .replaceAll("\n", " ");
}
