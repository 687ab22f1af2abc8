import type { Task } from "../model/index.js";
import { ProxmoxError } from "./errors.js";
import type { Gateway } from "./gateway.js";

export interface WaitOptions {
  readonly signal?: AbortSignal;
  /** How long to wait, default 300. The task itself goes on. */
  readonly timeoutSeconds?: number;
}

const firstPause = 250;
const longestPause = 3000;

/**
 * Waits until a task has ended well: exit status `OK`, or `WARNINGS: n`. Asks again after 0.25 s, and each time half
 * as long more, up to 3 s. Rejects with `task-failed` and Proxmox's own words, `outcome-unknown` where the task ended
 * without any, `timed-out`, or `cancelled`. A node that doesn't answer for a moment is asked again.
 */
export async function waitForTask(
  gateway: Pick<Gateway, "task">,
  upid: string,
  options: WaitOptions = {},
): Promise<Task> {
  const seconds = options.timeoutSeconds ?? 300;
  const end = performance.now() + seconds * 1000;
  const request = options.signal === undefined ? {} : { signal: options.signal };
  for (let pause = firstPause; ; pause = Math.min(pause * 1.5, longestPause)) {
    const task = await readTaskUnlessAway(gateway, upid, request);
    if (task !== null && task.state !== "running") return ended(task);
    const left = end - performance.now();
    if (left <= 0) {
      throw new ProxmoxError(
        "timed-out",
        `Task ${upid} has not ended within ${seconds} seconds. It goes on: see the task list for what becomes of it.`,
        { attempted: "wait for a task", upid },
      );
    }
    await sleep(Math.min(pause, left), options.signal);
  }
}

/** How a task stands; `null` while its node does not answer. */
export async function readTaskUnlessAway(
  gateway: Pick<Gateway, "task">,
  upid: string,
  request: { readonly signal?: AbortSignal },
): Promise<Task | null> {
  try {
    return await gateway.task(upid, request);
  } catch (error) {
    if (error instanceof ProxmoxError && ["unreachable", "node-offline", "timed-out"].includes(error.kind)) return null;
    throw error;
  }
}

function ended(task: Task): Task {
  if (task.state === "ok" || task.state === "warnings") return task;
  const details = { attempted: `${task.type} ${task.id}`.trim(), upid: task.upid, node: task.node };
  if (task.state === "unknown") {
    throw new ProxmoxError(
      "outcome-unknown",
      `Task ${task.type} ${task.id} on ${task.node} ended without saying how. Read the state back.`,
      details,
    );
  }
  const answer = task.exitStatus ?? "";
  throw new ProxmoxError("task-failed", `Task ${task.type} ${task.id} on ${task.node} failed: ${answer}`, {
    ...details,
    answer,
  });
}

/** Rejects with `cancelled`. */
export function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new ProxmoxError("cancelled", "Cancelled: waiting for a task. The task itself goes on."));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
