import type { Rules } from "./recommend.js";
import type { Sized } from "./recommendation.js";
import { atMinimum } from "./rules/at-minimum.js";
import { boost } from "./rules/boost.js";
import { bounds, memoryFloor } from "./rules/bounds.js";
import { changedByHand } from "./rules/changed-by-hand.js";
import { diskGrowth, diskLimits, knownDisk, newestDiskReading, presentDisk } from "./rules/disk.js";
import { forecast } from "./rules/forecast.js";
import { justUnlocked, leftAlone } from "./rules/left-alone.js";
import { otherLimit } from "./rules/other-limit.js";
import { whilePaused } from "./rules/paused.js";
import { knownSize, newestReading, presentSize } from "./rules/readings.js";
import { stabilisation } from "./rules/stabilisation.js";
import { cooldown, maxStep, wouldGrowAgain } from "./rules/steps.js";
import { strategy } from "./rules/strategy.js";
import type { DiskSubject, Subject } from "./subject.js";

/**
 * Every rule for one resource of one container, in the order they are asked. One that holds ends it.
 *
 * The guards win in the order memory floor, node admission, `max`, `min`; so they are asked the other way round, each
 * overruling the ones before it. What looks at several containers together comes after this list, in this order: help
 * for nodes in danger (`emergency.ts`), the changes of one cycle and of a day (`changes.ts`, `budget.ts`) with the room on
 * nodes and storages (`admission.ts`), what would make room (`relief.ts`), and swap beside the memory that came of it
 * (`swap.ts`). The memory floor only stops shrinks and admission only growth, so that neither takes back what the
 * other said.
 */
export const rules: Rules<Subject> = {
  known: [
    // What is there, and may it be touched?
    presentSize,
    leftAlone,
    knownSize,
    changedByHand,
    justUnlocked,
    // How much of it is in use?
    newestReading,
  ],
  sized: [
    // What should it be?
    strategy,
    stabilisation,
    atMinimum,
    forecast,
    // How much of that, and is it time?
    otherLimit,
    maxStep,
    wouldGrowAgain,
    cooldown,
    // What does not wait for a cooldown.
    boost,
    bounds,
    memoryFloor,
    // Whatever it is: not now.
    paused,
  ],
};

/** The same for a disk. Room on its storage is looked at with all others, as for CPU and memory. */
export const diskRules: Rules<DiskSubject> = {
  known: [presentDisk, leftAlone, knownDisk, justUnlocked, newestDiskReading],
  sized: [diskGrowth, diskLimits, paused],
};

function paused(recommendation: Sized, subject: Subject | DiskSubject): void {
  whilePaused(recommendation, subject, subject.settings.pause);
}
