/** Who scales a cluster, and until when unless it says so again. */
export interface LeaseMark {
  /** The command: `run`, `apply`. */
  readonly program: string;
  readonly host: string;
  /** Random, so that two programs of one host are told apart. Hexadecimal digits. */
  readonly id: string;
  /** Milliseconds since the epoch by the cluster's clock, whole seconds. */
  readonly until: number;
}

/**
 * The line as it stands in the notes of a container. The notes are Markdown: a quotation stands for itself, whatever
 * comes before it, and Proxmox's web page shows it as a sentence.
 */
const line =
  /^> LXC Autoscaler: ([a-z][a-z-]*) on ([\w.-]+) \(([0-9a-f]{4,64})\) scales this cluster until (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC\. Others only recommend\.\s*$/u;

/** What begins like the line is ours, also where a person has changed the rest: it is replaced, never repeated. */
const ours = /^> LXC Autoscaler: .* scales this cluster until /u;

/** `> LXC Autoscaler: run on pve1 (4f3a2b1c) scales this cluster until 2026-11-21 10:03:00 UTC. Others only recommend.` */
export function formatLease({ program, host, id, until }: LeaseMark): string {
  const time = new Date(until).toISOString().slice(0, 19).replace("T", " ");
  return `> LXC Autoscaler: ${program} on ${host} (${id}) scales this cluster until ${time} UTC. Others only recommend.`;
}

/** A host's name as the line can hold it. */
export function leaseHost(name: string): string {
  return name.replace(/[^\w.-]+/gu, "-").slice(0, 64) || "unknown";
}

/** The lease that the notes tell of, the one that lasts longest where there are several; `null`: none that can be read. */
export function leaseIn(notes: string | null): LeaseMark | null {
  let found: LeaseMark | null = null;
  for (const text of (notes ?? "").split("\n")) {
    const [, program, host, id, date, time] = line.exec(text) ?? [];
    const until = Date.parse(`${date}T${time}Z`);
    if (program === undefined || host === undefined || id === undefined || Number.isNaN(until)) continue;
    if (found === null || until > found.until) found = { program, host, id, until };
  }
  return found;
}

/**
 * The notes with this lease and no other: in the place of the first that was there, else at their end. All other lines
 * stay as they are, byte for byte; a last line without its end gets one, as Proxmox would give it.
 */
export function withLease(notes: string | null, mark: LeaseMark): string {
  const before = lines(notes ?? "");
  const at = before.findIndex(isOurs);
  if (at === -1) {
    const text = notes ?? "";
    return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${formatLease(mark)}\n`;
  }
  return before.flatMap((text, index) => (index === at ? `${formatLease(mark)}\n` : isOurs(text) ? [] : text)).join("");
}

/** The notes without any lease; all other lines stay as they are. */
export function withoutLease(notes: string | null): string {
  return lines(notes ?? "")
    .filter((text) => !isOurs(text))
    .join("");
}

function isOurs(text: string): boolean {
  return ours.test(text);
}

/** Each with its end. */
function lines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
}
