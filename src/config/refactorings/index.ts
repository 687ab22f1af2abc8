export { addPolicy, ignoreContainer, knownContainer, type KnownContainer } from "./containers.js";
export { moveToDefaults } from "./defaults.js";
export type { Refactoring } from "./refactoring.js";
export { convertStrategy } from "./strategies.js";
