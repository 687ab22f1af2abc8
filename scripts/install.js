// Installs the dependencies if they are missing; the first half of most npm scripts.
import { script } from "./lib/commands.js";
import { ensureDependencies } from "./lib/dependencies.js";

await script(ensureDependencies);
