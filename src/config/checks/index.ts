import type { Inventory } from "../../model/index.js";
import type { PlacedProblem } from "../document.js";
import type { AutoscalerFile } from "../generated/autoscaler-file.js";
import type { Places } from "../places.js";
import { checkContext } from "./context.js";
import { checkGroups } from "./groups.js";
import { checkInventory } from "./inventory.js";
import { checkMatches } from "./matches.js";
import { checkNames } from "./names.js";
import { checkSettings } from "./settings.js";

/** Checks what no single value shows. `inventory` is what there is, where that is known. */
export function checkFile(file: AutoscalerFile, places: Places, inventory: Inventory | null): readonly PlacedProblem[] {
  const problems: PlacedProblem[] = [];
  const context = checkContext(file, places, inventory, problems);
  checkNames(context);
  checkSettings(context);
  checkGroups(context);
  checkMatches(context);
  if (inventory !== null) checkInventory(context, inventory);
  return problems;
}
