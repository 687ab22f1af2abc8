import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Names one run of one program, so that another can tell whether it is still there. Plain JSON. */
export interface ProcessMark {
  readonly host: string;
  readonly pid: number;
  /** When the process started and in which boot and namespace of process ids; `null` where the system does not tell. */
  readonly started: string | null;
  readonly namespace: string | null;
}

/** The program that asks. */
export function thisProcess(): ProcessMark {
  own ??= { host: hostname(), pid: process.pid, started: startOf("self"), namespace: namespaceOfPids() };
  return own;
}
let own: ProcessMark | null = null;

/**
 * True only where it is certain that the process is no more: it ran on this machine, and nothing has its id now, or
 * something that was started at another time. What can't be known, such as a process of another machine, counts as alive.
 */
export function isGone(mark: ProcessMark): boolean {
  if (mark.host !== hostname() || mark.namespace !== thisProcess().namespace) return false;
  if (mark.started !== null && bootOf(mark.started) !== bootOf(thisProcess().started ?? "")) return true;
  try {
    process.kill(mark.pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
  const started = startOf(String(mark.pid));
  return mark.started !== null && started !== null && started !== mark.started;
}

/** `<boot id> <ticks since boot>`: field 22 of `/proc/<pid>/stat`, see proc(5). */
function startOf(pid: string): string | null {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in brackets may hold blanks and brackets itself; after its end the third field follows.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = fields[19];
    return ticks === undefined ? null : `${boot} ${ticks}`;
  } catch {
    return null;
  }
}

function bootOf(started: string): string {
  return started.split(" ")[0] ?? "";
}

function namespaceOfPids(): string | null {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return null;
  }
}
