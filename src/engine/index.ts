export { advance } from "./advance.js";
export { decide, type DecideInput } from "./decide.js";
export { ruleNames, type RuleName } from "./reasons.js";
export {
  emptyState,
  type ContainerState,
  type ResourceState,
  type RunningBoost,
  type SizeStep,
  type State,
} from "./state.js";
