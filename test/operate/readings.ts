import type { Sample, UsageHistory } from "../../src/model/index.js";

/** The readings of a container, each an object of its own. */
export function readings(history: UsageHistory | undefined): readonly Sample[] {
  return [...(history?.samples ?? [])];
}
