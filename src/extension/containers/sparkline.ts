/** How a share has gone, in eighths of a line: `▁▂▂▅█▃`. */

const steps = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
/** A reading that is missing is a gap, not 0. */
const gap = "·";

/**
 * Draws shares (0 to 1, `null`: not known) oldest first in at most `width` characters, each the highest of the time it
 * stands for: a short peak is what one looks for. Empty where nothing is known.
 */
export function sparkline(shares: readonly (number | null)[], width: number): string {
  if (shares.every((share) => share === null)) return "";
  const columns = Math.min(width, shares.length);
  return Array.from({ length: columns }, (_, column) => {
    const begin = Math.floor((column * shares.length) / columns);
    const end = Math.max(begin + 1, Math.floor(((column + 1) * shares.length) / columns));
    const known = shares.slice(begin, end).filter((share) => share !== null);
    if (known.length === 0) return gap;
    const index = Math.floor(Math.max(...known) * steps.length);
    return steps[Math.min(steps.length - 1, Math.max(0, index))] ?? gap;
  }).join("");
}
