import type { PlacedProblem } from "../document.js";
import type { AutoscalerFile } from "../generated/autoscaler-file.js";
import { checkContext } from "./context.js";
import type { Surroundings } from "./context.js";
import { checkGroups } from "./groups.js";
import { checkInventory } from "./inventory.js";
import { checkMatches } from "./matches.js";
import { checkNames } from "./names.js";
import { checkSafety } from "./safety.js";
import { checkSchedules } from "./schedules.js";
import { checkSettings } from "./settings.js";
import { checkTimes } from "./times.js";

/** Checks what no single value shows, of a file and all it includes. */
export function checkFile(file: AutoscalerFile, surroundings: Surroundings): readonly PlacedProblem[] {
  const problems: PlacedProblem[] = [];
  const context = checkContext(file, surroundings, problems);
  const { inventory } = surroundings;
  checkNames(context);
  checkSettings(context);
  checkTimes(context);
  checkGroups(context);
  checkMatches(context);
  checkSchedules(context);
  checkSafety(context);
  if (inventory !== null) checkInventory(context, inventory);
  return problems;
}
