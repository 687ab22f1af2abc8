import { set } from "./new-file.js";
import type { NewMap } from "./new-file.js";

interface Tally {
  up: number;
  down: number;
  other: number;
  first: string;
  last: string;
}

export interface EventLog {
  /** By container, ordered by CT id. */
  readonly containers: ReadonlyMap<string, Tally>;
  readonly lines: number;
  /** Lines that are no event. */
  readonly broken: number;
}

/** An event as the older program logs it; `null` for anything else. */
function eventOf(line: string): { readonly container: string; readonly action: string; readonly time: string } | null {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null) return null;
    const event = value as Readonly<Record<string, unknown>>;
    const container = event["container_id"];
    const action = event["action"];
    if ((typeof container !== "string" && typeof container !== "number") || typeof action !== "string") return null;
    const time = event["timestamp"];
    return {
      container: String(container).slice(0, 40),
      action,
      time: typeof time === "string" ? time.slice(0, 40) : "",
    };
  } catch {
    return null;
  }
}

/** True where the first line of a text is an event of `lxc_autoscale.json`. */
export function isEventLog(text: string): boolean {
  return eventOf(text.trimStart().split(/\r?\n/u, 1)[0] ?? "") !== null;
}

/** Counts what the older program did, by container. */
export function readEventLog(text: string): EventLog {
  const containers = new Map<string, Tally>();
  let lines = 0;
  let broken = 0;
  for (const line of text.split(/\r?\n/u)) {
    if (line.trim() === "") continue;
    lines += 1;
    const event = eventOf(line);
    if (event === null) {
      broken += 1;
      continue;
    }
    const tally = containers.get(event.container) ?? { up: 0, down: 0, other: 0, first: event.time, last: event.time };
    if (/^Increase|^Boost Applied|^Scale Out/u.test(event.action)) tally.up += 1;
    else if (/^Decrease|^Reduce|^Boost Reverted|^Scale In/u.test(event.action)) tally.down += 1;
    else tally.other += 1;
    tally.last = event.time;
    containers.set(event.container, tally);
  }
  const sorted = [...containers].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  return { containers: new Map(sorted), lines, broken };
}

/** A file without settings of its own, and in comments what the older program did to each container. */
export function migrateEventLog(
  log: EventLog,
  file: NewMap,
): { readonly heading: readonly string[]; readonly tail: readonly string[] } {
  set(file, "version", 1);
  set(file, "mode", "recommend");
  const tail = [`What the older program did, ${log.lines} lines of its log:`];
  for (const [container, { up, down, other, first, last }] of log.containers) {
    const words = [
      ...(up > 0 ? [`grown ${up}×`] : []),
      ...(down > 0 ? [`shrunk ${down}×`] : []),
      ...(other > 0 ? [`${other} other`] : []),
    ];
    tail.push(`  ${container}: ${words.join(", ")} (${first} to ${last})`);
  }
  return {
    heading: [
      "A log has no settings, and its sizes are differences only. Migrate the configuration of the older program, or let",
      "`lxc-autoscaler init` propose one; `replay` shows what it would have done.",
    ],
    tail,
  };
}
