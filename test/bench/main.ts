import { measureActivation } from "./activation.js";
import { measureEngine } from "./engine.js";
import { measureStart } from "./start.js";
import { measureValidation } from "./validation.js";
import { measureWire } from "./wire.js";

for (const measure of [measureActivation, measureStart, measureValidation, measureEngine, measureWire]) {
  for (const line of await measure()) console.log(JSON.stringify(line));
}
