import type { Rule } from "./recommendation.js";
import { boost } from "./rules/boost.js";
import { bounds, memoryFloor } from "./rules/bounds.js";
import { changedByHand } from "./rules/changed-by-hand.js";
import { leftAlone } from "./rules/left-alone.js";
import { otherLimit } from "./rules/other-limit.js";
import { knownSize, newestReading, presentSize } from "./rules/readings.js";
import { cooldown, maxStep, wouldGrowAgain } from "./rules/steps.js";
import { strategy } from "./rules/strategy.js";

/**
 * Every rule for one resource of one container, in the order they are asked. One that holds ends it.
 *
 * The guards win in the order memory floor, node admission, `max`, `min`; so they are asked the other way round, each
 * overruling the ones before it. Node admission and the number of changes look at all containers together and
 * come after this list: see `admission.ts` and `changes.ts`. The memory floor only stops shrinks and admission
 * only growth, so that neither takes back what the other said.
 */
export const rules: readonly Rule[] = [
  // What is there, and may it be touched?
  presentSize,
  leftAlone,
  knownSize,
  changedByHand,
  // How much of it is in use?
  newestReading,
  // What should it be?
  strategy,
  // How much of that, and is it time?
  otherLimit,
  maxStep,
  wouldGrowAgain,
  cooldown,
  // What does not wait for a cooldown.
  boost,
  bounds,
  memoryFloor,
];
