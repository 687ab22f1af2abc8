export { advance } from "./advance.js";
export { pausedByTag } from "./rules/paused.js";
export { observationOf } from "./series.js";
export { successTime } from "./success-time.js";
export { decide } from "./decide.js";
export { forgetGone } from "./forget-gone.js";
export { objectionsOfNodes, type WholeGrowth } from "./node-room.js";
export { lookBackSeconds } from "./look-back.js";
export type { DecideInput } from "./decide-input.js";
export { inForce, pausesOf, withoutPause, withPause } from "./pauses.js";
export {
  decisionDocument,
  outcomeDocument,
  planDocument,
  reasonDocument,
  reasonText,
  rollbackReason,
  ruleNames,
  type RuleName,
} from "./reasons.js";
export {
  emptyState,
  type ContainerState,
  type Pause,
  type PauseDirection,
  type PauseScope,
  type ResourceState,
  type RunningBoost,
  type SizeStep,
  type State,
} from "./state.js";
export {
  rightsize,
  type Advice,
  type Balance,
  type Confidence,
  type NodeBalance,
  type Rightsizing,
  type RightsizingInput,
  type Verdict,
} from "./rightsizing/index.js";
export {
  readTrace,
  TraceError,
  traceHeader,
  traceLine,
  traceOf,
  TraceReader,
  type Trace,
  type TracePlace,
  type TraceRow,
} from "./trace/index.js";
export {
  nodesUnknown,
  replay,
  replaying,
  stepSecondsOf,
  type ContainerFigures,
  type Known,
  type NodeSize,
  type Replay,
  type ReplayedChange,
  type ReplayedReading,
  type ReplayFigures,
  type ReplayInput,
} from "./replay/index.js";
