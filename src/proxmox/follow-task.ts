import type { Task } from "../model/index.js";
import type { Gateway } from "./gateway.js";
import { readTaskUnlessAway, sleep } from "./wait-for-task.js";
import type { TaskLogLine } from "./task-log-line.js";

export interface FollowOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds between two looks, 1000 unless given. */
  readonly pause?: number;
}

/** How a task stands, and the lines that it has written since the last look. */
export interface TaskProgress {
  /** `null` while its node does not answer. */
  readonly task: Task | null;
  readonly lines: readonly TaskLogLine[];
}

/**
 * Tells what a task writes as it writes it, until it has ended, well or not; the last look has all of its log. Rejects with
 * `cancelled`; the task itself goes on.
 */
export async function* followTask(
  gateway: Pick<Gateway, "task" | "taskLog">,
  upid: string,
  options: FollowOptions = {},
): AsyncGenerator<TaskProgress, void, undefined> {
  const request = options.signal === undefined ? {} : { signal: options.signal };
  let seen = 0;
  for (;;) {
    // Its state first: what it writes between the two is in the log then.
    const task = await readTaskUnlessAway(gateway, upid, request);
    const lines = task === null ? [] : await gateway.taskLog(upid, { ...request, from: seen });
    seen += lines.length;
    yield { task, lines };
    if (task !== null && task.state !== "running") return;
    await sleep(options.pause ?? 1000, options.signal);
  }
}
