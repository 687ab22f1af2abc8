export { nodesUnknown } from "./notes.js";
export type { ReplayFigures } from "./figures.js";
export {
  replay,
  replaying,
  stepSecondsOf,
  type ContainerFigures,
  type NodeSize,
  type Replay,
  type ReplayedChange,
  type ReplayedReading,
  type ReplayInput,
} from "./replay.js";
export type { Known } from "./replayed-container.js";
