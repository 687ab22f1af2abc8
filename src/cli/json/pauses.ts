import type { Pause, PauseDirection } from "../../engine/index.js";

/** One pause as `pause --format json` prints it; its schema is `schemas/pause.schema.json`. */
export interface PauseEntry {
  readonly scope: "all" | "container" | "group";
  readonly vmid?: number;
  readonly group?: string;
  readonly direction: PauseDirection;
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly until: string | null;
  readonly note: string | null;
}

export interface PausesDocument {
  readonly version: 1;
  readonly cluster: string;
  readonly pauses: readonly PauseEntry[];
}

/** The pauses in force on a cluster. */
export function pausesDocument(cluster: string, pauses: readonly Pause[]): PausesDocument {
  const iso = (time: number): string => new Date(time).toISOString();
  return {
    version: 1,
    cluster,
    pauses: pauses.map(({ scope, direction, since, until, note }) => ({
      scope: scope.kind,
      ...(scope.kind === "container" ? { vmid: scope.vmid } : {}),
      ...(scope.kind === "group" ? { group: scope.group } : {}),
      direction,
      since: iso(since),
      until: until === null ? null : iso(until),
      note,
    })),
  };
}
