import { compileMatch, scheduleInForce, type AutoscalerReading, type KeyPath, type Match } from "../../config/index.js";
import type { Container, Inventory } from "../../model/index.js";
import { usageOf } from "../completion/live.js";
import { containersInWords, containersOf, matchAt } from "../selection.js";
import { code } from "./markdown.js";

/** More lines than this say less. */
const most = 8;

/** Live containers that the place is about: those of a vmid, name, tag, node or pool, or those a policy matches. */
export function thingsAt(
  path: KeyPath,
  text: string,
  reading: AutoscalerReading,
  inventory: Inventory | null,
  now: number,
): readonly string[] {
  if (inventory === null) return [];
  const [section, index] = path;
  const isLayer = (section === "policies" || section === "schedules") && typeof index === "number";
  if (isLayer && path.length === 3 && (path[2] === "match" || path[2] === "name")) {
    return matchedBy(section, index, reading, inventory, now);
  }
  const meant = selector(path, text);
  if (meant === null || text === "") return [];
  const found = inventory.containers.filter(meant);
  if (found.length === 0) return ["There is nothing of that kind in the cluster now."];
  return [lines(found)];
}

function matchedBy(
  section: "policies" | "schedules",
  index: number,
  reading: AutoscalerReading,
  inventory: Inventory,
  now: number,
): readonly string[] {
  const match = matchAt([section, index, "match"], reading);
  if (match === null) return [];
  const found = containersOf(match, reading, inventory);
  if (found.length === 0) return ["No container matches it now."];
  return [
    `Matches ${containersInWords(found.length)}${section === "schedules" ? state(index, reading, now) : ""}:`,
    lines(found),
  ];
}

function state(index: number, { config }: AutoscalerReading, now: number): string {
  const schedule = config?.schedules.find((one) => one.file === undefined && one.index === index);
  if (config === null || schedule === undefined) return "";
  return scheduleInForce(schedule.when, config, now) ? ", and is in force now" : ", and is not in force now";
}

function lines(containers: readonly Container[]): string {
  const shown = containers
    .slice(0, most)
    .map((one) => `- ${code(`${one.vmid} ${one.name}`)} on ${code(one.node)}: ${usageOf(one)}`);
  if (containers.length > most) shown.push(`- and ${containers.length - most} more`);
  return shown.join("\n");
}

function selector(path: KeyPath, text: string): ((container: Container) => boolean) | null {
  const key = path.findLast((step) => typeof step === "string");
  const match = matchOf(key, text, path.includes("match") || path.includes("ignore"));
  if (match === null) return null;
  const matcher = compileMatch(match);
  return (container) => matcher.any(container) !== null;
}

/** What one entry of a list means on its own. */
function matchOf(key: string | undefined, text: string, inMatch: boolean): Match | null {
  if (key === "vmids" || key === "vmid") {
    const [, first = "", last = first] = /^(\d+)(?:-(\d+))?$/u.exec(text) ?? [];
    return first === "" ? null : { vmids: [{ first: Number(first), last: Number(last) }] };
  }
  if (!inMatch) return null;
  return key === "names" || key === "tags" || key === "nodes" || key === "pools" ? { [key]: [text] } : null;
}
