import { measureActivation } from "./activation.js";
import { measureContainers } from "./containers.js";
import { measureEngine } from "./engine.js";
import { measureLanguageServer } from "./language-server.js";
import { measureLoop } from "./loop.js";
import { measureReplay } from "./replay.js";
import { measureStart } from "./start.js";
import { measureValidation } from "./validation.js";
import { measureWire } from "./wire.js";

for (const measure of [
  measureActivation,
  measureStart,
  measureContainers,
  measureValidation,
  measureLanguageServer,
  measureEngine,
  measureReplay,
  measureWire,
  measureLoop,
]) {
  for (const line of await measure()) console.log(JSON.stringify(line));
}
