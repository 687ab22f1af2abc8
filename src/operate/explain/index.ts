export {
  explainDocument,
  explainedChanges,
  type ExplainChange,
  type ExplainDocument,
  type ExplainInput,
  type ExplainPause,
  type ExplainSchedule,
} from "./document.js";
export { recordedPast, type RecordedChange, type RecordedPast, type RecordedPause } from "./past.js";
export {
  explainCircumstances,
  explainHeadline,
  explainTime,
  originNames,
  originText,
  settingText,
  type NameOfOrigin,
} from "./words.js";
