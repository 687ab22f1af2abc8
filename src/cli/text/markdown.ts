import { printable } from "../output.js";

/** Text from elsewhere for GitHub-flavoured Markdown: names must not become markup, links or mentions. */
export function escapeMarkdown(text: string): string {
  return printable(text)
    .replace(/[\\`*_{}[\]<>|~#]/gu, String.raw`\$&`)
    .replace(/@(?=\w)/gu, "@\u200B")
    .replaceAll("\n", " ");
}
