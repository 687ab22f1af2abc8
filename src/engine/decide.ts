import { settingsAt } from "../config/index.js";
import type { Plan } from "../model/index.js";
import type { DecideInput } from "./decide-input.js";
import { decideWith } from "./planning.js";

/**
 * What to change now, and why. Pure: the same arguments give the same plan. Every managed container has one decision for
 * each resource the file says something about, ordered by vmid, then resource. Horizontal groups have none here.
 */
export function decide(input: DecideInput): Plan {
  const { config, now } = input;
  return decideWith(input, settingsAt(config, now));
}
