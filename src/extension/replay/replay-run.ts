import { setImmediate } from "node:timers/promises";
import type { AutoscalerConfig } from "../../config/index.js";
import type { ReplayedChange } from "../../engine/index.js";
import type { ReplaySource, ShownReplay } from "../../operate/index.js";
import { loadEngine } from "../base/rooms.js";

/** Milliseconds after which the editor has its turn again. */
const turn = 15;

export interface ReplayRun {
  /** What is, before what would be. */
  readonly configs: readonly AutoscalerConfig[];
  readonly source: ReplaySource;
  readonly signal: AbortSignal;
  /** How far all of it has come, from 0 to 1. */
  readonly onProgress: (done: number) => void;
}

/**
 * Replays files over the same recorded usage, as the command line does, with every change they would have made. The
 * editor is left its time in between. Rejects with the signal's reason when that is aborted.
 */
export async function runReplay({ configs, source, signal, onProgress }: ReplayRun): Promise<readonly ShownReplay[]> {
  const { replaying } = await loadEngine();
  const shown: ShownReplay[] = [];
  let since = performance.now();
  for (const [index, config] of configs.entries()) {
    const log: ReplayedChange[] = [];
    const steps = replaying({ config, ...source, onChange: (change) => log.push(change) });
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) {
        shown.push({ replay: step.value, log });
        break;
      }
      if (performance.now() - since < turn) continue;
      onProgress((index + step.value) / configs.length);
      await setImmediate();
      signal.throwIfAborted();
      since = performance.now();
    }
  }
  return shown;
}
