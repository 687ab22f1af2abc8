export { changeInPercent, figureColumns, figureNotes, figureText, type FigureId } from "./figures.js";
export { replayMarkdown } from "./markdown.js";
export { recordedTrace, type ReplaySource } from "./recorded-trace.js";
export {
  containerPairs,
  replayedTrace,
  replayedWords,
  replayTimeText,
  type ContainerPair,
  type ReplayedTrace,
  type ShownReplay,
} from "./report.js";
