import { parseUpid } from "../../../model/index.js";
import { ProxmoxError } from "../../errors.js";
import type { TaskArchivePort } from "../../ports/task-archive.js";
import { pathOf, type Requests } from "../requests.js";
import { listOf } from "../rows.js";
import { listedTaskOf, logLinesOf } from "../tasks.js";

const sources = { ended: "archive", running: "active", all: "all" } as const;

const secondsOf = (milliseconds: number | undefined): number | undefined =>
  milliseconds === undefined ? undefined : Math.floor(milliseconds / 1000);

/** The {@link TaskArchivePort} over the API. */
export function taskArchiveOver(requests: Requests): TaskArchivePort {
  return {
    async list(node, filter = {}, options = {}) {
      const attempted = `read the tasks of ${node}`;
      const rows = await requests.get(
        attempted,
        pathOf`/nodes/${node}/tasks`,
        {
          vmid: filter.vmid,
          typefilter: filter.type,
          userfilter: filter.user,
          source: sources[filter.which ?? "all"],
          statusfilter: filter.outcome,
          since: secondsOf(filter.since),
          until: secondsOf(filter.until),
          start: filter.start,
          limit: filter.limit,
        },
        options,
      );
      return listOf(rows, attempted)
        .flatMap((row) => listedTaskOf(row) ?? [])
        .sort((a, b) => b.startedAt - a.startedAt);
    },

    async log(upid, { from, limit }, options = {}) {
      const attempted = `read the log of task ${upid}`;
      const parts = parseUpid(upid);
      if (parts === null) {
        throw new ProxmoxError("invalid-parameter", `“${upid.slice(0, 200)}” is not the id of a task.`, { attempted });
      }
      const path = pathOf`/nodes/${parts.node}/tasks/${upid}/log`;
      return logLinesOf(await requests.get(attempted, path, { start: from, limit }, options), from);
    },
  };
}
