/** A text as inline code, whatever is in it: it may come from a hostile file or cluster. */
export function code(text: string): string {
  const line = text.replaceAll(/\s+/gu, " ");
  const shown = line.length > 120 ? `${line.slice(0, 119)}…` : line;
  const longest = Math.max(0, ...[...shown.matchAll(/`+/gu)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `\`${shown}\`` : `${fence} ${shown} ${fence}`;
}
