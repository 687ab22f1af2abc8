import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { outcomeDocument } from "../engine/index.js";
import type { Outcome, ReasonDocument } from "../model/index.js";
import { fileFault, makeRecordsFolder, RecordsError, recordsFolder, type RecordsLocation } from "./records.js";

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
export type AuditEvent<Why extends object = Outcome["reasons"][number]> =
  | {
      readonly event: "run-started";
      /** What was carried out; absent in logs of the first version, which only knew `apply`. */
      readonly kind?: RunKind;
      readonly file: string;
      readonly cluster: string;
      readonly endpoint: string;
      readonly changes: number;
      /** The run whose changes a rollback takes back. */
      readonly undoes?: string;
    }
  /** Stands before the write is sent, so that a run that is killed leaves what it was about to do and what was there. */
  | {
      readonly event: "write";
      readonly vmid: number;
      readonly node: string;
      readonly name: string;
      readonly before: FormerSize;
      /** `null`: the key is removed, which means no limit. */
      readonly change: Readonly<Record<string, number | null>>;
    }
  | {
      readonly event: "outcome";
      readonly outcome: Outcome<Why>;
      /** Set where a later run found out, because the one that wrote was ended before it could. */
      readonly recovered?: true;
    }
  | {
      readonly event: "run-ended";
      readonly applied: number;
      readonly unchanged: number;
      readonly failed: number;
      readonly skipped: number;
      readonly unknown: number;
      readonly interrupted: boolean;
    };

export type RunKind = "apply" | "rollback";

/** A line of the log as it is read back. */
export type AuditRecord = AuditEvent<ReasonDocument> & {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly run: string;
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
      await makeRecordsFolder(recordsFolder(this.location, cluster));
      const handle = await open(file, "a+", 0o600);
      try {
        // What a full disk or a cut power supply left of an earlier line must not spoil this one.
        const { size } = await handle.stat();
        const torn = size > 0 && (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0] !== newline;
        const bytes = Buffer.from(torn ? `\n${line}` : line);
        // One write in append mode: lines of two programs never mix.
        const { bytesWritten } = await handle.write(bytes);
        if (bytesWritten < bytes.length) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
        await handle.datasync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw new RecordsError(`The audit log ${file} could not be written: ${fileFault(error)}.`, { cause: error });
    }
  }

  /**
   * All that was written down of a cluster, oldest first; nothing where there is no log yet. Lines that are torn or not
   * of this form are passed over. Rejects with {@link RecordsError} where the file can't be read.
   */
  async read(cluster: string): Promise<readonly AuditRecord[]> {
    const file = this.file(cluster);
    let text: string;
    try {
      text = await readFile(file, "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
      throw new RecordsError(`The audit log ${file} could not be read: ${fileFault(error)}.`, { cause: error });
    }
    return text.split("\n").flatMap(recordOf);
  }
}

const newline = 0x0a;

/** An outcome's own keys stand beside `event`, so that a line reads like a line of `apply --format json`. */
function flatten(event: AuditEvent): object {
  if (event.event !== "outcome") return event;
  const { outcome, ...rest } = event;
  return { ...rest, ...outcomeDocument(outcome) };
}

const ownKeys: ReadonlySet<string> = new Set(["time", "run", "event", "recovered"]);

function recordOf(line: string): readonly AuditRecord[] {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return [];
  }
  if (typeof value !== "object" || value === null) return [];
  const fields = value as Readonly<Record<string, unknown>>;
  const { run, event } = fields;
  const time = Date.parse(String(fields["time"]));
  if (typeof run !== "string" || Number.isNaN(time)) return [];
  if (event === "outcome" && typeof fields["vmid"] === "number" && typeof fields["outcome"] === "string") {
    // Written by `flatten`: everything that is not the line's own is the outcome's.
    const outcome = Object.fromEntries(Object.entries(fields).filter(([key]) => !ownKeys.has(key)));
    const recovered = fields["recovered"] === true ? { recovered: true as const } : {};
    return [{ time, run, event, outcome: outcome as unknown as Outcome<ReasonDocument>, ...recovered }];
  }
  const shaped =
    event === "run-started" ||
    event === "run-ended" ||
    (event === "write" &&
      typeof fields["vmid"] === "number" &&
      typeof fields["before"] === "object" &&
      typeof fields["change"] === "object");
  return shaped ? [{ ...(fields as unknown as AuditRecord), time }] : [];
}
