import {
  nodesUnknown,
  type ContainerFigures,
  type Replay,
  type ReplayedChange,
  type Trace,
} from "../../engine/index.js";
import { counted, type Reason } from "../../model/index.js";

/** One file's replay, with the changes it would have made where they are asked for. */
export interface ShownReplay {
  readonly replay: Replay;
  readonly log: readonly ReplayedChange[] | null;
}

/** What was replayed. Times are milliseconds since the epoch, `null` where there is no reading at all. */
export interface ReplayedTrace {
  readonly samples: number;
  readonly from: number | null;
  readonly to: number | null;
}

/** How much a trace has, and of which time. */
export function replayedTrace({ length, time }: Trace): ReplayedTrace {
  return { samples: length, from: time[0] ?? null, to: time.at(-1) ?? null };
}

/** `1,440 readings of 20 containers, 2026-11-20 00:00 to 2026-11-20 23:59 UTC`. */
export function replayedWords({ samples, from, to }: ReplayedTrace, containers: number): string {
  const what = `${counted(samples, "reading")} of ${counted(containers, "container")}`;
  return from === null || to === null ? what : `${what}, ${replayTimeText(from)} to ${replayTimeText(to)} UTC`;
}

/** `2026-11-20 00:00`. */
export function replayTimeText(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace("T", " ");
}

export type ContainerPair = readonly [ContainerFigures, ...ContainerFigures[]];

/** The figures of each container, of all files beside each other: those with most changes first. */
export function containerPairs(shown: readonly ShownReplay[]): readonly ContainerPair[] {
  const [first, ...others] = shown.map(({ replay }) => replay);
  if (first === undefined) return [];
  const byVmid = others.map(({ containers }) => new Map(containers.map((one) => [one.vmid, one])));
  const pairs = first.containers.map((one): ContainerPair => [
    one,
    ...byVmid.flatMap((map) => map.get(one.vmid) ?? []),
  ]);
  const weight = (pair: ContainerPair): number => Math.max(...pair.map(({ changes }) => changes));
  return pairs.sort((a, b) => weight(b) - weight(a) || a[0].vmid - b[0].vmid);
}

/** Why a change was made. What a note says of the whole replay, that it knows no nodes, is not repeated at each growth. */
export function shownReasons({ reasons }: ReplayedChange, { notes }: Pick<Replay, "notes">): readonly Reason[] {
  return notes.includes(nodesUnknown) ? reasons.filter(({ rule }) => rule !== "node-unknown") : reasons;
}

/** In place of a report whose every figure would be 0. */
export const nothingRecorded = "What was recorded has no readings: there is nothing to replay.";
