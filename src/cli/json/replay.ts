import { reasonDocument, type ContainerFigures, type ReplayedChange, type ReplayFigures } from "../../engine/index.js";
import type { ReasonDocument } from "../../model/index.js";
import type { ReplayedTrace, ShownReplay } from "../../operate/index.js";

/** What `replay --format json` prints (`schemas/replay.schema.json`). */
export interface ReplayDocument {
  readonly version: 1;
  readonly samples: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly configurations: readonly (ReplayFigures & {
    readonly file: string;
    readonly containers: readonly ContainerFigures[];
    readonly notes: readonly string[];
    readonly log?: readonly ChangeDocument[];
  })[];
}

export interface ChangeDocument extends Omit<ReplayedChange, "time" | "reasons"> {
  readonly time: string;
  readonly reasons: readonly ReasonDocument[];
}

export function replayDocument(trace: ReplayedTrace, shown: readonly ShownReplay[]): ReplayDocument {
  return {
    version: 1,
    samples: trace.samples,
    from: trace.from === null ? null : new Date(trace.from).toISOString(),
    to: trace.to === null ? null : new Date(trace.to).toISOString(),
    configurations: shown.map(({ replay, log }) => ({
      ...replay,
      ...(log === null ? {} : { log: log.map(changeDocument) }),
    })),
  };
}

function changeDocument({ time, reasons, ...change }: ReplayedChange): ChangeDocument {
  return { time: new Date(time).toISOString(), ...change, reasons: reasons.map(reasonDocument) };
}
