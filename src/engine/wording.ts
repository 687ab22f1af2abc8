import { ofLeftAlone } from "./wording/left-alone.js";
import { ofLimits } from "./wording/limits.js";
import { ofReadings } from "./wording/readings.js";
import { ofStrategies } from "./wording/strategies.js";

/**
 * Every rule that can have a say in a decision, with the numbers it gives and what they come to in words. A rule's name is
 * added in one of the files of `wording/`, by what it is about; what is given for it where it speaks is checked against
 * the argument there, and `docs/reasons.md` explains each. Sizes are in the unit of their resource, times in seconds,
 * shares fractions.
 */
export const wording = { ...ofLeftAlone, ...ofReadings, ...ofStrategies, ...ofLimits } as const;
