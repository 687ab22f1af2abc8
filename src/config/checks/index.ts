import type { Inventory } from "../../model/index.js";
import type { PlacedProblem } from "../document.js";
import type { AutoscalerFile } from "../generated/autoscaler-file.js";
import type { Places } from "../places.js";

/** Checks what no single value shows. `inventory` is what there is, where that is known. */
export function checkFile(
  _file: AutoscalerFile,
  _places: Places,
  _inventory: Inventory | null,
): readonly PlacedProblem[] {
  return [];
}
