/**
 * Text that may hold what Markdown takes for its own. VS Code's `appendText` would also turn every space into one
 * that does not break, so that a sentence in a hover breaks inside its words.
 */
export function plain(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-.!|<>~$&]/gu, "\\$&").replaceAll("\n", "\n\n");
}
