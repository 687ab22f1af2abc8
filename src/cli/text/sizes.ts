import { formatSize, type Decision, type Unit } from "../../model/index.js";

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
