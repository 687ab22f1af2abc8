import type { TaskLogLine } from "../task-log-line.js";
import { parseUpid, type Task } from "../../model/index.js";
import { amountOf, rowsOf, textOf } from "./numbers.js";
import type { TaskRow } from "./shapes.js";

/** Reads an entry of `GET /cluster/tasks`: a running one has neither status nor end. */
export function listedTaskOf(row: TaskRow): Task | null {
  const exitStatus = textOf(row.status);
  // Some lists say RUNNING instead.
  return taskOf(row, exitStatus === "RUNNING" ? null : exitStatus, exitStatus === null || exitStatus === "RUNNING");
}

/** Reads `GET …/tasks/UPID/status`: `status` is running or stopped there, and `exitstatus` how it ended. */
export function singleTaskOf(row: TaskRow): Task | null {
  return taskOf(row, textOf(row.exitstatus), row.status === "running");
}

function taskOf(row: TaskRow, exitStatus: string | null, running: boolean): Task | null {
  const upid = textOf(row.upid);
  const parts = upid === null ? null : parseUpid(upid);
  if (upid === null || parts === null) return null;
  const endTime = amountOf(row.endtime);
  return {
    upid,
    node: parts.node,
    type: parts.type,
    id: parts.id,
    user: parts.user,
    startedAt: parts.startedAt,
    endedAt: endTime === null ? null : endTime * 1000,
    state: running && endTime === null ? "running" : endStateOf(exitStatus),
    exitStatus,
  };
}

function endStateOf(exitStatus: string | null): Task["state"] {
  if (exitStatus === null || exitStatus === "unexpected status") return "unknown";
  if (exitStatus === "OK") return "ok";
  return /^WARNINGS: \d+$/u.test(exitStatus) ? "warnings" : "failed";
}

/** Lines of a page of a log that begins at `from`. Where there are none Proxmox has one line that no log holds. */
export function logLinesOf(data: unknown, from: number): readonly TaskLogLine[] {
  const rows = rowsOf(data);
  if (rows.length === 1 && rows[0]?.["t"] === "no content") return [];
  return rows.map((row, index) => ({
    number: amountOf(row["n"]) ?? from + index + 1,
    text: typeof row["t"] === "string" ? row["t"] : "",
  }));
}
