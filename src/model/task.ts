/** Something Proxmox is doing or has done: the fourth of the four values every view shows. */
export interface Task {
  readonly upid: string;
  readonly node: string;
  /** Proxmox's own type (`vzstart`, `vzdump`, `resize`, …). */
  readonly type: string;
  /** What it works on, usually a vmid; empty for jobs over several guests. */
  readonly id: string;
  /** `user@realm`, with `!token` where a token started it. */
  readonly user: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** `running`, or how it ended. `unknown` where Proxmox can't say. */
  readonly state: "running" | "ok" | "warnings" | "failed" | "unknown";
  /** Proxmox's exit status text once it has ended (`OK`, `WARNINGS: 1`, or the error). */
  readonly exitStatus: string | null;
}

/** The parts of a task's id. */
export interface Upid {
  readonly node: string;
  readonly pid: number;
  readonly pstart: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly type: string;
  readonly id: string;
  readonly user: string;
}

/**
 * Reads a UPID: `UPID:node:pid:pstart:starttime:type:id:user:`, the numbers in
 * hexadecimal, eight digits each (pstart may have more). Returns `null` for anything else.
 */
export function parseUpid(text: string): Upid | null {
  const match =
    /^UPID:([A-Za-z0-9][A-Za-z0-9-]*):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9}):([0-9A-Fa-f]{8}):([^:\s]+):([^:\s]*):([^:\s]+):$/u.exec(
      text,
    );
  if (match === null) return null;
  const [, node = "", pid = "", pstart = "", start = "", type = "", id = "", user = ""] = match;
  return {
    node,
    pid: Number.parseInt(pid, 16),
    pstart: Number.parseInt(pstart, 16),
    startedAt: Number.parseInt(start, 16) * 1000,
    type,
    id,
    user,
  };
}
