export { changeInPercent, figureColumns, figureNotes, figureText, type FigureId } from "./figures.js";
export { replayMarkdown } from "./markdown.js";
export { recordedTrace, type ReplaySource } from "./recorded-trace.js";
export {
  containerPairs,
  nothingRecorded,
  replayedTrace,
  replayedWords,
  replayTimeText,
  shownReasons,
  type ContainerPair,
  type ReplayedTrace,
  type ShownReplay,
} from "./report.js";
