import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import type { Outcome } from "../model/index.js";
import { fileFault, RecordsError, recordsFolder, type RecordsLocation } from "./records.js";

/** The size of a container before a write, from which it can be restored. */
export interface FormerSize {
  readonly cores: number | null;
  readonly cpulimit: number | null;
  /** MiB. */
  readonly memory: number;
  /** MiB. */
  readonly swap: number;
  readonly digest: string;
}

/** What is written down, one JSON object a line. `time` and `run` are on each. */
export type AuditEvent =
  | {
      readonly event: "run-started";
      readonly file: string;
      readonly cluster: string;
      readonly endpoint: string;
      readonly changes: number;
    }
  /** Stands before the write is sent, so that a run that is killed leaves what it was about to do and what was there. */
  | {
      readonly event: "write";
      readonly vmid: number;
      readonly node: string;
      readonly name: string;
      readonly before: FormerSize;
      readonly change: Readonly<Record<string, number>>;
    }
  | { readonly event: "outcome"; readonly outcome: Outcome }
  | {
      readonly event: "run-ended";
      readonly applied: number;
      readonly unchanged: number;
      readonly failed: number;
      readonly skipped: number;
      readonly unknown: number;
      readonly interrupted: boolean;
    };

/** Appends what was done, and what was there before, to `audit.jsonl` of the cluster. Nothing in it is ever rewritten. */
export class AuditLog {
  constructor(readonly location: RecordsLocation) {}

  file(cluster: string): string {
    return join(recordsFolder(this.location, cluster), "audit.jsonl");
  }

  /**
   * Appends one line and waits until it is on the disk. `time` is in milliseconds since the epoch.
   * Rejects with {@link RecordsError}.
   */
  async append(cluster: string, run: string, time: number, event: AuditEvent): Promise<void> {
    const file = this.file(cluster);
    const line = `${JSON.stringify({ time: new Date(time).toISOString(), run, ...flatten(event) })}\n`;
    try {
      await mkdir(recordsFolder(this.location, cluster), { recursive: true, mode: 0o700 });
      const handle = await open(file, "a", 0o600);
      try {
        // One write in append mode: lines of two programs never mix.
        await handle.write(line);
        await handle.datasync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw new RecordsError(`The audit log ${file} could not be written: ${fileFault(error)}.`, { cause: error });
    }
  }
}

/** An outcome's own keys stand beside `event`, so that a line reads like a line of `apply --format json`. */
function flatten(event: AuditEvent): object {
  return event.event === "outcome" ? { event: event.event, ...event.outcome } : event;
}
